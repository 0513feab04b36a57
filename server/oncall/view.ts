import type { Database, Tx } from '../database/connection.ts'
import type { PersonReference } from '../directory/schema.ts'
import { everKnownPeople, usableContacts } from '../directory/store.ts'
import { policiesOfSchedules } from '../escalation/policies/store.ts'
import { invariant } from '../runtime/invariant.ts'
import { addMinutes } from '../runtime/time.ts'
import { doubleCoverIn, gapsIn } from './coverage/decide.ts'
import { type Interval, layerShiftsOf, type Shift as RuledShift, type Schedule as Rules, shiftsOf } from './decide.ts'
import {
  type Calendar,
  COVERAGE_WEEKS,
  type Coverage,
  type Layer,
  type Override,
  type Schedule,
  type ScheduleReference,
  SHIFT_DAYS_MAX,
  type Shift,
} from './schema.ts'
import { loadSchedules, overridesBetween, type ScheduleRow, teamsOfSchedules } from './store.ts'

const DAY_MINUTES = 24 * 60
/** How far ahead the shifts of a schedule are told with the schedule. */
const INCLUDED_DAYS = 30
/** The next shift is looked for this far ahead: beyond, there is none worth telling. */
const NEXT_DAYS = SHIFT_DAYS_MAX

export type PeopleById = ReadonlyMap<number, PersonReference>

/** Schedules as the API shows them, in the order given. */
export async function viewSchedules(
  db: Database | Tx,
  rows: readonly ScheduleRow[],
  include: readonly string[],
  now: Date,
): Promise<Schedule[]> {
  const interval = { from: now, until: addMinutes(now, NEXT_DAYS * DAY_MINUTES) }
  const stored = await loadSchedules(db, rows, include.includes('past') ? { ...interval, from: new Date(0) } : interval)
  const teams = await teamsOfSchedules(
    db,
    rows.map(({ id }) => id),
  )
  const policies = await policiesOfSchedules(
    db,
    rows.map(({ id }) => id),
  )
  const shown = stored.map(({ rules }) => currentAndNext(rules, now))
  const included = stored.map(({ row, rules }) => includedShifts(row, rules, include, now))
  const layers = stored.map(({ rules }) => rules.editions.at(-1)?.layers ?? [])
  const people = await everKnownPeople(db, [
    ...layers.flat().flatMap(({ userIds }) => userIds),
    ...shown.flat().flatMap((shift) => shift?.userId ?? []),
    ...included.flat().map(({ userId }) => userId),
  ])
  return stored.map(({ row, rules }, index) => {
    const [current, next] = shown[index] ?? []
    const latest = rules.editions.at(-1)
    return {
      ...referenceOf(row),
      timezone: row.timezone,
      startsOn: layers[index]?.[0]?.startsOn ?? null,
      teams: teams.filter(({ scheduleId }) => scheduleId === row.id).map(({ id, name }) => ({ id, name })),
      scheduleLayers: (layers[index] ?? []).map((layer) => viewLayer(layer, people)),
      layersFrom: latest?.from && latest.from > now ? latest.from.toISOString() : null,
      ...(include.includes('shifts') ? { shifts: viewShifts(included[index] ?? [], people) } : {}),
      showGaps: row.show_gaps,
      defaultShiftDuration: row.default_shift_duration,
      currentShift: current ? viewShift(current, people) : null,
      nextShift: next ? viewShift(next, people) : null,
      usedBy: policies
        .filter(({ levels }) => levels.some((level) => level.scheduleIds?.includes(row.id)))
        .map(({ id, name }) => ({ id, name })),
      createdAt: row.created_at.toISOString(),
      updatedAt: row.updated_at.toISOString(),
    }
  })
}

/** A schedule as others name it. */
export function referenceOf(row: ScheduleRow): ScheduleReference {
  return { id: row.id, name: row.name, type: row.type === 'STATIC' ? 'STATIC' : 'RECURRING' }
}

/** Who is on call at `now`, and whose shift begins next. */
function currentAndNext(rules: Rules, now: Date): [RuledShift | null, RuledShift | null] {
  // Mostly the next one is near; only a rota with long gaps is looked at for a year.
  for (const days of [8, 60, NEXT_DAYS]) {
    const shifts = shiftsOf(rules, { from: now, until: addMinutes(now, days * DAY_MINUTES) })
    const next = shifts.find(({ start }) => start > now)
    if (next || days === NEXT_DAYS) return [shifts.find(({ start }) => start <= now) ?? null, next ?? null]
  }
  return [null, null]
}

function includedShifts(row: ScheduleRow, rules: Rules, include: readonly string[], now: Date): RuledShift[] {
  if (!include.includes('shifts')) return []
  const days = row.type === 'STATIC' ? NEXT_DAYS : INCLUDED_DAYS
  const past = include.includes('past') ? days : 0
  return shiftsOf(row.type === 'STATIC' ? { ...rules, overrides: [] } : rules, {
    from: addMinutes(now, -past * DAY_MINUTES),
    until: addMinutes(now, days * DAY_MINUTES),
  })
}

function viewLayer(layer: Rules['editions'][number]['layers'][number], people: PeopleById): Layer {
  return {
    name: layer.name,
    startsOn: layer.startsOn,
    endsOn: layer.endsOn,
    users: layer.userIds.map((id) => personOf(id, people)),
    rotation: layer.rotation,
    restrictionType: 'TIMES_OF_WEEK',
    restrictions: layer.restrictions.map(({ from, to }) => ({ from, to }) as Layer['restrictions'][number]),
    skipRestrictedTime: layer.skipRestrictedTime,
  }
}

function personOf(id: number, people: PeopleById): PersonReference {
  const person = people.get(id)
  invariant(person, 'whoever a schedule names was there')
  return person
}

/** A shift as the API shows it. */
export function viewShift({ userId, start, end, cause }: RuledShift, people: PeopleById): Shift {
  return {
    user: personOf(userId, people),
    start: start.toISOString(),
    end: end.toISOString(),
    cause: {
      kind: cause.kind === 'layer' ? 'LAYER' : cause.kind === 'shift' ? 'SHIFT' : 'OVERRIDE',
      layerIndex: cause.kind === 'layer' ? cause.layerIndex : null,
      layer: cause.kind === 'layer' ? cause.layer : null,
      overrideId: cause.kind === 'override' ? cause.overrideId : null,
    },
  }
}

function viewShifts(shifts: readonly RuledShift[], people: PeopleById): Shift[] {
  return shifts.map((shift) => viewShift(shift, people))
}

/** Who is on call when, with or without what was overridden. */
export async function viewFinal(
  db: Database | Tx,
  row: ScheduleRow,
  interval: Interval,
  options: { overrides: boolean },
): Promise<Shift[]> {
  const [stored] = await loadSchedules(db, [row], interval)
  const shifts = stored ? shiftsOf(stored.rules, interval, options) : []
  return viewShifts(shifts, await peopleOf(db, shifts))
}

/** What the calendar of a schedule draws. */
export async function viewCalendar(db: Database | Tx, row: ScheduleRow, interval: Interval): Promise<Calendar> {
  const [stored] = await loadSchedules(db, [row], interval)
  return calendarOf(db, stored?.rules ?? emptyRules(row.timezone), interval)
}

function emptyRules(timezone: string): Rules {
  return { timezone, editions: [], shifts: [], overrides: [] }
}

/** What the calendar draws of rules, saved or not. */
export async function calendarOf(db: Database | Tx, rules: Rules, interval: Interval): Promise<Calendar> {
  const layers = layerShiftsOf(rules, interval)
  const final = shiftsOf(rules, interval)
  const overrides = rules.overrides.filter(({ start, end }) => start < interval.until && end > interval.from)
  const people = await peopleOf(db, [...layers.flat(), ...final, ...overrides])
  const latest = rules.editions.at(-1)?.layers ?? []
  return {
    layers: layers.map((shifts, index) => ({
      name: latest[index]?.name ?? causeName(shifts[0]) ?? `Layer ${index + 1}`,
      shifts: viewShifts(shifts, people),
    })),
    overrides: overrides.map(({ id, userId, start, end }) => ({
      id,
      user: personOf(userId, people),
      start: start.toISOString(),
      end: end.toISOString(),
    })),
    final: viewShifts(final, people),
  }
}

function causeName(shift: RuledShift | undefined): string | null {
  return shift?.cause.kind === 'layer' ? shift.cause.layer : null
}

async function peopleOf(db: Database | Tx, shifts: readonly { userId: number }[]): Promise<PeopleById> {
  return everKnownPeople(
    db,
    shifts.map(({ userId }) => userId),
  )
}

/** A schedule's overrides that touch an interval. */
export async function viewOverrides(db: Database | Tx, scheduleId: number, interval: Interval): Promise<Override[]> {
  const rows = await overridesBetween(db, scheduleId, interval)
  const people = await everKnownPeople(
    db,
    rows.map((row) => row.person_id),
  )
  return rows.map((row) => ({
    id: row.id,
    user: personOf(row.person_id, people),
    start: row.starts_at.toISOString(),
    end: row.ends_at.toISOString(),
  }))
}

/** What the next twelve weeks of a stored schedule lack. */
export async function viewCoverage(db: Database | Tx, row: ScheduleRow, now: Date): Promise<Coverage> {
  const [stored] = await loadSchedules(db, [row], coverageInterval(now))
  return coverageOf(db, stored?.rules ?? emptyRules(row.timezone), now)
}

/** The time that coverage is told for. */
export function coverageInterval(now: Date): Interval {
  return { from: now, until: addMinutes(now, COVERAGE_WEEKS * 7 * DAY_MINUTES) }
}

/** What the next twelve weeks lack under rules, saved or not. */
export async function coverageOf(db: Database | Tx, rules: Rules, now: Date): Promise<Coverage> {
  const interval = coverageInterval(now)
  const shifts = shiftsOf(rules, interval)
  const gaps = gapsIn(shifts, interval)
  const ids = [...new Set(shifts.map(({ userId }) => userId))]
  const people = await peopleOf(db, shifts)
  const contacts = Map.groupBy(await usableContacts(db, ids), (contact) => contact.personId)
  const withContacts = (count: number) =>
    ids.filter((id) => (contacts.get(id)?.length ?? 0) < count).map((id) => personOf(id, people))
  return {
    from: interval.from.toISOString(),
    until: interval.until.toISOString(),
    gaps: gaps.map(viewStretch),
    gapMinutes: Math.round(gaps.reduce((sum, gap) => sum + (gap.end.getTime() - gap.start.getTime()), 0) / 60_000),
    doubleCover: doubleCoverIn(layerShiftsOf(rules, interval), interval).map((one) => ({
      ...viewStretch(one),
      layers: one.layers,
    })),
    unreachable: withContacts(1),
    fewContacts: withContacts(2),
  }
}

function viewStretch({ start, end }: { start: Date; end: Date }): { start: string; end: string } {
  return { start: start.toISOString(), end: end.toISOString() }
}
