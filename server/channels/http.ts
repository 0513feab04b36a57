import { type Outbound, type OutboundAnswer, OutboundError, type OutboundRequest } from '../runtime/outbound.ts'
import { oneLine } from '../runtime/text.ts'
import type { Outcome } from './contract.ts'

const TIMEOUT_MS = 15_000
const BYTES_MAX = 64 * 1_024
const REASON_LENGTH_MAX = 250
const PIECE_LENGTH_MIN = 12
const PASSING = [408, 425, 429]
/** About our own credentials: somebody can mend it while the message waits. */
const CREDENTIALS = [401, 403]

export type ProviderAnswer = { kind: 'answer'; answer: OutboundAnswer } | { kind: 'outcome'; outcome: Outcome }

/**
 * One call to a provider over the guarded client. Only 2xx is success; what is passing is tried again; all else, redirects
 * too, is refused (invariants.md NOT-4). The provider's words are quoted in one line, without our own secrets.
 */
export async function callProvider(
  who: string,
  outbound: Outbound,
  request: Pick<OutboundRequest, 'method' | 'url' | 'headers' | 'body'>,
  options: { secrets?: readonly string[]; isGone?: (status: number) => boolean; signal?: AbortSignal | undefined },
): Promise<ProviderAnswer> {
  let answer: OutboundAnswer
  try {
    answer = await outbound({ ...request, timeoutMs: TIMEOUT_MS, bytesMax: BYTES_MAX }, options.signal)
  } catch (cause) {
    return { kind: 'outcome', outcome: outcomeOfError(who, cause) }
  }
  const { status } = answer
  if (status >= 200 && status < 300) return { kind: 'answer', answer }
  const word = wordOf(answer.body, options.secrets ?? [])
  return { kind: 'outcome', outcome: outcomeOfStatus(who, status, word, answer.headers, options.isGone) }
}

function outcomeOfStatus(
  who: string,
  status: number,
  word: string,
  headers: Record<string, string>,
  isGone: ((status: number) => boolean) | undefined,
): Outcome {
  if (PASSING.includes(status) || status >= 500) {
    const seconds = Number(headers['retry-after'])
    const reason = sentence(`${who} asks to try later (${status})${word}`)
    return { kind: 'retry', reason, ...(Number.isFinite(seconds) && seconds > 0 ? { afterSeconds: seconds } : {}) }
  }
  if (CREDENTIALS.includes(status)) {
    return { kind: 'retry', reason: sentence(`${who} does not accept our credentials (${status})${word}`) }
  }
  const gone = isGone?.(status) === true ? { isGone: true } : {}
  return { kind: 'refused', reason: sentence(`${who} refuses the message (${status})${word}`), ...gone }
}

function outcomeOfError(who: string, cause: unknown): Outcome {
  if (!(cause instanceof OutboundError)) return { kind: 'retry', reason: `${who} could not be called.` }
  // An address we may not call is called by nobody, whenever it is tried.
  if (cause.kind === 'refused')
    return { kind: 'refused', reason: sentence(`${who} cannot be called: ${cause.message}`) }
  return { kind: 'retry', reason: sentence(`${who} could not be reached: ${cause.message}`) }
}

/** What a provider said, in one line and without what must not be told. */
export function wordOf(body: string, secrets: readonly string[]): string {
  // Also a piece of a secret address is secret.
  const pieces = secrets.flatMap((one) => [
    one,
    ...one.split(/[^A-Za-z0-9]+/).filter((part) => part.length >= PIECE_LENGTH_MIN),
  ])
  const bare = pieces.filter((one) => one.length > 3).reduce((text, one) => text.replaceAll(one, '…'), body)
  const word = oneLine(bare.replace(/<[^>]*>/g, ' '), 120)
  return word === '' ? '' : `: ${word}`
}

/** A bounded sentence. */
export function sentence(text: string): string {
  const line = oneLine(text, REASON_LENGTH_MAX)
  return /[.…!?]$/.test(line) ? line : `${line}.`
}

/** The answer's JSON object, or null. */
export function jsonOf(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}
