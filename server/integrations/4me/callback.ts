import { accountHosts, CUSTOM } from './regions.ts'
import type { FourmeSettings } from './settings.ts'

const CODE = 'code=[A-Za-z0-9._~-]{1,256}'
const EXPIRES_AT = 'expires_at=\\d{1,12}'
const QUERY = new RegExp(`^\\?(${CODE}&${EXPIRES_AT}|${EXPIRES_AT}&${CODE})$`)

/** Why a verify callback must not be followed, or null when it may (invariants.md SEC-4). */
export function callbackRefusal(
  callback: { url: string; webhookId: string },
  settings: Pick<FourmeSettings, 'accountName' | 'region' | 'accountUrl'>,
  now: Date,
): string | null {
  const text: unknown = callback.url
  // The URL parser forgives backslashes, blanks and control characters; we do not.
  if (typeof text !== 'string' || !/^[\x21-\x7e]+$/.test(text) || text.includes('\\'))
    return 'The callback is not a plain address.'
  if (!URL.canParse(text)) return 'The callback is not an address.'
  const url = new URL(text)
  if (url.username !== '' || url.password !== '' || /^[^/]*\/\/[^/?#]*@/.test(text))
    return 'The callback carries a user name.'
  return placeRefusal(url, settings) ?? pathRefusal(url, callback.webhookId) ?? queryRefusal(url, text, now)
}

function placeRefusal(
  url: URL,
  settings: Pick<FourmeSettings, 'accountName' | 'region' | 'accountUrl'>,
): string | null {
  if (settings.region === CUSTOM) {
    const expected =
      settings.accountUrl && URL.canParse(settings.accountUrl) ? new URL(settings.accountUrl).origin : null
    if (expected === null) return 'The account address is not set.'
    return url.origin === expected
      ? null
      : `The callback leads to ${url.origin}, not to the account address ${expected}.`
  }
  const hosts = accountHosts(settings.accountName, settings.region)
  if (url.protocol !== 'https:') return 'The callback is not https.'
  if (url.port !== '') return `The callback leads to port ${url.port}, not to the default one.`
  return hosts.includes(url.hostname) ? null : `The callback leads to ${url.hostname}, not to ${hosts[0]}.`
}

function pathRefusal(url: URL, webhookId: string): string | null {
  const id = /^\/webhooks\/(\d+)\/verify$/.exec(url.pathname)?.[1]
  if (id === undefined) return 'The path of the callback is not that of a webhook verification.'
  return id === webhookId ? null : `The callback is for webhook ${id}, the delivery came from webhook ${webhookId}.`
}

function queryRefusal(url: URL, text: string, now: Date): string | null {
  if (text.includes('#')) return 'The callback has a fragment.'
  if (!QUERY.test(url.search)) return 'The callback must have code and expires_at, once each, and nothing else.'
  const expiresAt = callbackExpiresAt(text)
  if (expiresAt === null) return 'The callback does not say when it expires.'
  return expiresAt > now
    ? null
    : `The callback expired at ${expiresAt.toISOString()}. Press resend in 4me for a new one.`
}

/** When the code in a callback ends, or null when it does not say. */
export function callbackExpiresAt(text: string): Date | null {
  if (!URL.canParse(text)) return null
  const seconds = new URL(text).searchParams.get('expires_at') ?? ''
  return /^\d{1,12}$/.test(seconds) ? new Date(Number(seconds) * 1_000) : null
}
