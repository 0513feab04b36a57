import { randomUUID } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type AddressObject, simpleParser } from 'mailparser'
import { prepareFolder, replaceFile } from '../files.ts'

const MESSAGES_MAX = 500

/** A mail as tests and the page read it. */
export interface Message {
  id: string
  from: string
  to: string[]
  subject: string
  text: string
  html: string | null
  receivedAt: string
  headers: Record<string, string>
  rawBytes: number
}

interface Kept {
  id: string
  receivedAt: string
  envelope: { from: string; to: string[] }
  raw: string
}

/** The mails that arrived, newest first, and their files. */
export interface Mailbox {
  list(): Message[]
  get(id: string): Message | undefined
  raw(id: string): Promise<string | undefined>
  /** Keeps a mail; resolves when it is on disk. */
  keep(raw: Buffer, envelope: Kept['envelope'], receivedAt: Date): Promise<Message>
  remove(id: string): Promise<boolean>
  clear(): Promise<void>
  onChange(listener: (event: 'arrived' | 'removed', ids: string[]) => void): void
}

/** Opens the mails kept in a folder. */
export async function openMailbox(folder: string): Promise<Mailbox> {
  await prepareFolder(folder)
  const messages: Message[] = []
  const fileOf = (id: string) => join(folder, `${id}.json`)
  const listeners: Parameters<Mailbox['onChange']>[0][] = []
  const tell: (typeof listeners)[number] = (event, ids) => {
    for (const listener of listeners) listener(event, ids)
  }

  for (const name of (await readdir(folder)).filter((one) => one.endsWith('.json')).sort()) {
    const kept = await readKept(join(folder, name))
    if (kept) messages.unshift(await messageOf(kept))
  }
  const remove = async (ids: string[]) => {
    for (const id of ids) {
      const index = messages.findIndex((message) => message.id === id)
      if (index >= 0) messages.splice(index, 1)
      await rm(fileOf(id), { force: true })
    }
    if (ids.length > 0) tell('removed', ids)
  }
  await remove(messages.slice(MESSAGES_MAX).map((message) => message.id))
  let lastNumber = Number(messages[0]?.id.split('-')[0] ?? 0)

  return {
    list: () => messages,
    get: (id) => messages.find((message) => message.id === id),
    async raw(id) {
      if (!messages.some((message) => message.id === id)) return undefined
      const kept = await readKept(fileOf(id))
      return kept ? Buffer.from(kept.raw, 'base64').toString('utf8') : undefined
    },
    async keep(raw, envelope, receivedAt) {
      // The names sort as the mails arrived, also when several come in the same millisecond.
      lastNumber = Math.max(receivedAt.getTime(), lastNumber + 1)
      const id = `${lastNumber}-${randomUUID()}`
      const kept: Kept = { id, receivedAt: receivedAt.toISOString(), envelope, raw: raw.toString('base64') }
      const message = await messageOf(kept)
      await replaceFile(fileOf(id), JSON.stringify(kept))
      messages.unshift(message)
      tell('arrived', [id])
      await remove(messages.slice(MESSAGES_MAX).map((one) => one.id))
      return message
    },
    async remove(id) {
      if (!messages.some((message) => message.id === id)) return false
      await remove([id])
      return true
    },
    clear: () => remove(messages.map((message) => message.id)),
    onChange(listener) {
      listeners.push(listener)
    },
  }
}

async function readKept(path: string): Promise<Kept | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Kept
  } catch {
    return null
  }
}

async function messageOf(kept: Kept): Promise<Message> {
  const raw = Buffer.from(kept.raw, 'base64')
  const mail = await simpleParser(raw, { skipTextToHtml: true })
  const headers = mail.headerLines.map(({ key, line }) => [key, line.slice(line.indexOf(':') + 1).trim()] as const)
  const recipients = [mail.to ?? [], mail.cc ?? []].flat().flatMap(addressesOf)
  // A blind copy is only in the envelope.
  const blind = kept.envelope.to.filter((one) => !recipients.some((other) => other.includes(one)))
  return {
    id: kept.id,
    from: mail.from?.text ?? kept.envelope.from,
    to: [...recipients, ...blind],
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html === false || mail.html === undefined ? null : mail.html,
    receivedAt: kept.receivedAt,
    headers: Object.fromEntries(headers),
    rawBytes: raw.length,
  }
}

function addressesOf(one: AddressObject): string[] {
  return one.value.map((address) => address.address ?? address.name)
}
