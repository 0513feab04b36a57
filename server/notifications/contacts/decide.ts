import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import type { ChannelMethod } from '../../channels/schema.ts'
import type { Contact, ContactKind } from './schema.ts'

/** How a kind of contact is stored, and which ways lead to it. */
const KINDS: Record<ContactKind, { stored: string; methods: readonly ChannelMethod[] }> = {
  emails: { stored: 'EMAIL', methods: ['EMAIL'] },
  'phone-numbers': { stored: 'PHONE', methods: ['SMS', 'VOICE'] },
  'push-devices': { stored: 'PUSH', methods: ['PUSH'] },
  telegram: { stored: 'TELEGRAM', methods: ['TELEGRAM'] },
  ntfy: { stored: 'NTFY', methods: ['NTFY'] },
  slack: { stored: 'SLACK', methods: ['SLACK'] },
  teams: { stored: 'TEAMS', methods: ['TEAMS'] },
  mattermost: { stored: 'MATTERMOST', methods: ['MATTERMOST'] },
  discord: { stored: 'DISCORD', methods: ['DISCORD'] },
  webhooks: { stored: 'WEBHOOK', methods: ['WEBHOOK'] },
}

/** How the database names a kind of contact. */
export function storedAs(kind: ContactKind): string {
  return KINDS[kind].stored
}

/** What a stored contact is. */
export function kindOf(stored: string): ContactKind {
  const found = (Object.keys(KINDS) as ContactKind[]).find((kind) => KINDS[kind].stored === stored)
  return found ?? 'webhooks'
}

/** The ways that lead to a stored contact. */
export function methodsOf(stored: string): readonly ChannelMethod[] {
  return KINDS[kindOf(stored)].methods
}

/** ilert's word for how a contact stands. */
export function statusOf(contact: { verified_at: Date | null; broken_at: Date | null }): Contact['status'] {
  if (contact.broken_at !== null) return 'BLACKLISTED'
  return contact.verified_at === null ? 'LOCKED' : 'OK'
}

export type ReadTarget =
  | { ok: true; target: string; secret: string | null; regionCode: string | null }
  | { ok: false; message: string }

const EMAIL = /^[^\s@<>()[\]\\,;:"\p{Cc}]{1,64}@[^\s@<>()[\]\\,;:"\p{Cc}]{1,189}$/u
/** Reads what somebody gave as an address of a kind; a secret one is returned apart from what may be shown. */
export function readTarget(
  kind: ContactKind,
  given: string,
  options: { regionCode?: string | null; label?: string | null } = {},
): ReadTarget {
  const text = given.trim()
  switch (kind) {
    case 'emails':
      return EMAIL.test(text) ? plain(text) : bad('This is not an e-mail address.')
    case 'phone-numbers':
      return readNumber(text, options.regionCode?.toUpperCase() ?? null)
    case 'telegram':
      return /^-?\d{3,20}$/.test(text) ? plain(text) : bad('Give the numeric chat id: the bot tells it after /start.')
    case 'ntfy':
      return /^[A-Za-z0-9_-]{1,64}$/.test(text)
        ? plain(text)
        : bad('A topic has up to 64 letters, digits, hyphens and underscores.')
    case 'slack':
      return /^[UWCDG][A-Z0-9]{5,20}$/.test(text) ? plain(text) : bad('Give the member id of Slack, such as U012AB3CD.')
    case 'push-devices':
      return readSubscription(text, options.label ?? null)
    default:
      return readAddress(text)
  }
}

/** Written with its country, or as in the region where it is at home; `+43 (0)660` is read as people mean it. */
function readNumber(text: string, regionCode: string | null): ReadTarget {
  const home = regionCode !== null && isSupportedCountry(regionCode) ? { defaultCountry: regionCode } : {}
  const whole = text.replace(/^\(?00/, '+').replace(/^\((\+\d+)\)/, '$1')
  const number = parsePhoneNumberFromString(whole, { ...home, extract: false })
  if (number?.isPossible() && !number.ext) return { ok: true, target: number.number, secret: null, regionCode }
  return bad('Give the whole number with its country, such as +43 660 1234567.')
}

function readAddress(text: string): ReadTarget {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^https?:$/.test(url.protocol)) return bad('Give a whole address that begins with https://')
  if (url.username !== '' || url.password !== '') return bad('An address with a user name or password is not accepted.')
  return { ok: true, target: shownAddress(url), secret: url.href, regionCode: null }
}

/** What of a secret address may be shown. */
function shownAddress(url: URL): string {
  const rest = `${url.pathname}${url.search}`
  return rest.length > 12 ? `${url.host}/…${rest.slice(-4)}` : `${url.host}/…`
}

const KEY = /^[A-Za-z0-9_-]{16,200}={0,2}$/

function readSubscription(text: string, label: string | null): ReadTarget {
  const value = parse(text)
  const keys = value?.keys as { p256dh?: unknown; auth?: unknown } | undefined
  const endpoint = typeof value?.endpoint === 'string' && URL.canParse(value.endpoint) ? new URL(value.endpoint) : null
  const { p256dh, auth } = keys ?? {}
  const isWhole =
    endpoint && typeof p256dh === 'string' && typeof auth === 'string' && KEY.test(p256dh) && KEY.test(auth)
  if (!isWhole) return bad('This is not a push subscription of a browser.')
  const secret = JSON.stringify({ endpoint: endpoint.href, keys: { p256dh, auth } })
  return { ok: true, target: `${label || 'Browser'} · ${auth.slice(0, 4)}`, secret, regionCode: null }
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

function plain(target: string): ReadTarget {
  return { ok: true, target, secret: null, regionCode: null }
}

function bad(message: string): ReadTarget {
  return { ok: false, message }
}

export const CODE_MINUTES = 15
export const CODE_ATTEMPTS_MAX = 5
/** A code is not sent again sooner, so that a contact of somebody else is not flooded. */
export const CODE_AGAIN_SECONDS = 30
export const CODES_PER_DAY_MAX = 10

export interface SentCode {
  sentAt: Date
  sentCount: number
  expiresAt: Date
  attempts: number
}

/** How long until another code may be sent, in seconds; 0: now. Null: not today. */
export function secondsUntilCode(sent: SentCode | null, now: Date): number | null {
  if (!sent) return 0
  const seconds = (now.getTime() - sent.sentAt.getTime()) / 1_000
  if (seconds >= 24 * 3_600) return 0
  if (sent.sentCount >= CODES_PER_DAY_MAX) return null
  return Math.max(0, Math.ceil(CODE_AGAIN_SECONDS - seconds))
}

/** Why a code is not taken, as a sentence; null when it may be compared. */
export function codeRefusal(sent: SentCode | null, now: Date): string | null {
  if (!sent) return 'No code was sent yet.'
  if (now >= sent.expiresAt) return 'The code has expired: have another one sent.'
  if (sent.attempts >= CODE_ATTEMPTS_MAX) return 'Too many wrong codes: have another one sent.'
  return null
}
