import { type Selectable, sql } from 'kysely'
import { seesOwned, type Viewer } from '../access/sight.ts'
import { hashKey, newIntegrationKey } from '../alert-sources/keys/key.ts'
import type { Database, Tx } from '../database/connection.ts'
import type { HeartbeatMonitorTable } from '../database/tables.ts'
import { isRowId, isStorable } from '../database/values.ts'
import type { Secrets } from '../runtime/secrets.ts'

export type MonitorRow = Selectable<HeartbeatMonitorTable>

/** Where a monitor's sealed key lives, so that a ciphertext moved to another row does not open. */
export function monitorKeyPlace(publicId: string) {
  return { table: 'heartbeat_monitor', row: publicId, field: 'key_sealed' }
}

export interface MonitorValues {
  name: string
  alertSourceId: number
  intervalSeconds: number
  alertSummary: string
}

function columnsOf(values: MonitorValues) {
  return {
    name: values.name,
    alert_source_id: values.alertSourceId,
    interval_seconds: values.intervalSeconds,
    alert_summary: values.alertSummary,
  }
}

/** Adds a monitor with its key; null when the name is taken. */
export async function insertMonitor(
  tx: Tx,
  values: MonitorValues,
  secrets: Secrets,
  now: Date,
): Promise<number | null> {
  const key = newIntegrationKey()
  const row = await tx
    .insertInto('heartbeat_monitor')
    .values({
      ...columnsOf(values),
      state: 'UNKNOWN',
      public_id: key.publicId,
      key_hash: hashKey(key.text),
      key_sealed: secrets.seal(key.text, monitorKeyPlace(key.publicId)),
      last_ping_at: null,
      due_at: null,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.expression(sql`lower(name)`).doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id ?? null
}

/** Replaces what a request sets of a monitor. */
export async function changeMonitor(
  tx: Tx,
  id: number,
  values: MonitorValues,
  dueAt: Date | null,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('heartbeat_monitor')
    .set({ ...columnsOf(values), due_at: dueAt, updated_at: now })
    .where('id', '=', id)
    .execute()
}

/** Removes a monitor. */
export async function deleteMonitorRow(tx: Tx, id: number): Promise<void> {
  await tx.deleteFrom('heartbeat_monitor').where('id', '=', id).execute()
}

/** Replaces the teams that own a monitor. */
export async function replaceMonitorTeams(tx: Tx, id: number, teamIds: readonly number[]): Promise<void> {
  await tx.deleteFrom('heartbeat_monitor_team').where('heartbeat_monitor_id', '=', id).execute()
  if (teamIds.length === 0) return
  await tx
    .insertInto('heartbeat_monitor_team')
    .values(teamIds.map((teamId) => ({ heartbeat_monitor_id: id, team_id: teamId })))
    .execute()
}

/** One monitor, locked until the transaction ends. */
export async function lockMonitor(tx: Tx, id: number): Promise<MonitorRow | null> {
  if (!isRowId(id)) return null
  const row = await tx.selectFrom('heartbeat_monitor').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  return row ?? null
}

/** The monitor with this public part of a key, locked until the transaction ends. */
export async function lockMonitorOfKey(tx: Tx, publicId: string): Promise<MonitorRow | null> {
  const row = await tx
    .selectFrom('heartbeat_monitor')
    .selectAll()
    .where('public_id', '=', publicId)
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}

/** One monitor. */
export async function monitorById(db: Database | Tx, id: number): Promise<MonitorRow | null> {
  if (!isRowId(id)) return null
  const row = await db.selectFrom('heartbeat_monitor').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

/** The monitor of this name, in any case. */
export async function monitorByName(db: Database | Tx, name: string): Promise<MonitorRow | null> {
  if (!isStorable(name)) return null
  const row = await db
    .selectFrom('heartbeat_monitor')
    .selectAll()
    .where(sql`lower(name)`, '=', sql`lower(${name})`)
    .executeTakeFirst()
  return row ?? null
}

/** A page of the monitors, oldest first. */
export async function listMonitors(
  db: Database,
  viewer: Viewer,
  page: { afterId: number; offset: number; limit: number },
): Promise<MonitorRow[]> {
  return db
    .selectFrom('heartbeat_monitor')
    .selectAll()
    .where('id', '>', page.afterId)
    .where(seesOwned(viewer, 'heartbeat-monitor', 'heartbeat_monitor.id'))
    .orderBy('id')
    .offset(page.offset)
    .limit(page.limit)
    .execute()
}

/** The teams of some monitors. */
export async function teamsOfMonitors(db: Database | Tx, ids: readonly number[]) {
  if (ids.length === 0) return []
  return db
    .selectFrom('heartbeat_monitor_team as of')
    .innerJoin('team', 'team.id', 'of.team_id')
    .select(['of.heartbeat_monitor_id as monitorId', 'team.id', 'team.name'])
    .where('of.heartbeat_monitor_id', 'in', [...ids])
    .orderBy('team.id')
    .execute()
}

/** The open alerts of some monitors' silence. */
export async function alertsOfMonitors(db: Database | Tx, rows: readonly MonitorRow[]) {
  if (rows.length === 0) return []
  return db
    .selectFrom('alert')
    .select(['id', 'alert_key_folded as key'])
    .where(
      'alert_key_folded',
      'in',
      rows.map((row) => `heartbeat-${row.id}`),
    )
    .where('alert_source_id', 'in', [...new Set(rows.map((row) => row.alert_source_id))])
    .where('status', '<>', 'RESOLVED')
    .execute()
}

/** Notes a call: the monitor is well, and has its whole interval again. */
export async function notePing(tx: Tx, id: number, at: Date, dueAt: Date): Promise<void> {
  await tx
    .updateTable('heartbeat_monitor')
    .set({ state: 'HEALTHY', last_ping_at: at, due_at: dueAt })
    .where('id', '=', id)
    .execute()
}

/** Takes monitors whose time is over; those of a source in maintenance wait for its end. */
export async function claimOverdue(tx: Tx, now: Date, limit: number): Promise<MonitorRow[]> {
  const rows = await tx
    .selectFrom('heartbeat_monitor')
    .selectAll()
    .where('state', '=', 'HEALTHY')
    .where('due_at', '<=', now)
    .where(sql<boolean>`not exists (
      select 1 from maintenance_window as span
        join maintenance_window_source as of on of.maintenance_window_id = span.id
       where of.alert_source_id = heartbeat_monitor.alert_source_id
         and span.starts_at <= ${now} and span.ends_at > ${now})`)
    .orderBy('due_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
  if (rows.length > 0) {
    await tx
      .updateTable('heartbeat_monitor')
      .set({ state: 'OVERDUE' })
      .where(
        'id',
        'in',
        rows.map((row) => row.id),
      )
      .execute()
  }
  return rows
}

/** Gives everybody who is well this much longer. */
export async function extendAll(tx: Tx, milliseconds: number): Promise<void> {
  await sql`update heartbeat_monitor set due_at = due_at + ${`${milliseconds} milliseconds`}::interval
             where state = 'HEALTHY'`.execute(tx)
}

/** When the next monitor is overdue; null when none is watched. */
export async function nextOverdueAt(db: Database): Promise<Date | null> {
  const row = await db
    .selectFrom('heartbeat_monitor')
    .select('due_at')
    .where('state', '=', 'HEALTHY')
    .orderBy('due_at')
    .limit(1)
    .executeTakeFirst()
  return row?.due_at ?? null
}
