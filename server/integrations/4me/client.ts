import { createHash } from 'node:crypto'
import { readJson } from '../../runtime/json.ts'
import { type Outbound, type OutboundAnswer, OutboundError } from '../../runtime/outbound.ts'
import { createPacer, type Pacer } from '../../runtime/pacer.ts'
import { oneLine } from '../../runtime/text.ts'
import { apiOrigin } from './regions.ts'
import type { FourmeSettings } from './settings.ts'

const CALL_TIMEOUT_MS = 5_000
const ANSWER_BYTES_MAX = 1024 * 1024
/** How long 4me's own client waits after a 429 that does not say (facts/4me.md 4.5). */
const SILENCE_SECONDS = 300
const SILENCE_SECONDS_MAX = 3_600

// A little under 4me's 20 per 2 s and 3,600 per hour: calls bunch up on their way, and the token may have other users.
const LIMITS = [
  { calls: 18, perMs: 2_000 },
  { calls: 3_500, perMs: 3_600_000 },
]
const PACE_WAIT_MS_MAX = 4_000

const pacers = new WeakMap<Outbound, Pacer>()

/** The pace of this process towards 4me; a token's limit is one per account and host. */
export function paceOf(outbound: Outbound): Pacer {
  const known = pacers.get(outbound)
  if (known) return known
  const { paceClock } = outbound
  const pacer = createPacer(LIMITS, paceClock?.waitMsMax ?? PACE_WAIT_MS_MAX, paceClock)
  pacers.set(outbound, pacer)
  return pacer
}

/** Whose limit a call counts against. */
export function paceKey(settings: FourmeSettings): string {
  return `${apiOrigin(settings)} ${createHash('sha256').update(settings.authToken).digest('base64')}`
}

/** Asks 4me with the token, on behalf of `account`. Both spellings of the header, because both are in the wild. */
export async function ask(
  outbound: Outbound,
  settings: FourmeSettings,
  account: string,
  url: string,
  signal?: AbortSignal,
  timeoutMs = CALL_TIMEOUT_MS,
  change?: { method: 'PATCH' | 'POST'; body: unknown },
): Promise<OutboundAnswer> {
  return outbound(
    {
      method: change?.method ?? 'GET',
      url,
      ...(change ? { body: JSON.stringify(change.body) } : {}),
      headers: {
        ...(change ? { 'content-type': 'application/json' } : {}),
        accept: 'application/json',
        authorization: `Bearer ${settings.authToken}`,
        'x-4me-account': account,
        'x-xurrent-account': account,
      },
      timeoutMs,
      bytesMax: ANSWER_BYTES_MAX,
    },
    signal,
  )
}

/** An answer or the reason why there is none; anything else that is thrown is our mistake. */
export async function attempt(call: Promise<OutboundAnswer>): Promise<OutboundAnswer | OutboundError> {
  try {
    return await call
  } catch (error) {
    if (error instanceof OutboundError) return error
    throw error
  }
}

/** The JSON of an answer, ids kept exactly; undefined when it is none. */
export function jsonOf(answer: OutboundAnswer): unknown {
  const read = readJson(answer.body, 'exact')
  return read.ok ? read.value : undefined
}

/** True for a web page, such as a proxy in the way sends. */
export function isWebPage(answer: OutboundAnswer): boolean {
  return /^text\/html/i.test(answer.headers['content-type'] ?? '') || /^\s*</.test(answer.body)
}

/** 4me's own word on what went wrong, as one line; empty when there is none. */
export function messageOf(answer: OutboundAnswer): string {
  const body = jsonOf(answer)
  const message = typeof body === 'object' && body !== null ? (body as { message?: unknown }).message : undefined
  return typeof message === 'string' ? oneLine(message, 200) : ''
}

/** The words of a 422: each field with what is wrong with it, in the account's language. */
export function mistakesOf(answer: OutboundAnswer): string {
  const body = jsonOf(answer)
  const errors = typeof body === 'object' && body !== null ? (body as { errors?: unknown }).errors : undefined
  const words = (Array.isArray(errors) ? errors : []).flatMap((one) =>
    Array.isArray(one) && typeof one[0] === 'string' && typeof one[1] === 'string'
      ? [`${oneLine(one[0], 60)}: ${oneLine(one[1], 200)}`]
      : [],
  )
  return words.length > 0 ? words.slice(0, 10).join('; ') : messageOf(answer)
}

/** Seconds of silence a 429 asks for. */
export function silenceOf(answer: OutboundAnswer): number {
  const text = answer.headers['retry-after']?.trim() ?? ''
  if (!/^\d{1,9}$/.test(text)) return SILENCE_SECONDS
  return Math.min(Math.max(Number(text), 1), SILENCE_SECONDS_MAX)
}
