import path from 'node:path'
import { parseAllowList } from './addresses.ts'
import { SECRET_KEY_LENGTH_MIN } from './secrets.ts'

/** Everything an operator can set; each variable is explained in docs/settings.md. */
export interface Settings {
  host: string
  port: number
  /** Origin people and other systems use, without a slash at the end. */
  publicUrl: string
  dataDir: string
  /** Null: the embedded PostgreSQL. */
  databaseUrl: string | null
  /** Null: generated and kept in the data folder. */
  secretKey: string | null
  smtpUrl: string | null
  mailFrom: string
  adminApiKey: string | null
  outboundAllow: string[]
  /** How long a first page may wait for a record's facts, in milliseconds. */
  enrichmentWaitMs: number
  /** A watcher elsewhere that is called while all is well. */
  heartbeatUrl: string | null
  /** Settings of channels, by method. */
  channels: Record<string, Record<string, unknown>>
  /** How many pages of one source a contact gets in three minutes before they are bundled; 0: all. */
  stormPages: number
  logLevel: string
  demo: { sandboxUrl: string | null; inboxUrl: string | null } | null
}

/** A setting that cannot be used; the message is one sentence for the operator. */
export class SettingsError extends Error {
  override name = 'SettingsError'
}

export const ADMIN_API_KEY_LENGTH_MIN = 32
const ENRICHMENT_WAIT_MS = 1_500
const ENRICHMENT_WAIT_MS_MAX = 60_000
const STORM_PAGES = 3
const STORM_PAGES_MAX = 1_000
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace']

/** Reads the settings from the environment; throws a `SettingsError` that names the variable. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const text = (name: string) => env[name]?.trim() || null
  const host = text('HOST') ?? '127.0.0.1'
  const port = wholeNumber('PORT', text('PORT'), 4_000, 0, 65_535)
  const databaseUrl = text('DATABASE_URL')
  const secretKey = longEnough('TOCSIN_SECRET_KEY', text('TOCSIN_SECRET_KEY'), SECRET_KEY_LENGTH_MIN)
  if (databaseUrl && !secretKey) {
    throw new SettingsError(
      'With DATABASE_URL set, TOCSIN_SECRET_KEY is needed too: the same string of 32 or more characters on every node.',
    )
  }
  return {
    host,
    port,
    publicUrl: publicUrl(text('TOCSIN_PUBLIC_URL') ?? `http://${urlHost(host)}:${port}`),
    dataDir: path.resolve(text('TOCSIN_DATA_DIR') ?? 'data'),
    databaseUrl,
    secretKey,
    smtpUrl: text('SMTP_URL'),
    mailFrom: text('TOCSIN_MAIL_FROM') ?? 'Tocsin <tocsin@localhost.localdomain>',
    adminApiKey: longEnough('TOCSIN_ADMIN_API_KEY', text('TOCSIN_ADMIN_API_KEY'), ADMIN_API_KEY_LENGTH_MIN),
    outboundAllow: allowList(text('TOCSIN_OUTBOUND_ALLOW')),
    enrichmentWaitMs: wholeNumber(
      'TOCSIN_ENRICHMENT_WAIT_MS',
      text('TOCSIN_ENRICHMENT_WAIT_MS'),
      ENRICHMENT_WAIT_MS,
      0,
      ENRICHMENT_WAIT_MS_MAX,
    ),
    channels: jsonObjects('TOCSIN_CHANNELS', text('TOCSIN_CHANNELS')),
    stormPages: wholeNumber('TOCSIN_STORM_PAGES', text('TOCSIN_STORM_PAGES'), STORM_PAGES, 0, STORM_PAGES_MAX),
    heartbeatUrl: httpUrl('TOCSIN_HEARTBEAT_URL', text('TOCSIN_HEARTBEAT_URL')),
    logLevel: oneOf('TOCSIN_LOG_LEVEL', text('TOCSIN_LOG_LEVEL'), 'info', LOG_LEVELS),
    demo:
      text('TOCSIN_DEMO') === '1'
        ? { sandboxUrl: text('TOCSIN_SANDBOX_URL'), inboxUrl: text('TOCSIN_INBOX_URL') }
        : null,
  }
}

function wholeNumber(name: string, text: string | null, otherwise: number, min: number, max: number): number {
  if (text === null) return otherwise
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new SettingsError(`${name} must be a whole number from ${min} to ${max}, not ${JSON.stringify(text)}.`)
  }
  return value
}

function oneOf(name: string, text: string | null, otherwise: string, known: readonly string[]): string {
  if (text === null) return otherwise
  if (!known.includes(text))
    throw new SettingsError(`${name} must be one of ${known.join(', ')}, not ${JSON.stringify(text)}.`)
  return text
}

function longEnough(name: string, text: string | null, min: number): string | null {
  if (text !== null && text.length < min)
    throw new SettingsError(`${name} must have ${min} or more characters; it has ${text.length}.`)
  return text
}

/** A host as an address for people: what listens everywhere is reached here. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

function publicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  const isOrigin = url && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '' && url.hash === ''
  if (!isOrigin || url.username !== '' || url.password !== '') {
    throw new SettingsError('TOCSIN_PUBLIC_URL must be an address without a path, such as https://tocsin.example.com.')
  }
  return url.origin
}

/** An address that is called; it may hold a secret, so the sentence does not repeat it. */
function httpUrl(name: string, text: string | null): string | null {
  if (text === null) return null
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new SettingsError(`${name} must be an http or https address without user name and password.`)
  return url.href
}

/** An object of objects. It holds secrets, so the sentence does not repeat it. */
function jsonObjects(name: string, text: string | null): Record<string, Record<string, unknown>> {
  if (text === null) return {}
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value) && Object.values(value).every(isObject)) return value as Record<string, Record<string, unknown>>
  } catch {
    // Told below.
  }
  throw new SettingsError(
    `${name} must be a JSON object of settings by channel, such as {"NTFY":{"url":"https://ntfy.example.com"}}.`,
  )
}

function allowList(text: string | null): string[] {
  const entries = (text ?? '').split(/[\s,]+/).filter((entry) => entry !== '')
  try {
    parseAllowList(entries)
  } catch (cause) {
    throw new SettingsError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
  return entries
}
