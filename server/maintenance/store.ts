import { type Selectable, sql } from 'kysely'
import { seesOwned, seesWindow, type Viewer } from '../access/sight.ts'
import type { Database, Tx } from '../database/connection.ts'
import type { MaintenanceWindowTable } from '../database/tables.ts'
import { isRowId } from '../database/values.ts'
import type { MaintenanceQuery } from './schema.ts'

export type WindowRow = Selectable<MaintenanceWindowTable>

export interface ActiveWindow {
  id: number
  summary: string
  endsAt: Date
}

/** The window a source is in at this instant, the one that ends last; null when it is in none. */
export async function activeWindow(db: Database | Tx, alertSourceId: number, at: Date): Promise<ActiveWindow | null> {
  const row = await db
    .selectFrom('maintenance_window as span')
    .innerJoin('maintenance_window_source as of', 'of.maintenance_window_id', 'span.id')
    .select(['span.id', 'span.summary', 'span.ends_at'])
    .where('of.alert_source_id', '=', alertSourceId)
    .where('span.starts_at', '<=', at)
    .where('span.ends_at', '>', at)
    .orderBy('span.ends_at', 'desc')
    .orderBy('span.id')
    .limit(1)
    .executeTakeFirst()
  return row ? { id: row.id, summary: row.summary, endsAt: row.ends_at } : null
}

/** Which of these sources are in a window at this instant, and until when. */
export async function sourcesInMaintenance(
  db: Database | Tx,
  alertSourceIds: readonly number[],
  at: Date,
): Promise<Map<number, { id: number; until: Date }>> {
  if (alertSourceIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('maintenance_window as span')
    .innerJoin('maintenance_window_source as of', 'of.maintenance_window_id', 'span.id')
    .select(['of.alert_source_id', 'span.id', 'span.ends_at'])
    .where('of.alert_source_id', 'in', [...alertSourceIds])
    .where('span.starts_at', '<=', at)
    .where('span.ends_at', '>', at)
    .orderBy('span.ends_at')
    .execute()
  return new Map(rows.map((row) => [row.alert_source_id, { id: row.id, until: row.ends_at }]))
}

export interface WindowValues {
  summary: string
  description: string
  timezone: string
  startsAt: Date
  endsAt: Date
}

function columnsOf(values: WindowValues) {
  return {
    summary: values.summary,
    description: values.description,
    timezone: values.timezone,
    starts_at: values.startsAt,
    ends_at: values.endsAt,
  }
}

/** Adds a window without sources; returns its id. */
export async function insertWindow(tx: Tx, values: WindowValues, createdBy: number | null, now: Date): Promise<number> {
  const row = await tx
    .insertInto('maintenance_window')
    .values({ ...columnsOf(values), created_by: createdBy, created_at: now, updated_at: now })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** Replaces what a request sets of a window. */
export async function changeWindow(tx: Tx, id: number, values: WindowValues, now: Date): Promise<void> {
  await tx
    .updateTable('maintenance_window')
    .set({ ...columnsOf(values), updated_at: now })
    .where('id', '=', id)
    .execute()
}

/** Replaces the sources of a window. */
export async function replaceWindowSources(tx: Tx, id: number, alertSourceIds: readonly number[]): Promise<void> {
  await tx.deleteFrom('maintenance_window_source').where('maintenance_window_id', '=', id).execute()
  await tx
    .insertInto('maintenance_window_source')
    .values(alertSourceIds.map((source) => ({ maintenance_window_id: id, alert_source_id: source })))
    .execute()
}

/** Removes a window. */
export async function deleteWindowRow(tx: Tx, id: number): Promise<void> {
  await tx.deleteFrom('maintenance_window').where('id', '=', id).execute()
}

/** One window, locked until the transaction ends. */
export async function lockWindow(tx: Tx, id: number): Promise<WindowRow | null> {
  if (!isRowId(id)) return null
  const row = await tx.selectFrom('maintenance_window').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  return row ?? null
}

/** One window. */
export async function windowById(db: Database | Tx, id: number): Promise<WindowRow | null> {
  if (!isRowId(id)) return null
  const row = await db.selectFrom('maintenance_window').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

/** Windows that match and this viewer sees: what runs or comes first, the next one first; what is over last, newest first. */
export async function findWindows(
  db: Database,
  viewer: Viewer,
  query: MaintenanceQuery,
  now: Date,
): Promise<WindowRow[]> {
  let windows = db.selectFrom('maintenance_window').selectAll().where(seesWindow(viewer))
  if (query.state === 'OPEN') windows = windows.where('ends_at', '>', now)
  if (query.state === 'CLOSED') windows = windows.where('ends_at', '<=', now)
  // There are no services yet, so nothing belongs to one.
  if (query.services?.length) windows = windows.where(sql<boolean>`false`)
  if (query.sources?.length) {
    windows = windows.where(
      sql<boolean>`id in (select maintenance_window_id from maintenance_window_source
                           where alert_source_id = any(${query.sources}::bigint[]))`,
    )
  }
  if (query.from) windows = windows.where('ends_at', '>', new Date(query.from))
  if (query.until) windows = windows.where('starts_at', '<', new Date(query.until))
  return windows
    .orderBy(sql`ends_at <= ${now}`)
    .orderBy(sql`case when ends_at > ${now} then starts_at end`)
    .orderBy('ends_at', 'desc')
    .orderBy('id')
    .offset(query['start-index'])
    .limit(query['max-results'])
    .execute()
}

/** The sources of some windows that this viewer sees, with their names; who was deleted since is left out. */
export async function sourcesOfWindows(db: Database | Tx, viewer: Viewer, ids: readonly number[]) {
  if (ids.length === 0) return []
  return db
    .selectFrom('maintenance_window_source as of')
    .innerJoin('alert_source', 'alert_source.id', 'of.alert_source_id')
    .select(['of.maintenance_window_id as windowId', 'alert_source.id', 'alert_source.name'])
    .where('of.maintenance_window_id', 'in', [...ids])
    .where('alert_source.deleted_at', 'is', null)
    .where(seesOwned(viewer, 'alert-source', 'alert_source.id'))
    .orderBy('alert_source.name')
    .orderBy('alert_source.id')
    .execute()
}

/** How many deliveries each of these windows dropped. */
export async function droppedBy(db: Database | Tx, ids: readonly number[]): Promise<Map<number, number>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: number; count: number }>`
    select span.id, count(delivery.id) as count
      from maintenance_window as span
      join maintenance_window_source as of on of.maintenance_window_id = span.id
      join delivery on delivery.alert_source_id = of.alert_source_id
       and delivery.rule = 'maintenance'
       and delivery.received_at >= span.starts_at and delivery.received_at < span.ends_at
     where span.id = any(${ids}::int[])
     group by span.id`.execute(db)
  return new Map(rows.map((row) => [row.id, Number(row.count)]))
}

/** Which of these sources exist and were not deleted; kept until the transaction ends. */
export async function holdSources(tx: Tx, ids: readonly number[]): Promise<Set<number>> {
  const wanted = ids.filter(isRowId)
  if (wanted.length === 0) return new Set()
  const rows = await tx
    .selectFrom('alert_source')
    .select('id')
    .where('id', 'in', wanted)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .forKeyShare()
    .execute()
  return new Set(rows.map((row) => row.id))
}
