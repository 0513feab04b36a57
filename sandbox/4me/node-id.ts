/** The opaque id by which GraphQL and webhooks name a record: unpadded base64url of host, type and number. */
export function nodeId(type: string, id: number): string {
  return Buffer.from(`4me.com/${type}/${id}`).toString('base64url')
}

/** The number in a URL's id, which may be a number or a node id of that type. */
export function idFrom(text: string, type: string): number | null {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  const match = /^[\w.]+\/(\w+)\/(\d{1,15})$/.exec(Buffer.from(text, 'base64url').toString('utf8'))
  return match && match[1] === type ? Number(match[2]) : null
}
