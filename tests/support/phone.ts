import type * as z from 'zod'
import type { Contact, ContactKind, NewContact } from '../../server/notifications/contacts/schema.ts'
import type { World } from './world.ts'

export interface PhoneEntry {
  id: string
  kind: 'sms' | 'call' | 'push' | 'chat' | 'webhook'
  app: string
  to: string
  title: string
  text: string
  state: string | null
  buttons: { label: string; kind: string; url: string }[]
  talk: { who: 'me' | 'they'; text: string }[]
  callbackUrl: string | null
  headers: Record<string, string>
  body: string
}

const BOT = '123456:abcdefghijklmnop'

/** Sets every channel up with the providers of the sandbox's phone. */
export async function setUpChannels(world: Pick<World, 'api' | 'inboxUrl'>): Promise<void> {
  const gateway = {
    kind: 'TWILIO',
    url: world.inboxUrl,
    accountSid: 'ACone',
    authToken: 'a-token-of-twilio',
    from: '+431234567',
  }
  const backup = {
    backupKind: 'TWILIO',
    backupUrl: world.inboxUrl,
    backupAccountSid: 'ACBtwo',
    backupAuthToken: 'another-token',
    backupFrom: '+437654321',
  }
  const settings = {
    SMS: { ...gateway, ...backup },
    VOICE: gateway,
    TELEGRAM: { botToken: BOT, url: world.inboxUrl },
    NTFY: { url: `${world.inboxUrl}/ntfy` },
    SLACK: { botToken: 'xoxb-of-the-sandbox', url: `${world.inboxUrl}/slack` },
  }
  for (const [method, values] of Object.entries(settings)) {
    await world.api.put(`/api/channels/${method}`, { settings: values })
  }
  // Tells the bot's server where presses of buttons go, as the heartbeat does.
  await world.api.post('/api/channels/TELEGRAM/test-connection')
}

/** What lies on the phone, newest first; what is no code. */
export async function phone(world: Pick<World, 'phone'>, some: Partial<PhoneEntry> = {}): Promise<PhoneEntry[]> {
  const entries = await world.phone()
  return entries
    .filter((entry) => !/your code|is your code/.test(`${entry.title}${entry.text}`))
    .filter((entry) => Object.entries(some).every(([name, value]) => entry[name as keyof PhoneEntry] === value))
}

/** Adds a contact and verifies it by the code that arrives there. */
export async function addContact(
  world: Pick<World, 'api' | 'inbox' | 'settle'>,
  personId: number,
  kind: z.infer<typeof ContactKind>,
  input: Record<string, unknown>,
): Promise<NewContact> {
  const path = `/api/users/${personId}/contacts/${kind}`
  const contact = await world.api.post<NewContact>(path, input)
  await world.api.post(`${path}/${contact.id}/send-code`)
  await world.settle()
  const [newest] = await world.inbox.get<PhoneEntry[]>('/api/phone')
  const code = /\b\d{6}\b/.exec(`${newest?.title} ${newest?.text} ${newest?.body}`)?.[0]
  await world.api.post<Contact>(`${path}/${contact.id}/verify`, { code })
  await world.inbox.call('DELETE', '/api/phone')
  return contact
}

/** Replaces a person's rules for one priority. */
export async function setRules(
  world: Pick<World, 'api'>,
  personId: number,
  type: 'HIGH_PRIORITY' | 'LOW_PRIORITY',
  rules: { method: string; contact?: { id: number } | null; delayMin?: number }[],
): Promise<void> {
  const path = `/api/users/${personId}/notification-preferences/alerts`
  const before = await world.api.get<{ id: number; type: string }[]>(path)
  for (const rule of before.filter((one) => one.type === type)) await world.api.call('DELETE', `${path}/${rule.id}`)
  for (const rule of rules) await world.api.post(path, { type, ...rule })
}

/** What the owner of the phone does with a message. */
export function act(
  world: World,
  entry: PhoneEntry | undefined,
  verb: string,
  body: unknown = {},
): Promise<PhoneEntry> {
  return world.inbox.post(`/api/phone/${entry?.id}/${verb}`, body)
}
