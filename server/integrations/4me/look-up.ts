import * as z from 'zod'
import { type Outbound, type OutboundAnswer, OutboundError } from '../../runtime/outbound.ts'
import type { Pacer } from '../../runtime/pacer.ts'
import type { LookUpOutcome } from '../contract.ts'
import { ask, attempt, isWebPage, jsonOf, messageOf, paceKey, paceOf, silenceOf } from './client.ts'
import { notesIn } from './notes.ts'
import { readingOf } from './reading.ts'
import { recordName } from './receive.ts'
import { FourmeRecord, factsOf } from './record.ts'
import { accountOrigin, apiOrigin } from './regions.ts'
import type { FourmeSettings } from './settings.ts'

export const Request = z.object({
  record: z.enum(['request', 'problem']),
  id: z.string().regex(/^\d{1,20}$/),
  account: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/),
})
type Request = z.infer<typeof Request>

type Retry = LookUpOutcome & { kind: 'retry' }

/** The record and its first note, read in parallel so that a page waits for the slower one only. */
const CALLS = 2
/** A first page waits 1.5 s for the record: slow notes must not use that up. */
const NOTES_TIMEOUT_MS = 1_200
/** As many as one page of 4me has: the description is the first one, and the newest ones stand at the end. */
const NOTES_PER_PAGE = 100

/** Fetches the record a delivery named: its facts, that it does not exist, or why it cannot be asked now. */
export async function lookUp(
  input: Record<string, unknown>,
  settings: FourmeSettings,
  outbound: Outbound,
  signal?: AbortSignal,
  pacer: Pacer = paceOf(outbound),
): Promise<LookUpOutcome> {
  const parsed = Request.safeParse(input)
  if (!parsed.success) return { kind: 'missing', reason: 'What to look up was not understood.' }
  const request = parsed.data
  const leave = await pacer.leave(paceKey(settings), CALLS, signal)
  if (leave.kind === 'later') {
    return { kind: 'retry', reason: "4me's limit of calls is used up.", afterSeconds: leave.afterSeconds }
  }
  const path = `${apiOrigin(settings)}/v1/${request.record}s/${request.id}`
  const [answer, notes] = await Promise.all([
    attempt(ask(outbound, settings, request.account, path, signal)),
    attempt(
      ask(outbound, settings, request.account, `${path}/notes?per_page=${NOTES_PER_PAGE}`, signal, NOTES_TIMEOUT_MS),
    ),
  ])
  if (answer instanceof OutboundError) return unreachable(settings, answer.message)
  if (answer.status === 429) pacer.hush(paceKey(settings), silenceOf(answer))
  const isRead = !(notes instanceof OutboundError) && notes.status === 200
  const outcome = judge(request, settings, answer, isRead ? jsonOf(notes) : undefined)
  const mayComeLater = notes instanceof OutboundError || notes.status >= 500 || notes.status === 429
  return outcome.kind === 'found' && mayComeLater ? { ...outcome, isPartial: true } : outcome
}

function judge(request: Request, settings: FourmeSettings, answer: OutboundAnswer, notes: unknown): LookUpOutcome {
  const host = new URL(apiOrigin(settings)).host
  const name = recordName(request.record, request.id)
  switch (answer.status) {
    case 200:
      return found(request, settings, answer, notes)
    case 404:
    case 410:
      // A proxy's own 404 says nothing about the record.
      if (isWebPage(answer)) return unreachable(settings, `${host} answers with a web page (${answer.status}).`)
      return { kind: 'missing', reason: `4me has no ${name.toLowerCase()}, or the token may not see it.` }
    case 400:
    case 401:
      return unauthorized(request, settings, answer)
    case 403:
      return forbidden(request)
    case 429:
      return { kind: 'retry', reason: '4me asks for fewer calls (429).', afterSeconds: silenceOf(answer) }
    default:
      return unreachable(settings, `${host} answers ${answer.status} when asked for ${name.toLowerCase()}.`)
  }
}

function found(request: Request, settings: FourmeSettings, answer: OutboundAnswer, notes: unknown): LookUpOutcome {
  const record = FourmeRecord.safeParse(jsonOf(answer))
  if (!record.success || record.data.id !== request.id) {
    const what = isWebPage(answer) ? 'a web page' : 'something that cannot be read'
    return unreachable(settings, `${new URL(apiOrigin(settings)).host} answers with ${what} instead of the record.`)
  }
  const origin = accountOrigin(settings, request.account)
  const name = recordName(request.record, request.id)
  const links = origin ? [{ href: `${origin}/${request.record}s/${request.id}`, text: `${name} in 4me` }] : []
  const facts = factsOf(request.record, record.data, notes, links, settings)
  const reading = readingOf(request.record, request.account, jsonOf(answer))
  return { kind: 'found', facts, reading, notes: notesIn(notes) }
}

export function unauthorized(
  request: Pick<Request, 'account'>,
  settings: FourmeSettings,
  answer: OutboundAnswer,
): Retry {
  const word = messageOf(answer)
  const text =
    answer.status === 400
      ? `4me refuses the account ${request.account}${word === '' ? '' : ` (${word})`}. Check the account name in the settings.`
      : `4me does not accept the auth token for the account ${request.account} at ${placeOf(settings)}. It was revoked, belongs to another account, or the region is wrong.`
  return { kind: 'retry', reason: text, warning: { code: '4me-unauthorized', text } }
}

export function forbidden(request: Pick<Request, 'record' | 'account'>): Retry {
  const scope = request.record === 'request' ? 'Request' : 'Problem'
  const text = `The auth token may not read ${request.record}s in the account ${request.account}: it lacks the scope ${scope}, action Read.`
  return { kind: 'retry', reason: text, warning: { code: '4me-forbidden', text } }
}

export function unreachable(settings: FourmeSettings, what: string): Retry {
  const text = `4me cannot be asked at ${placeOf(settings)}: ${what}`
  return { kind: 'retry', reason: what, warning: { code: '4me-unreachable', text } }
}

function placeOf(settings: FourmeSettings): string {
  return settings.region === 'custom' ? new URL(apiOrigin(settings)).host : settings.region
}
