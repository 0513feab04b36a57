import type { Selectable } from 'kysely'
import { seesOwned, type Viewer } from '../../access/sight.ts'
import type { Database, Tx } from '../../database/connection.ts'
import type { SupportHoursTable } from '../../database/tables.ts'
import { isRowId, isStorable } from '../../database/values.ts'
import { type Hours, isDuring, nextEdge, priorityAt } from './decide.ts'
import type { AlertPriorityRule, SupportException, SupportHours } from './schema.ts'

export type SupportHoursRow = Selectable<SupportHoursTable>
export type SupportHoursValues = Pick<SupportHoursRow, 'name' | 'timezone' | 'days' | 'exceptions'>

/** A row as the rules read it. */
export function hoursOf(row: SupportHoursRow): Hours {
  return { timezone: row.timezone, days: row.days, exceptions: row.exceptions as SupportException[] }
}

/** A page of the support hours this viewer sees, oldest first. */
export async function listSupportHours(
  db: Database | Tx,
  viewer: Viewer,
  page: { offset: number; limit: number },
): Promise<SupportHoursRow[]> {
  return db
    .selectFrom('support_hours')
    .selectAll()
    .where(seesOwned(viewer, 'support-hours', 'support_hours.id'))
    .orderBy('id')
    .offset(page.offset)
    .limit(page.limit)
    .execute()
}

/** One object of support hours. */
export async function supportHoursRow(db: Database | Tx, id: number): Promise<SupportHoursRow | null> {
  if (!isRowId(id)) return null
  return (await db.selectFrom('support_hours').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

/** The oldest support hours of this name that this viewer sees. */
export async function supportHoursByName(
  db: Database | Tx,
  viewer: Viewer,
  name: string,
): Promise<SupportHoursRow | null> {
  if (!isStorable(name)) return null
  const query = db
    .selectFrom('support_hours')
    .selectAll()
    .where('name', '=', name)
    .where(seesOwned(viewer, 'support-hours', 'support_hours.id'))
    .orderBy('id')
    .limit(1)
  return (await query.executeTakeFirst()) ?? null
}

/** Locked until the transaction ends. */
export async function lockSupportHours(tx: Tx, id: number): Promise<SupportHoursRow | null> {
  if (!isRowId(id)) return null
  return (await tx.selectFrom('support_hours').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()) ?? null
}

/** Adds support hours; returns their id. */
export async function insertSupportHours(tx: Tx, values: SupportHoursValues, now: Date): Promise<number> {
  const row = await tx
    .insertInto('support_hours')
    .values({
      name: values.name,
      timezone: values.timezone,
      days: JSON.stringify(values.days),
      exceptions: JSON.stringify(values.exceptions),
      created_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** Replaces what a request sets. */
export async function changeSupportHours(tx: Tx, id: number, values: SupportHoursValues, now: Date): Promise<void> {
  await tx
    .updateTable('support_hours')
    .set({
      name: values.name,
      timezone: values.timezone,
      days: JSON.stringify(values.days),
      exceptions: JSON.stringify(values.exceptions),
      updated_at: now,
    })
    .where('id', '=', id)
    .execute()
}

/** Removes support hours that nothing uses. */
export async function deleteSupportHoursRow(tx: Tx, id: number): Promise<void> {
  // A deleted source needs none.
  await tx
    .updateTable('alert_source')
    .set({ support_hours_id: null })
    .where('support_hours_id', '=', id)
    .where('deleted_at', 'is not', null)
    .execute()
  await tx.deleteFrom('support_hours').where('id', '=', id).execute()
}

/** Replaces the teams that own them. */
export async function replaceSupportHoursTeams(tx: Tx, id: number, teamIds: readonly number[]): Promise<void> {
  await tx.deleteFrom('support_hours_team').where('support_hours_id', '=', id).execute()
  if (teamIds.length === 0) return
  await tx
    .insertInto('support_hours_team')
    .values(teamIds.map((teamId) => ({ support_hours_id: id, team_id: teamId })))
    .execute()
}

/** Alert sources whose priority follows support hours. */
export async function sourcesOfSupportHours(
  db: Database | Tx,
  ids: readonly number[],
): Promise<{ id: number; name: string; supportHoursId: number | null }[]> {
  if (ids.length === 0) return []
  return db
    .selectFrom('alert_source')
    .select(['id', 'name', 'support_hours_id as supportHoursId'])
    .where('support_hours_id', 'in', ids)
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .limit(1_000)
    .execute()
}

/** Support hours as the API shows them, in the order given. */
export async function viewSupportHours(
  db: Database | Tx,
  rows: readonly SupportHoursRow[],
  now: Date,
): Promise<SupportHours[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const sources = await sourcesOfSupportHours(db, ids)
  const teams = await db
    .selectFrom('support_hours_team')
    .innerJoin('team', 'team.id', 'support_hours_team.team_id')
    .select(['support_hours_team.support_hours_id as owner', 'team.id', 'team.name'])
    .where('support_hours_team.support_hours_id', 'in', ids)
    .orderBy('team.id')
    .execute()
  return rows.map((row) => {
    const hours = hoursOf(row)
    const during = isDuring(hours, now)
    return {
      id: row.id,
      name: row.name,
      timezone: row.timezone,
      teams: teams.filter(({ owner }) => owner === row.id).map(({ id, name }) => ({ id, name })),
      supportDays: row.days,
      exceptions: row.exceptions as SupportException[],
      isDuring: during,
      nextChange: nextEdge(hours, now, !during)?.toISOString() ?? null,
      usedBy: sources.filter((one) => one.supportHoursId === row.id).map(({ id, name }) => ({ id, name })),
      createdAt: row.created_at.toISOString(),
      updatedAt: row.updated_at.toISOString(),
    }
  })
}

export interface SourcePriority {
  priority: 'HIGH' | 'LOW'
  /** When a low priority becomes a high one by itself. */
  raiseAt: Date | null
  /** Why, where support hours decide it. */
  because: string | null
}

/** The priority a source gives to its alerts at an instant. */
export async function priorityOfSource(
  db: Database | Tx,
  source: { alertPriorityRule: AlertPriorityRule; supportHoursId: number | null },
  at: Date,
): Promise<SourcePriority> {
  const isPlain = source.alertPriorityRule === 'HIGH' || source.alertPriorityRule === 'LOW'
  const row = isPlain || source.supportHoursId === null ? null : await supportHoursRow(db, source.supportHoursId)
  const hours = row && hoursOf(row)
  const decided = priorityAt(source.alertPriorityRule, hours, at)
  const because =
    row && hours ? `it is ${isDuring(hours, at) ? 'within' : 'outside'} the support hours ${row.name}` : null
  return { ...decided, because }
}
