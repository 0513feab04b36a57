import { type Actor, hasRight, requireRight } from '../access/actor.ts'
import { audit } from '../audit/store.ts'
import type { Database, Tx } from '../database/connection.ts'
import { tellLive } from '../database/notify.ts'
import type { StoredLayer } from '../database/tables.ts'
import { requireStorable } from '../database/values.ts'
import { holdPeople, holdTeams } from '../directory/store.ts'
import { fieldProblem, Problem } from '../runtime/problem.ts'
import { addMinutes, later } from '../runtime/time.ts'
import { gapsIn } from './coverage/decide.ts'
import { shiftsOf } from './decide.ts'
import { type DrawnShift, overlapIn, type Read, type Refusal, readLayers, readShift } from './input/decide.ts'
import { readRotation } from './layers/decide.ts'
import { COVERAGE_WEEKS, type ScheduleInput, type ShiftInput } from './schema.ts'
import {
  changeSchedule,
  countOverrides,
  drawnShifts,
  endDrawnShift,
  endOverride,
  insertDrawnShift,
  insertOverride,
  insertSchedule,
  loadSchedules,
  lockSchedule,
  overrideRow,
  replaceScheduleTeams,
  type ScheduleRow,
  saveEdition,
} from './store.ts'

const OVERRIDES_MAX = 1_000
/** Between a click and its arrival time passes: what begins no longer ago begins now. */
export const GRACE_MINUTES = 5

/** Adds a schedule; its layers have shifts from their own start on, also before today. Returns its id. */
export async function addSchedule(
  db: Database,
  actor: Actor,
  input: ScheduleInput,
  options: { abortOnGaps: boolean },
  now: Date,
): Promise<number> {
  requireRight(actor, 'edit')
  requireStorable({ name: input.name })
  return db.transaction().execute(async (tx) => {
    const layers = layersOf(input)
    const shifts = shiftsIn(input)
    refusePast(shifts, now)
    await requirePeople(tx, layers, shifts)
    const id = await insertSchedule(tx, { ...valuesOf(input), timezone: input.timezone, type: input.type }, now)
    await replaceScheduleTeams(tx, id, await teamIdsOf(tx, input.teams ?? []))
    if (input.type === 'RECURRING') await saveEdition(tx, id, { from: null, layers }, now)
    for (const shift of shifts) await insertDrawnShift(tx, id, fromNow(shift, now))
    if (options.abortOnGaps) await refuseGaps(tx, id, now)
    await tellSaved(tx, actor, 'created', id, { name: input.name, type: input.type }, now)
    return id
  })
}

/**
 * Replaces a schedule. What is over stays as it was: changed layers hold from `effectiveFrom` on, drawn shifts are kept up to
 * now. Layers or teams that are absent or null stay.
 */
export async function replaceSchedule(
  db: Database,
  actor: Actor,
  id: number,
  input: ScheduleInput,
  options: { abortOnGaps: boolean },
  now: Date,
): Promise<void> {
  requireRight(actor, 'edit')
  requireStorable({ name: input.name })
  await db.transaction().execute(async (tx) => {
    const row = await lockExisting(tx, id)
    refuseNewKind(row, input)
    const from = effectiveFrom(input, now)
    const layers = layersOf(input)
    const shifts = shiftsIn(input)
    await requirePeople(tx, layers, shifts)
    await changeSchedule(tx, id, valuesOf(input), now)
    if (input.teams) await replaceScheduleTeams(tx, id, await teamIdsOf(tx, input.teams))
    if (input.scheduleLayers && input.type === 'RECURRING') await saveLayers(tx, row, layers, from, now)
    if (input.shifts && input.type === 'STATIC') await saveShifts(tx, id, shifts, now)
    if (options.abortOnGaps) await refuseGaps(tx, id, now)
    await tellSaved(tx, actor, 'changed', id, { name: input.name, layers: layers.length, from }, now)
  })
}

/** Puts somebody on call instead of whoever would be. Responders put only themselves on call. */
export async function addOverride(
  db: Database,
  actor: Actor,
  scheduleId: number,
  input: ShiftInput,
  now: Date,
): Promise<void> {
  requireMayPut(actor, input.user.id)
  await db.transaction().execute(async (tx) => {
    const row = await lockExisting(tx, scheduleId)
    const drawn = accepted(readShift(input, row.timezone, ''))
    if (drawn.start < addMinutes(now, -GRACE_MINUTES)) {
      throw fieldProblem('start', 'It lies in the past: an override begins now or later.')
    }
    const override = fromNow(drawn, now)
    if (override.end <= override.start) throw fieldProblem('end', 'It is over already.')
    const people = await holdPeople(tx, [override.userId])
    if (!people.has(override.userId)) throw fieldProblem('user.id', `There is no person ${override.userId}.`)
    await putOnCall(tx, actor, scheduleId, [override], now)
  })
}

/** Adds overrides to a schedule that is locked, for people who were checked. */
export async function putOnCall(
  tx: Tx,
  actor: Actor,
  scheduleId: number,
  overrides: readonly DrawnShift[],
  now: Date,
): Promise<void> {
  if ((await countOverrides(tx, scheduleId, now)) + overrides.length > OVERRIDES_MAX) {
    throw fieldProblem('start', `A schedule has at most ${OVERRIDES_MAX} overrides: remove some that lie ahead.`)
  }
  for (const override of overrides) {
    const overrideId = await insertOverride(tx, scheduleId, override, now)
    await tellSaved(tx, actor, 'overridden', scheduleId, { overrideId, ...override }, now)
  }
}

/** Throws unless the actor may put this person on call: responders only themselves. */
export function requireMayPut(actor: Actor, personId: number): void {
  requireRight(actor, 'answer')
  if (!hasRight(actor, 'edit') && !(actor.kind === 'person' && actor.personId === personId)) {
    throw new Problem('not-allowed', 'Responders put only themselves on call: putting others needs the role User.')
  }
}

/** Removes an override; one that has begun ends now, one that is over stays. */
export async function removeOverride(
  db: Database,
  actor: Actor,
  place: { scheduleId: number; overrideId: number },
  now: Date,
): Promise<void> {
  requireRight(actor, 'answer')
  await db.transaction().execute(async (tx) => {
    await lockExisting(tx, place.scheduleId)
    const override = await overrideRow(tx, place.scheduleId, place.overrideId)
    if (!override) throw new Problem('not-found', 'There is no such override.')
    if (!hasRight(actor, 'edit') && !(actor.kind === 'person' && actor.personId === override.person_id)) {
      throw new Problem('not-allowed', 'Responders remove only their own overrides: others need the role User.')
    }
    if (override.ends_at <= now) throw new Problem('already-done', 'The override is over: who was on call stays so.')
    await endOverride(tx, override, now)
    await tellSaved(tx, actor, 'override-removed', place.scheduleId, { overrideId: override.id }, now)
  })
}

/** The answer to a schedule that does not exist. */
export function noSuchSchedule(): Problem {
  return new Problem('not-found', 'There is no such on-call schedule.')
}

async function saveLayers(tx: Tx, row: ScheduleRow, layers: StoredLayer[], from: Date, now: Date): Promise<void> {
  const [stored] = await loadSchedules(tx, [row], { from: now, until: now })
  const latest = stored?.rules.editions.at(-1)
  // The provider of Terraform sends what it read: saving the same again is no edit.
  const isSame = latest && (latest.from === null || latest.from <= from) && isEqual(latest.layers, layers)
  if (!isSame) await saveEdition(tx, row.id, { from, layers }, now)
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
}

/** With its keys in one order: the database keeps them in another. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  )
}

/** Drawn shifts are replaced from now on: what has begun keeps its beginning, and what is over stays. */
async function saveShifts(tx: Tx, scheduleId: number, wanted: readonly DrawnShift[], now: Date): Promise<void> {
  const kept = await drawnShifts(tx, scheduleId, new Date(0))
  const matches = (one: DrawnShift, row: (typeof kept)[number]) =>
    one.userId === row.person_id && one.start.getTime() === row.starts_at.getTime()
  for (const row of kept.filter(({ ends_at }) => ends_at > now)) {
    const same = wanted.find((one) => matches(one, row))
    const end = same ? later(same.end, later(now, row.starts_at)) : later(now, row.starts_at)
    if (!same && row.starts_at >= now) await endDrawnShift(tx, row, row.starts_at)
    else if (end.getTime() !== row.ends_at.getTime()) await endDrawnShift(tx, row, end)
  }
  const added = wanted.filter((one) => !kept.some((row) => matches(one, row)))
  refusePast(added, now, (shift) => wanted.indexOf(shift))
  for (const shift of added) await insertDrawnShift(tx, scheduleId, fromNow(shift, now))
}

function layersOf(input: ScheduleInput): StoredLayer[] {
  const inputs = input.scheduleLayers ?? []
  if (input.type === 'STATIC') {
    if (inputs.length > 0) throw fieldProblem('scheduleLayers', 'A schedule of type STATIC has shifts, no layers.')
    return []
  }
  return accepted(readLayers(inputs, input.timezone)).map((layer) => ({
    ...layer,
    userIds: [...layer.userIds],
    restrictions: [...layer.restrictions],
  }))
}

function shiftsIn(input: ScheduleInput): DrawnShift[] {
  if (input.type === 'RECURRING') return []
  const length = input.defaultShiftDuration
  if (length && !readRotation(length)) {
    throw fieldProblem('defaultShiftDuration', 'Write a duration of hours, days or weeks such as PT8H or P7D.')
  }
  const read = (input.shifts ?? []).map((shift, index) => readShift(shift, input.timezone, `shifts.${index}.`))
  const refusals = read.flatMap((one) => (one.ok ? [] : one.refusals))
  if (refusals.length > 0) throw refused(refusals)
  const shifts = read.flatMap((one) => (one.ok ? [one.value] : []))
  const overlap = overlapIn(shifts)
  if (overlap) throw refused([overlap])
  return shifts
}

function refusePast(
  shifts: readonly DrawnShift[],
  now: Date,
  place: (shift: DrawnShift) => number = (shift) => shifts.indexOf(shift),
): void {
  const past = shifts.find((shift) => shift.start < addMinutes(now, -GRACE_MINUTES))
  if (past) throw fieldProblem(`shifts.${place(past)}.start`, 'It lies in the past: a new shift begins now or later.')
}

function fromNow(shift: DrawnShift, now: Date): DrawnShift {
  return { ...shift, start: later(shift.start, now) }
}

function refuseNewKind(row: ScheduleRow, input: ScheduleInput): void {
  if (row.type !== input.type) throw fieldProblem('type', `It stays ${row.type}: make another schedule instead.`)
  if (row.timezone !== input.timezone) {
    throw fieldProblem('timezone', `It stays ${row.timezone}: shifts that are over would move. Make another schedule.`)
  }
}

function effectiveFrom(input: ScheduleInput, now: Date): Date {
  const from = input.effectiveFrom ? new Date(input.effectiveFrom) : now
  if (from < addMinutes(now, -GRACE_MINUTES)) {
    throw fieldProblem('effectiveFrom', 'It lies in the past: what is over stays as it was.')
  }
  return later(from, now)
}

async function refuseGaps(tx: Tx, id: number, now: Date): Promise<void> {
  const row = await lockExisting(tx, id)
  const interval = { from: now, until: addMinutes(now, COVERAGE_WEEKS * 7 * 24 * 60) }
  const [stored] = await loadSchedules(tx, [row], interval)
  const gaps = stored ? gapsIn(shiftsOf(stored.rules, interval), interval) : []
  const [first] = gaps
  if (!first) return
  const field = row.type === 'STATIC' ? 'shifts' : 'scheduleLayers'
  const count = gaps.length === 1 ? 'a gap' : `${gaps.length} gaps`
  throw fieldProblem(
    field,
    `The next ${COVERAGE_WEEKS} weeks have ${count}, the first from ${first.start.toISOString()} to ${first.end.toISOString()}.`,
  )
}

async function requirePeople(tx: Tx, layers: readonly StoredLayer[], shifts: readonly DrawnShift[]): Promise<void> {
  const named = [
    ...layers.flatMap((layer, index) =>
      layer.userIds.map((id, place) => ({ id, field: `scheduleLayers.${index}.users.${place}.id` })),
    ),
    ...shifts.map(({ userId }, index) => ({ id: userId, field: `shifts.${index}.user.id` })),
  ]
  const people = await holdPeople(tx, [...new Set(named.map(({ id }) => id))])
  const unknown = named.find(({ id }) => !people.has(id))
  if (unknown) throw fieldProblem(unknown.field, `There is no person ${unknown.id}.`)
}

async function teamIdsOf(tx: Tx, references: readonly { id: number }[]): Promise<number[]> {
  const ids = references.map((team) => team.id)
  const teams = await holdTeams(tx, ids)
  const unknown = ids.findIndex((id) => !teams.has(id))
  if (unknown >= 0) throw fieldProblem(`teams.${unknown}.id`, `There is no team ${ids[unknown]}.`)
  return [...new Set(ids)]
}

function valuesOf(input: ScheduleInput) {
  return {
    name: input.name,
    show_gaps: input.showGaps ?? false,
    default_shift_duration: input.defaultShiftDuration || null,
  }
}

/** What was read, or the problem that names every field that is wrong. */
export function accepted<T>(read: Read<T>): T {
  if (!read.ok) throw refused(read.refusals)
  return read.value
}

function refused(refusals: readonly Refusal[]): Problem {
  const detail = refusals.map(({ field, message }) => `${field}: ${message}`).join(' ')
  return new Problem('invalid-input', detail, { errors: [...refusals] })
}

async function lockExisting(tx: Tx, id: number): Promise<ScheduleRow> {
  const row = await lockSchedule(tx, id)
  if (!row) throw noSuchSchedule()
  return row
}

async function tellSaved(
  tx: Tx,
  actor: Actor,
  verb: string,
  id: number,
  details: Record<string, unknown>,
  now: Date,
): Promise<void> {
  await audit(tx, actor, { action: `schedule.${verb}`, objectType: 'schedule', objectId: id, details }, now)
  await tellLive(tx, { kind: 'status' })
}
