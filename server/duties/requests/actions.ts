import { type Actor, hasRight, requireRight } from '../../access/actor.ts'
import { everything } from '../../access/sight.ts'
import { audit } from '../../audit/store.ts'
import type { Database, Tx } from '../../database/connection.ts'
import { tellLive } from '../../database/notify.ts'
import { requireStorable } from '../../database/values.ts'
import { everKnownPeople, holdPeople } from '../../directory/store.ts'
import { type CoverageNews, tellCoverage } from '../../notifications/notices/coverage.ts'
import { GRACE_MINUTES, putOnCall } from '../../oncall/actions.ts'
import { shiftsOf } from '../../oncall/decide.ts'
import { SHIFT_DAYS_MAX } from '../../oncall/schema.ts'
import { loadSchedules, lockSchedule, type ScheduleRow } from '../../oncall/store.ts'
import { invariant } from '../../runtime/invariant.ts'
import { fieldProblem, Problem } from '../../runtime/problem.ts'
import { addMinutes, later } from '../../runtime/time.ts'
import { type Stretch, sharesOf } from '../shifts/decide.ts'
import { stateAt, whyClosed } from './decide.ts'
import { type CoverageAnswerInput, type CoverageRequest, type CoverageRequestInput, PENDING_MAX } from './schema.ts'
import {
  countPending,
  endRequest,
  insertRequest,
  lockOthers,
  lockRequest,
  type RequestRow,
  requestById,
  samePending,
} from './store.ts'
import { viewRequests } from './view.ts'

const DAY_MS = 86_400_000

/** Asks a colleague to take the shifts that somebody has on a schedule in a stretch of time; the colleague is told. */
export async function askForCover(
  db: Database,
  actor: Actor,
  input: CoverageRequestInput,
  now: Date,
): Promise<CoverageRequest> {
  requireRight(actor, 'answer')
  requireStorable({ message: input.message })
  const requesterId = requesterOf(actor, input)
  if (requesterId === input.user.id) throw fieldProblem('user.id', 'Choose a colleague.')
  const { start, end } = timesOf(input, now)
  return db.transaction().execute(async (tx) => {
    const schedule = await lockSchedule(tx, input.schedule.id)
    if (!schedule) throw fieldProblem('schedule.id', `There is no on-call schedule ${input.schedule.id}.`)
    const living = await holdPeople(tx, [requesterId, input.user.id])
    if (!living.has(requesterId)) throw fieldProblem('requester.id', `There is no person ${requesterId}.`)
    if (!living.has(input.user.id)) throw fieldProblem('user.id', `There is no person ${input.user.id}.`)
    const shares = await sharesIn(tx, schedule, requesterId, start, end)
    const [first, last] = [shares[0], shares.at(-1)]
    if (!first || !last) {
      throw fieldProblem('start', `${await nameOf(tx, requesterId)} is not on call on ${schedule.name} in this time.`)
    }
    const wanted = {
      schedule_id: schedule.id,
      requester_id: requesterId,
      asked_id: input.user.id,
      // What lies beyond the shifts is nobody's to give away.
      starts_at: first.start,
      ends_at: last.end,
      message: input.message ?? '',
    }
    if (await samePending(tx, wanted))
      throw fieldProblem('user.id', 'This colleague was asked about this time already.')
    if ((await countPending(tx, requesterId, now)) >= PENDING_MAX) {
      throw fieldProblem('schedule', `At most ${PENDING_MAX} requests wait at once: withdraw some.`)
    }
    const row = await insertRequest(tx, wanted, now)
    const by = await nameOf(tx, requesterId)
    await tellCoverage(tx, row.asked_id, newsOf(row, schedule, 'ASKED', by, row.message), now)
    await tell(tx, actor, 'asked', row, now)
    return shown(tx, row.id, now)
  })
}

/** The asked person takes the shifts: overrides and answer are one transaction. Of a shift that runs the rest is taken. */
export async function acceptRequest(
  db: Database,
  actor: Actor,
  id: number,
  input: CoverageAnswerInput,
  now: Date,
): Promise<CoverageRequest> {
  return answer(db, actor, id, input, now, async (tx, row, schedule) => {
    requireAsked(actor, row)
    const living = await holdPeople(tx, [row.asked_id])
    if (!living.has(row.asked_id)) throw new Problem('already-done', 'The person who was asked is not here any more.')
    const shares = await sharesIn(tx, schedule, row.requester_id, later(row.starts_at, now), row.ends_at)
    if (shares.length === 0) {
      const name = await nameOf(tx, row.requester_id)
      throw new Problem('already-done', `${name} is not on call on ${schedule.name} in this time any more.`)
    }
    const overrides = shares.map((share) => ({ ...share, userId: row.asked_id }))
    await putOnCall(tx, actor, schedule.id, overrides, now)
    await dropOthers(tx, row, schedule, now)
    return { state: 'ACCEPTED', tells: row.requester_id }
  })
}

/** The asked person does not take the shifts; who asked is told. */
export async function declineRequest(
  db: Database,
  actor: Actor,
  id: number,
  input: CoverageAnswerInput,
  now: Date,
): Promise<CoverageRequest> {
  return answer(db, actor, id, input, now, async (_tx, row) => {
    requireAsked(actor, row)
    return { state: 'DECLINED', tells: row.requester_id }
  })
}

/** Who asked needs nobody any more; who was asked is told. */
export async function withdrawRequest(
  db: Database,
  actor: Actor,
  id: number,
  input: CoverageAnswerInput,
  now: Date,
): Promise<CoverageRequest> {
  return answer(db, actor, id, input, now, async (_tx, row) => {
    const isOwn = actor.kind === 'person' && actor.personId === row.requester_id
    if (!isOwn && !hasRight(actor, 'edit')) {
      throw new Problem('not-allowed', 'Who asked withdraws a request; withdrawing others needs the role User.')
    }
    return { state: 'WITHDRAWN', tells: row.asked_id }
  })
}

/** The answer to a request that does not exist. */
export function noSuchRequest(): Problem {
  return new Problem('not-found', 'There is no such coverage request.')
}

type Ending = { state: 'ACCEPTED' | 'DECLINED' | 'WITHDRAWN'; tells: number }

async function answer(
  db: Database,
  actor: Actor,
  id: number,
  input: CoverageAnswerInput,
  now: Date,
  decide: (tx: Tx, row: RequestRow, schedule: ScheduleRow) => Promise<Ending>,
): Promise<CoverageRequest> {
  requireRight(actor, 'answer')
  requireStorable({ message: input?.message })
  return db.transaction().execute(async (tx) => {
    const found = await requestById(tx, everything, id)
    if (!found) throw noSuchRequest()
    // The schedule first, as everybody who changes it does.
    const schedule = await lockSchedule(tx, found.schedule_id)
    const row = await lockRequest(tx, id)
    invariant(row, 'requests are never removed')
    const closed = whyClosed(stateAt(row, now))
    if (closed !== null) throw new Problem('already-done', closed)
    if (!schedule) throw new Problem('already-done', 'The on-call schedule was deleted.')
    const { state, tells } = await decide(tx, row, schedule)
    await endRequest(tx, id, { state, answer: input?.message || null }, now)
    const by = state === 'WITHDRAWN' ? await nameOf(tx, row.requester_id) : await nameOf(tx, row.asked_id)
    await tellCoverage(tx, tells, newsOf(row, schedule, state, by, input?.message ?? ''), now)
    await tell(tx, actor, state.toLowerCase(), row, now)
    return shown(tx, id, now)
  })
}

/** Others who were asked about time that is covered now need not answer. */
async function dropOthers(tx: Tx, row: RequestRow, schedule: ScheduleRow, now: Date): Promise<void> {
  const by = await nameOf(tx, row.asked_id)
  for (const other of await lockOthers(tx, row)) {
    const left = await sharesIn(tx, schedule, other.requester_id, later(other.starts_at, now), other.ends_at)
    if (left.length > 0) continue
    await endRequest(tx, other.id, { state: 'WITHDRAWN', answer: `${by} takes it.` }, now)
    const name = await nameOf(tx, other.requester_id)
    await tellCoverage(tx, other.asked_id, newsOf(other, schedule, 'WITHDRAWN', name, `${by} takes it.`), now)
  }
}

async function sharesIn(tx: Tx, schedule: ScheduleRow, personId: number, from: Date, until: Date): Promise<Stretch[]> {
  const [stored] = await loadSchedules(tx, [schedule], { from, until })
  return stored ? sharesOf(personId, shiftsOf(stored.rules, { from, until }), { from, until }) : []
}

function requesterOf(actor: Actor, input: CoverageRequestInput): number {
  const own = actor.kind === 'person' ? actor.personId : null
  const requesterId = input.requester?.id ?? own
  if (requesterId === null) throw fieldProblem('requester.id', 'Say whose shift.')
  if (requesterId !== own && !hasRight(actor, 'edit')) {
    throw new Problem('not-allowed', 'Asking for the shift of somebody else needs the role User.')
  }
  return requesterId
}

function timesOf(input: CoverageRequestInput, now: Date): { start: Date; end: Date } {
  const [start, end] = [new Date(input.start), new Date(input.end)]
  if (end <= start) throw fieldProblem('end', 'It ends before it begins.')
  if (end <= now) throw fieldProblem('end', 'It is over already.')
  if (start < addMinutes(now, -GRACE_MINUTES)) throw fieldProblem('start', 'It lies in the past.')
  if (end.getTime() - start.getTime() > SHIFT_DAYS_MAX * DAY_MS) {
    throw fieldProblem('end', `It is at most ${SHIFT_DAYS_MAX} days long.`)
  }
  return { start: later(start, now), end }
}

function requireAsked(actor: Actor, row: RequestRow): void {
  if (actor.kind === 'person' && actor.personId === row.asked_id) return
  throw new Problem('not-allowed', 'Only the person who was asked answers a coverage request.')
}

function newsOf(
  row: RequestRow,
  schedule: ScheduleRow,
  what: CoverageNews['what'],
  by: string,
  message: string,
): CoverageNews {
  return { what, by, schedule: schedule.name, start: row.starts_at, end: row.ends_at, message }
}

async function nameOf(tx: Tx, id: number): Promise<string> {
  const person = (await everKnownPeople(tx, [id])).get(id)
  return person ? `${person.firstName} ${person.lastName}`.trim() : `Person ${id}`
}

async function tell(tx: Tx, actor: Actor, verb: string, row: RequestRow, now: Date): Promise<void> {
  const details = { scheduleId: row.schedule_id, requesterId: row.requester_id, askedId: row.asked_id }
  const line = { action: `coverage-request.${verb}`, objectType: 'coverage-request', objectId: row.id, details }
  await audit(tx, actor, line, now)
  await tellLive(tx, { kind: 'status' })
}

async function shown(tx: Tx, id: number, now: Date): Promise<CoverageRequest> {
  const row = await requestById(tx, everything, id)
  const [request] = row ? await viewRequests(tx, [row], now) : []
  invariant(request, 'a request just saved is there')
  return request
}
