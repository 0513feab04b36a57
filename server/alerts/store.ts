import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Database, Tx } from '../database/connection.ts'
import type { AlertTable } from '../database/tables.ts'
import type { KnownAlert, KnownRecord, OpenAlertOfSource, VersionMarks } from './decide.ts'
import type { AlertStatus, Priority } from './schema.ts'

export type AlertRow = Selectable<AlertTable>

/** Keys are trimmed and compared without case (ilert-behaviour.md rule 3). */
export function foldKey(alertKey: string): string {
  return alertKey.trim().toLowerCase()
}

/** Locks what is known of a record, so that its events are decided one at a time; null when it was never seen. */
export async function lockRecord(
  tx: Tx,
  alertSourceId: number,
  folded: string,
  now: Date,
): Promise<KnownRecord | null> {
  await tx
    .insertInto('known_record')
    .values({
      alert_source_id: alertSourceId,
      alert_key_folded: folded,
      version: null,
      event_type: null,
      status: null,
      alert_id: null,
      first_alert_version: null,
      last_alert_version: null,
      accept_version: null,
      resolve_version: null,
      updated_at: now,
      told_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const row = await tx
    .selectFrom('known_record')
    .select([
      'version',
      'event_type',
      'alert_id',
      'first_alert_version',
      'last_alert_version',
      'accept_version',
      'resolve_version',
    ])
    .where('alert_source_id', '=', alertSourceId)
    .where('alert_key_folded', '=', folded)
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (row.event_type === null) return null
  return {
    version: row.version,
    eventType: row.event_type,
    alertId: row.alert_id,
    marks: {
      firstAlert: row.first_alert_version,
      lastAlert: row.last_alert_version,
      accept: row.accept_version,
      resolve: row.resolve_version,
    },
  }
}

export interface RecordNews {
  version: number | null
  eventType: string | null
  status: string | null
  alertId: number | null
  marks: VersionMarks
  toldAt: Date | null
}

/** Writes what is known now; null fields keep what was known. */
export async function saveRecord(
  tx: Tx,
  alertSourceId: number,
  folded: string,
  news: RecordNews,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('known_record')
    .set((eb) => ({
      version: eb.fn.coalesce(eb.val(news.version), 'version'),
      event_type: eb.fn.coalesce(eb.val(news.eventType), 'event_type'),
      status: eb.fn.coalesce(eb.val(news.status), 'status'),
      alert_id: eb.fn.coalesce(eb.val(news.alertId), 'alert_id'),
      first_alert_version: news.marks.firstAlert,
      last_alert_version: news.marks.lastAlert,
      accept_version: news.marks.accept,
      resolve_version: news.marks.resolve,
      told_at: eb.fn.coalesce(eb.val(news.toldAt), 'told_at'),
      updated_at: now,
    }))
    .where('alert_source_id', '=', alertSourceId)
    .where('alert_key_folded', '=', folded)
    .execute()
}

/** Holds the source's grouping still until this transaction ends. */
export async function lockGrouping(tx: Tx, alertSourceId: number): Promise<void> {
  await tx.selectFrom('alert_source').select('id').where('id', '=', alertSourceId).forNoKeyUpdate().execute()
}

const GROUP_CANDIDATES_MAX = 200

/** The source's open alerts, newest first. */
export async function openAlertsOfSource(tx: Tx, alertSourceId: number): Promise<OpenAlertOfSource[]> {
  const rows = await tx
    .selectFrom('alert')
    .select(['id', 'status', 'summary', 'report_time'])
    .where('alert_source_id', '=', alertSourceId)
    .where('status', '<>', 'RESOLVED')
    .orderBy('report_time', 'desc')
    .limit(GROUP_CANDIDATES_MAX)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    status: row.status as AlertStatus,
    summary: row.summary,
    reportTime: row.report_time,
  }))
}

/** The alert an event with this key is about: the open one of the key, else the one its record belongs to. */
export async function alertOfKey(
  tx: Tx,
  alertSourceId: number,
  folded: string,
  recordAlertId: number | null,
): Promise<KnownAlert | null> {
  const row = await tx
    .selectFrom('alert')
    .select(['id', 'status'])
    .where('alert_source_id', '=', alertSourceId)
    .where((eb) =>
      eb.or([
        eb.and([eb('alert_key_folded', '=', folded), eb('status', '<>', 'RESOLVED')]),
        ...(recordAlertId === null ? [] : [eb('id', '=', recordAlertId)]),
      ]),
    )
    .orderBy(sql`status = 'RESOLVED'`)
    .limit(1)
    .forUpdate()
    .executeTakeFirst()
  return row ? { id: row.id, status: row.status as AlertStatus } : null
}

/** The alert a record stands behind, if any. */
export async function alertOfRecord(tx: Tx, alertSourceId: number, folded: string): Promise<number | null> {
  const row = await tx
    .selectFrom('known_record')
    .select('alert_id')
    .where('alert_source_id', '=', alertSourceId)
    .where('alert_key_folded', '=', folded)
    .executeTakeFirst()
  return row?.alert_id ?? null
}

/** How many other records stand behind this alert and are not resolved. */
export async function othersStillOpen(tx: Tx, alertSourceId: number, alertId: number, folded: string): Promise<number> {
  const row = await tx
    .selectFrom('known_record')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('alert_source_id', '=', alertSourceId)
    .where('alert_id', '=', alertId)
    .where('alert_key_folded', '<>', folded)
    .where('event_type', '<>', 'RESOLVE')
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

export interface NewAlert {
  alertSourceId: number
  alertKey: string | null
  summary: string
  details: string
  status: AlertStatus
  priority: Priority
  severity: number | null
  escalationPolicyId: number
  autoResolveAt: Date | null
  links: { href: string; text: string }[]
  images: { src: string; href?: string | null; alt?: string | null }[]
  labels: Record<string, string>
  customDetails: unknown
  previousAlertId: number | null
  /** Who made it by hand. */
  createdBy?: number | null
  /** When a low priority becomes a high one by itself. */
  raiseAt?: Date | null
}

/** Opens an alert and returns its id. */
export async function insertAlert(tx: Tx, alert: NewAlert, now: Date): Promise<number> {
  const row = await tx
    .insertInto('alert')
    .values({
      alert_source_id: alert.alertSourceId,
      alert_key: alert.alertKey,
      alert_key_folded: alert.alertKey === null ? null : foldKey(alert.alertKey),
      summary: alert.summary,
      details: alert.details,
      status: alert.status,
      priority: alert.priority,
      severity: alert.severity,
      escalation_policy_id: alert.escalationPolicyId,
      report_time: now,
      accepted_at: alert.status === 'ACCEPTED' ? now : null,
      accepted_by: null,
      resolved_at: alert.status === 'RESOLVED' ? now : null,
      resolved_by: null,
      auto_resolve_at: alert.autoResolveAt,
      unattended_since: null,
      links: JSON.stringify(alert.links),
      images: JSON.stringify(alert.images),
      labels: JSON.stringify(alert.labels),
      custom_details: alert.customDetails === undefined ? null : JSON.stringify(alert.customDetails),
      event_count: 1,
      previous_alert_id: alert.previousAlertId,
      raise_at: alert.raiseAt ?? null,
      created_by: alert.createdBy ?? null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** One alert, locked until the transaction ends. */
export async function lockAlert(tx: Tx, alertId: number): Promise<AlertRow | null> {
  const row = await tx.selectFrom('alert').selectAll().where('id', '=', alertId).forUpdate().executeTakeFirst()
  return row ?? null
}

/** Accepts if it is still pending; false when somebody was faster. */
export async function setAccepted(tx: Tx, alertId: number, by: number | null, now: Date): Promise<boolean> {
  const result = await tx
    .updateTable('alert')
    .set({
      status: 'ACCEPTED',
      accepted_at: now,
      accepted_by: by,
      unattended_since: null,
      ...(by === null ? {} : { assigned_to: by }),
    })
    .where('id', '=', alertId)
    .where('status', '=', 'PENDING')
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Resolves if it is still open; false when somebody was faster. */
export async function setResolved(tx: Tx, alertId: number, by: number | null, now: Date): Promise<boolean> {
  const result = await tx
    .updateTable('alert')
    .set({ status: 'RESOLVED', resolved_at: now, resolved_by: by, unattended_since: null })
    .where('id', '=', alertId)
    .where('status', '<>', 'RESOLVED')
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** An alert that was resolved goes on. */
export async function setReopened(
  tx: Tx,
  alertId: number,
  status: 'PENDING' | 'ACCEPTED',
  now: Date,
): Promise<AlertRow> {
  return tx
    .updateTable('alert')
    .set({
      status,
      accepted_at: status === 'ACCEPTED' ? now : null,
      accepted_by: null,
      resolved_at: null,
      resolved_by: null,
      unattended_since: null,
      // It was over together with the one it was merged into; from now on it stands for itself.
      merged_into_id: null,
    })
    .where('id', '=', alertId)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** One more event stands behind this alert. */
export async function countEvent(tx: Tx, alertId: number): Promise<void> {
  await tx
    .updateTable('alert')
    .set((eb) => ({ event_count: eb('event_count', '+', 1) }))
    .where('id', '=', alertId)
    .execute()
}

export type AlertChange = Partial<
  Pick<AlertRow, 'summary' | 'details' | 'severity' | 'priority' | 'links' | 'images' | 'labels'>
>

/** Writes facts learnt later. */
export async function changeAlert(tx: Tx, alertId: number, change: AlertChange): Promise<void> {
  const { links, images, labels, ...plain } = change
  await tx
    .updateTable('alert')
    .set({
      ...plain,
      ...(links ? { links: JSON.stringify(links) } : {}),
      ...(images ? { images: JSON.stringify(images) } : {}),
      ...(labels ? { labels: JSON.stringify(labels) } : {}),
    })
    .where('id', '=', alertId)
    .execute()
}

/** Open alerts whose time to resolve by themselves has come. */
export async function claimAutoResolutions(tx: Tx, now: Date, limit: number): Promise<{ id: number }[]> {
  return tx
    .selectFrom('alert')
    .select('id')
    .where('auto_resolve_at', '<=', now)
    .where('status', '<>', 'RESOLVED')
    .orderBy('auto_resolve_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
}

/** Says when an open alert resolves by itself. */
export async function planAutoResolution(tx: Tx, alertId: number, at: Date): Promise<void> {
  await tx.updateTable('alert').set({ auto_resolve_at: at }).where('id', '=', alertId).execute()
}

/** When the next alert resolves by itself. */
export async function nextAutoResolution(db: Database): Promise<Date | null> {
  const row = await db
    .selectFrom('alert')
    .select('auto_resolve_at')
    .where('auto_resolve_at', 'is not', null)
    .where('status', '<>', 'RESOLVED')
    .orderBy('auto_resolve_at')
    .limit(1)
    .executeTakeFirst()
  return row?.auto_resolve_at ?? null
}
