import { type Selectable, sql } from 'kysely'
import { seesOwned, type Viewer } from '../access/sight.ts'
import type { Database, Tx } from '../database/connection.ts'
import type { ScheduleTable, StoredLayer } from '../database/tables.ts'
import { isRowId, isStorable } from '../database/values.ts'
import type { Schedule } from './decide.ts'
import { SHIFT_DAYS_MAX } from './schema.ts'

export type ScheduleRow = Selectable<ScheduleTable>

/** A schedule's row, and all that says who is on call on it. */
export interface StoredSchedule {
  row: ScheduleRow
  rules: Schedule
}

export interface ScheduleValues {
  name: string
  timezone: string
  type: string
  show_gaps: boolean
  default_shift_duration: string | null
}

/** A page of the schedules this viewer sees, oldest first. */
export async function listSchedules(
  db: Database | Tx,
  viewer: Viewer,
  page: { offset: number; limit: number },
): Promise<ScheduleRow[]> {
  return db
    .selectFrom('schedule')
    .selectAll()
    .where('deleted_at', 'is', null)
    .where(seesOwned(viewer, 'schedule', 'schedule.id'))
    .orderBy('id')
    .offset(page.offset)
    .limit(page.limit)
    .execute()
}

/** One schedule that was not deleted. */
export async function scheduleRow(db: Database | Tx, id: number): Promise<ScheduleRow | null> {
  if (!isRowId(id)) return null
  const row = await db
    .selectFrom('schedule')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

/** The oldest schedule of this name that this viewer sees; names need not be unique. */
export async function scheduleRowByName(db: Database | Tx, viewer: Viewer, name: string): Promise<ScheduleRow | null> {
  if (!isStorable(name)) return null
  const row = await db
    .selectFrom('schedule')
    .selectAll()
    .where('name', '=', name)
    .where('deleted_at', 'is', null)
    .where(seesOwned(viewer, 'schedule', 'schedule.id'))
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

/** One schedule that was not deleted, locked until the transaction ends. */
export async function lockSchedule(tx: Tx, id: number): Promise<ScheduleRow | null> {
  if (!isRowId(id)) return null
  const row = await tx
    .selectFrom('schedule')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}

/** Which of these schedules exist; kept until the transaction ends. */
export async function holdSchedules(tx: Tx, ids: readonly number[]): Promise<Set<number>> {
  const wanted = ids.filter(isRowId)
  if (wanted.length === 0) return new Set()
  const rows = await tx
    .selectFrom('schedule')
    .select('id')
    .where('id', 'in', wanted)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .forKeyShare()
    .execute()
  return new Set(rows.map((row) => row.id))
}

/** Schedules by id, those that were deleted among them: what happened keeps its name. */
export async function everKnownSchedules(db: Database | Tx, ids: readonly number[]): Promise<ScheduleRow[]> {
  const wanted = [...new Set(ids)].filter(isRowId)
  if (wanted.length === 0) return []
  return db.selectFrom('schedule').selectAll().where('id', 'in', wanted).orderBy('id').execute()
}

/** What a whole shift at the end of an interval may still depend on. */
const REACH_DAYS = SHIFT_DAYS_MAX + 1

/** What says who is on call on each of these schedules between two instants. */
export async function loadSchedules(
  db: Database | Tx,
  rows: readonly ScheduleRow[],
  interval: { from: Date; until: Date },
): Promise<StoredSchedule[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const reach = REACH_DAYS * 86_400_000
  const from = new Date(interval.from.getTime() - reach)
  const until = new Date(interval.until.getTime() + reach)
  const editions = Map.groupBy(
    await db
      .selectFrom('schedule_edition')
      .select(['schedule_id', 'valid_from', 'layers'])
      .where('schedule_id', 'in', ids)
      .orderBy(sql`valid_from nulls first`)
      .execute(),
    (edition) => edition.schedule_id,
  )
  const shifts = Map.groupBy(await spansOf(db, 'schedule_shift', ids, from, until), (shift) => shift.schedule_id)
  const overrides = Map.groupBy(await spansOf(db, 'schedule_override', ids, from, until), (one) => one.schedule_id)
  return rows.map((row) => ({
    row,
    rules: {
      timezone: row.timezone,
      editions: (editions.get(row.id) ?? []).map(({ valid_from, layers }) => ({ from: valid_from, layers })),
      shifts: (shifts.get(row.id) ?? []).map(spanOf),
      overrides: (overrides.get(row.id) ?? []).map(spanOf),
    },
  }))
}

function spansOf(
  db: Database | Tx,
  table: 'schedule_shift' | 'schedule_override',
  ids: readonly number[],
  from: Date,
  until: Date,
): Promise<SpanRow[]> {
  return db
    .selectFrom(table)
    .select(['schedule_id', 'id', 'person_id', 'starts_at', 'ends_at'])
    .where('schedule_id', 'in', ids)
    .where('ends_at', '>', from)
    .where('starts_at', '<', until)
    .orderBy('id')
    .execute()
}

export interface SpanRow {
  id: number
  schedule_id: number
  person_id: number
  starts_at: Date
  ends_at: Date
}

function spanOf(row: SpanRow): { id: number; userId: number; start: Date; end: Date } {
  return { id: row.id, userId: row.person_id, start: row.starts_at, end: row.ends_at }
}

/** Adds a schedule; returns its id. */
export async function insertSchedule(tx: Tx, values: ScheduleValues, now: Date): Promise<number> {
  const row = await tx
    .insertInto('schedule')
    .values({ ...values, created_at: now, updated_at: now, deleted_at: null })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** Changes what is stored of a schedule. */
export async function changeSchedule(
  tx: Tx,
  id: number,
  change: Partial<Omit<ScheduleValues, 'timezone' | 'type'>> & { deleted_at?: Date },
  now: Date,
): Promise<void> {
  await tx
    .updateTable('schedule')
    .set({ ...change, updated_at: now })
    .where('id', '=', id)
    .execute()
}

/** Layers that hold from an instant on; those that were to hold from then on or later are gone. */
export async function saveEdition(
  tx: Tx,
  scheduleId: number,
  edition: { from: Date | null; layers: readonly StoredLayer[] },
  now: Date,
): Promise<void> {
  if (edition.from !== null) {
    await tx
      .deleteFrom('schedule_edition')
      .where('schedule_id', '=', scheduleId)
      .where('valid_from', '>=', edition.from)
      .execute()
  }
  await tx
    .insertInto('schedule_edition')
    .values({
      schedule_id: scheduleId,
      valid_from: edition.from,
      layers: JSON.stringify(edition.layers),
      created_at: now,
    })
    .execute()
}

/** Replaces the teams that own a schedule. */
export async function replaceScheduleTeams(tx: Tx, scheduleId: number, teamIds: readonly number[]): Promise<void> {
  await tx.deleteFrom('schedule_team').where('schedule_id', '=', scheduleId).execute()
  if (teamIds.length === 0) return
  await tx
    .insertInto('schedule_team')
    .values(teamIds.map((teamId) => ({ schedule_id: scheduleId, team_id: teamId })))
    .execute()
}

/** The teams that own schedules. */
export async function teamsOfSchedules(
  db: Database | Tx,
  ids: readonly number[],
): Promise<{ scheduleId: number; id: number; name: string }[]> {
  if (ids.length === 0) return []
  return db
    .selectFrom('schedule_team')
    .innerJoin('team', 'team.id', 'schedule_team.team_id')
    .select(['schedule_team.schedule_id as scheduleId', 'team.id', 'team.name'])
    .where('schedule_team.schedule_id', 'in', ids)
    .orderBy('team.id')
    .execute()
}

/** Drawn shifts that end after an instant, in order. */
export async function drawnShifts(db: Database | Tx, scheduleId: number, after: Date): Promise<SpanRow[]> {
  return db
    .selectFrom('schedule_shift')
    .selectAll()
    .where('schedule_id', '=', scheduleId)
    .where('ends_at', '>', after)
    .orderBy('starts_at')
    .execute()
}

/** Draws a shift. */
export async function insertDrawnShift(
  tx: Tx,
  scheduleId: number,
  shift: { userId: number; start: Date; end: Date },
): Promise<void> {
  await tx
    .insertInto('schedule_shift')
    .values({ schedule_id: scheduleId, person_id: shift.userId, starts_at: shift.start, ends_at: shift.end })
    .execute()
}

/** Gives a drawn shift another end; an end that is not after its beginning removes it. */
export async function endDrawnShift(tx: Tx, shift: SpanRow, end: Date): Promise<void> {
  if (end <= shift.starts_at) await tx.deleteFrom('schedule_shift').where('id', '=', shift.id).execute()
  else await tx.updateTable('schedule_shift').set({ ends_at: end }).where('id', '=', shift.id).execute()
}

/** Overrides that touch an interval, oldest first. */
export async function overridesBetween(
  db: Database | Tx,
  scheduleId: number,
  interval: { from: Date; until: Date },
): Promise<SpanRow[]> {
  return spansOf(db, 'schedule_override', [scheduleId], interval.from, interval.until)
}

/** Adds an override; it goes over every older one. Returns its id. */
export async function insertOverride(
  tx: Tx,
  scheduleId: number,
  override: { userId: number; start: Date; end: Date },
  now: Date,
): Promise<number> {
  const row = await tx
    .insertInto('schedule_override')
    .values({
      schedule_id: scheduleId,
      person_id: override.userId,
      starts_at: override.start,
      ends_at: override.end,
      created_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** How many overrides of a schedule are not over. */
export async function countOverrides(tx: Tx, scheduleId: number, now: Date): Promise<number> {
  const row = await tx
    .selectFrom('schedule_override')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('schedule_id', '=', scheduleId)
    .where('ends_at', '>', now)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** One override of a schedule. */
export async function overrideRow(tx: Tx, scheduleId: number, id: number): Promise<SpanRow | null> {
  if (!isRowId(id)) return null
  const row = await tx
    .selectFrom('schedule_override')
    .selectAll()
    .where('schedule_id', '=', scheduleId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}

/** Ends an override early; one that has not begun is removed. */
export async function endOverride(tx: Tx, override: SpanRow, now: Date): Promise<void> {
  if (override.starts_at >= now) await tx.deleteFrom('schedule_override').where('id', '=', override.id).execute()
  else await tx.updateTable('schedule_override').set({ ends_at: now }).where('id', '=', override.id).execute()
}
