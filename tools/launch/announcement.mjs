/**
 * What a person needs to know once everything runs.
 * @param {{ url: string, signInUrl: string | null, sandboxUrl?: string | undefined, inboxUrl?: string | undefined }} running
 * @returns {string}
 */
export function announcement({ url, signInUrl, sandboxUrl, inboxUrl }) {
  const lines = [['Tocsin', url]]
  if (sandboxUrl) lines.push(['4me sandbox', sandboxUrl])
  if (inboxUrl) lines.push(['Message inbox', inboxUrl])
  lines.push(signInUrl ? ['First sign-in', `${signInUrl}  (works once)`] : ['Sign in at', url])
  const width = Math.max(...lines.map(([name]) => name.length))
  const block = lines.map(([name, value]) => `  ${name.padEnd(width)}   ${value}`).join('\n')
  return `\n${block}\n\n  Ctrl-C stops everything.\n`
}
