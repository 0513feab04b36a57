import { type Outbound, type OutboundAnswer, OutboundError } from '../../runtime/outbound.ts'
import { oneLine, plainText } from '../../runtime/text.ts'
import { elapsedMs } from '../../runtime/timers.ts'
import type { Deed, OutgoingDeed, WriteOutcome } from '../contract.ts'
import { ask, attempt, isWebPage, jsonOf, messageOf, mistakesOf, paceKey, paceOf, silenceOf } from './client.ts'
import { unauthorized, unreachable } from './look-up.ts'
import { WriteBack } from './options.ts'
import { type FourmeReading, keptReading, readingOf, requestOf } from './reading.ts'
import { type LookUpRequest, recordName } from './receive.ts'
import { apiOrigin } from './regions.ts'
import type { FourmeSettings } from './settings.ts'
import { effectOf, endsRecord, type RecordKind } from './status.ts'

const NOTE_LENGTH_MAX = 60_000
const QUOTE_LENGTH_MAX = 300
const WRITE_TIMEOUT_MS = 10_000
const NOTES_PER_PAGE = 100
/** An e-mail address is somebody else's tomorrow at the earliest. */
const PERSON_FRESH_MS = 3_600_000
const PEOPLE_CACHED_MAX = 1_000
const MS_PER_SECOND = 1_000

/** True when the source's owner wants this in 4me. Off until switched on. */
export function wantsDeed(deed: Deed, settings: Record<string, unknown>): boolean {
  const writeBack = WriteBack.nullish().catch(null).parse(settings.writeBack)
  if (!writeBack) return false
  const switches = {
    ACCEPT: writeBack.accept,
    RESOLVE: writeBack.resolve,
    COMMENT: writeBack.comment,
    REROUTE: writeBack.reroute,
  }
  return switches[deed] === true
}

/** What is to change in a record. */
interface Change {
  status: string | null
  completionReason: string | null
  person: { name: string; email: string } | null
  teamId: number | null
  notes: string[]
}

/** Writes what was done here of one record, as one change; 4me's own newer state stands. */
export async function writeDeeds(
  alertKey: string,
  deeds: readonly OutgoingDeed[],
  settings: FourmeSettings,
  outbound: Outbound,
  isRepeat: boolean,
): Promise<WriteOutcome> {
  const request = requestOf(alertKey)
  if (!request) return { kind: 'refused', text: `${alertKey} is no record of 4me.` }
  const call = callerFor(request, settings, outbound)
  const path = `${apiOrigin(settings)}/v1/${request.record}s/${request.id}`
  const read = await call(path)
  if ('kind' in read) return read
  const now = keptReading(readingOf(request.record, request.account, jsonOf(read)))
  if (!now || now.id !== request.id) {
    return retry(unreachable(settings, `${new URL(path).host} answers with something else than the record.`))
  }

  const intent = changeOf(deeds, settings, request.record)
  // Whoever has the record keeps it when it ends.
  if (endsRecord(request.record, intent.status) && now.memberId !== null) intent.person = null
  const conflict = intent.status === null ? null : conflictOf(deeds, intent.status, now, settings)
  const isThere = intent.status !== null && isAlready(intent, now, settings)
  const change: Change =
    conflict || isThere ? { ...intent, status: null, completionReason: null, person: null } : intent
  if (change.teamId !== null && (String(change.teamId) === now.teamId || endsRecord(now.kind, now.status)))
    change.teamId = null
  if (isRepeat && change.notes.length > 0) {
    const known = await call(`${path}/notes?per_page=${NOTES_PER_PAGE}`)
    if ('kind' in known) return known
    change.notes = change.notes.filter((note) => !hasNote(jsonOf(known), note))
  }
  const member = change.person
    ? await memberFor(change.person, request, settings, call)
    : { id: null, warning: undefined }
  if ('kind' in member) return member

  const body = bodyOf(change, member.id, settings, request.record)
  const told = inWords(change, member.id, settings)
  if (Object.keys(body).length === 0) {
    if (deeds.every((deed) => deed.deed === 'REROUTE') && intent.teamId === null)
      return {
        kind: 'nothing',
        text: 'No team stands for this escalation policy: see writeBack.teams in the settings.',
      }
    if (conflict) return { kind: 'conflict', text: conflict }
    return { kind: 'nothing', text: `${recordName(request.record, request.id)} says so already: ${standing(now)}.` }
  }
  if (settings.writeBack?.dryRun) return { kind: 'would-write', text: `Would be written: ${told}.` }

  const written = await call(path, { method: 'PATCH', body })
  if ('kind' in written) return written
  const status = keptReading(readingOf(request.record, request.account, jsonOf(written)))?.status ?? null
  const warning = member.warning ? { warning: member.warning } : {}
  const text = conflict ? `${conflict} Written all the same: ${told}.` : `Written: ${told}.`
  return { kind: 'written', text, status, ...(conflict ? { conflict } : {}), ...warning }
}

/** All deeds as one change: the last status and team count, every word is kept, in order. */
function changeOf(deeds: readonly OutgoingDeed[], settings: FourmeSettings, kind: RecordKind): Change {
  const { writeBack } = settings
  const change: Change = { status: null, completionReason: null, person: null, teamId: null, notes: [] }
  for (const deed of deeds) {
    if (deed.text) change.notes.push(noteOf(deed))
    if (deed.deed === 'ACCEPT')
      Object.assign(change, { status: writeBack?.acceptStatus ?? 'accepted', person: deed.person })
    if (deed.deed === 'RESOLVE') {
      Object.assign(change, {
        status: kind === 'request' ? 'completed' : 'solved',
        completionReason: kind === 'request' ? (writeBack?.completionReason ?? 'solved') : null,
        person: deed.person ?? change.person,
      })
    }
    if (deed.deed === 'REROUTE') change.teamId = writeBack?.teams?.[String(deed.policyId)] ?? change.teamId
  }
  return change
}

function noteOf({ person, text }: OutgoingDeed): string {
  const words = plainText(text ?? '', NOTE_LENGTH_MAX)
  return person ? `${person.name}: ${words}` : words
}

/** Why 4me's state stands against what was decided here; null when it was not changed since. */
function conflictOf(
  deeds: readonly OutgoingDeed[],
  wanted: string,
  now: FourmeReading,
  settings: FourmeSettings,
): string | null {
  const last = deeds.findLast((deed) => deed.deed === 'ACCEPT' || deed.deed === 'RESOLVE')
  if (!last || now.status === null || now.status === wanted || now.status === last.baseStatus) return null
  if (last.deed === 'RESOLVE' && endsRecord(now.kind, now.status)) return null
  const told = `4me was changed meanwhile, and its newer state stands: ${standing(now)}. Not written: status ${wanted}.`
  if (last.deed === 'ACCEPT' && endsRecord(now.kind, now.status)) return told
  // 4me's instants are whole seconds.
  const decidedAt = Math.floor(last.decidedAt.getTime() / MS_PER_SECOND) * MS_PER_SECOND
  const changedAt = Date.parse(now.updatedAt ?? '')
  if (Number.isNaN(changedAt) || changedAt <= decidedAt) return null
  if (last.deed === 'ACCEPT' && effectOf(now.kind, now.status, settings.statusMap) === 'ACCEPT') return null
  return told
}

/** Somebody works on it already, or it is over: 4me knows what we would tell it. */
function isAlready(change: Change, now: FourmeReading, settings: FourmeSettings): boolean {
  if (endsRecord(now.kind, now.status)) return endsRecord(now.kind, change.status)
  if (endsRecord(now.kind, change.status) || now.status === null) return false
  return effectOf(now.kind, now.status, settings.statusMap) === 'ACCEPT' && now.memberId !== null
}

function standing(now: FourmeReading): string {
  return [`status ${now.status ?? 'unknown'}`, now.member && `member ${now.member}`].filter(Boolean).join(', ')
}

function bodyOf(
  change: Change,
  memberId: number | null,
  settings: FourmeSettings,
  kind: RecordKind,
): Record<string, unknown> {
  const isInternal = kind === 'request' && settings.writeBack?.noteVisibility !== 'PUBLIC'
  return {
    ...(change.status === null ? {} : { status: change.status }),
    ...(change.status === null || change.completionReason === null
      ? {}
      : { completion_reason: change.completionReason }),
    ...(memberId === null ? {} : { member_id: memberId }),
    ...(change.teamId === null ? {} : { team_id: change.teamId }),
    ...(change.notes.length === 0 ? {} : { [isInternal ? 'internal_note' : 'note']: change.notes.join('\n\n') }),
  }
}

function inWords(change: Change, memberId: number | null, settings: FourmeSettings): string {
  const note = settings.writeBack?.noteVisibility === 'PUBLIC' ? 'note' : 'internal note'
  return [
    change.status && `status ${change.status}`,
    change.status && change.completionReason && `completion reason ${change.completionReason}`,
    memberId !== null && change.person && `member ${change.person.name}`,
    change.teamId !== null && `team ${change.teamId}`,
    ...change.notes.map((text) => `${note} “${oneLine(text, QUOTE_LENGTH_MAX)}”`),
  ]
    .filter(Boolean)
    .join(', ')
}

function hasNote(notes: unknown, text: string): boolean {
  if (!Array.isArray(notes)) return false
  return notes.some((note) => typeof note?.text === 'string' && note.text.replace(/\r\n?/g, '\n').includes(text))
}

type Call = (url: string, change?: { method: 'PATCH'; body: unknown }) => Promise<OutboundAnswer | WriteOutcome>

/** Calls 4me under its limits; what is no plain answer is an outcome. */
function callerFor(request: LookUpRequest, settings: FourmeSettings, outbound: Outbound): Call {
  const pacer = paceOf(outbound)
  return async (url, change) => {
    const leave = await pacer.leave(paceKey(settings), 1)
    if (leave.kind === 'later') {
      return {
        kind: 'retry',
        reason: "4me's limit of calls is used up.",
        afterSeconds: leave.afterSeconds,
        isForAll: true,
      }
    }
    const { account } = request
    const answer = await attempt(ask(outbound, settings, account, url, undefined, WRITE_TIMEOUT_MS, change))
    if (answer instanceof OutboundError) return retry(unreachable(settings, answer.message))
    if (answer.status === 429) {
      pacer.hush(paceKey(settings), silenceOf(answer))
      return {
        kind: 'retry',
        reason: '4me asks for fewer calls (429).',
        afterSeconds: silenceOf(answer),
        isForAll: true,
      }
    }
    return outcomeOf(answer, url, change !== undefined, request, settings) ?? answer
  }
}

function outcomeOf(
  answer: OutboundAnswer,
  url: string,
  isWrite: boolean,
  request: LookUpRequest,
  settings: FourmeSettings,
): WriteOutcome | null {
  const name = recordName(request.record, request.id)
  const { host } = new URL(url)
  switch (answer.status) {
    case 200:
    case 201:
    case 204:
      return isWebPage(answer) ? retry(unreachable(settings, `${host} answers with a web page.`)) : null
    case 400:
    case 401:
      return retry(unauthorized(request, settings, answer))
    case 403:
      return forbiddenTo(isWrite ? 'update' : 'read', request)
    case 404:
    case 410:
      if (isWebPage(answer)) return retry(unreachable(settings, `${host} answers with a web page (${answer.status}).`))
      return { kind: 'refused', text: `4me has no ${name.toLowerCase()} any more, or the token may not see it.` }
    case 422:
      return {
        kind: 'retry',
        reason: `4me did not take it. ${mistakesOf(answer).replace(/\.$/, '')}.`,
        afterSeconds: REFUSED_SECONDS,
        isForAll: false,
      }
    default:
      return retry(
        unreachable(settings, `${host} answers ${answer.status}${messageOf(answer) && ` (${messageOf(answer)})`}.`),
      )
  }
}

/** What 4me refuses by its own rules changes only when somebody changes the record, or the rules. */
const REFUSED_SECONDS = 900

function forbiddenTo(action: 'update' | 'read', request: LookUpRequest): WriteOutcome {
  const scope = request.record === 'request' ? 'Request' : 'Problem'
  const text = `The auth token may not ${action} ${request.record}s in the account ${request.account}: it lacks the scope ${scope}, action ${action === 'update' ? 'Update' : 'Read'}. What is done here does not reach 4me until it has it.`
  return { kind: 'retry', reason: text, isForAll: false, warning: { code: '4me-write-forbidden', text } }
}

function retry(why: { reason: string; warning?: { code: string; text: string } }): WriteOutcome {
  return { kind: 'retry', reason: why.reason, isForAll: true, ...(why.warning ? { warning: why.warning } : {}) }
}

interface Member {
  id: number | null
  warning: { code: string; text: string } | undefined
}

/** Who is who, by token, account and address. */
const people = new Map<string, { at: number; id: number | null }>()

/** The person in 4me with this e-mail address; null when there is none, or the token may not look. */
async function memberFor(
  person: { name: string; email: string },
  request: LookUpRequest,
  settings: FourmeSettings,
  call: Call,
): Promise<Member | WriteOutcome> {
  const key = `${paceKey(settings)} ${request.account} ${person.email.toLowerCase()}`
  const entry = people.get(key)
  if (entry && elapsedMs() - entry.at < PERSON_FRESH_MS) return { id: entry.id, warning: undefined }
  // 4me compares with regard to case, and people do not.
  const spellings = [...new Set([person.email, person.email.toLowerCase()])]
  const url = `${apiOrigin(settings)}/v1/people?primary_email=${spellings.map(encodeURIComponent).join(',')}&per_page=5`
  const answer = await call(url)
  if ('kind' in answer) {
    const isForbidden = answer.kind === 'retry' && answer.warning?.code === '4me-write-forbidden'
    if (!isForbidden && answer.kind !== 'refused') return answer
    const text = `The auth token may not read people: it lacks the scope Person, action Read. Records are written without a member.`
    return { id: null, warning: { code: '4me-people-forbidden', text } }
  }
  const found = jsonOf(answer)
  const ids = (Array.isArray(found) ? found : []).flatMap((one) =>
    Number.isSafeInteger(one?.id) && String(one?.primary_email ?? '').toLowerCase() === person.email.toLowerCase()
      ? [one.id as number]
      : [],
  )
  const id = ids[0] ?? null
  people.delete(key)
  people.set(key, { at: elapsedMs(), id })
  const oldest = people.keys().next()
  if (people.size > PEOPLE_CACHED_MAX && !oldest.done) people.delete(oldest.value)
  return { id, warning: undefined }
}
