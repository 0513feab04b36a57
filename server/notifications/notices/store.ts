import { type Selectable, sql } from 'kysely'
import type { Database, Tx } from '../../database/connection.ts'
import type { NoticeTable } from '../../database/tables.ts'
import type { Ending, NotificationRow } from '../store.ts'

export type NoticeRow = Selectable<NoticeTable>

export interface NewNotice {
  id: string
  kind: string
  personId: number
  contactId: number
  channel: string
  target: string
  alertSourceId?: number
  alertId?: number
  facts: Record<string, unknown>
  /** Of notices with the same key, one waits at a time. */
  bundleKey?: string
  dueAt?: Date
}

/** Records a message to send; false when one with its bundle key waits already. */
export async function insertNotice(tx: Tx, notice: NewNotice, now: Date): Promise<boolean> {
  const rows = await tx
    .insertInto('notice')
    .values({
      id: notice.id,
      kind: notice.kind,
      person_id: notice.personId,
      contact_id: notice.contactId,
      channel: notice.channel,
      target: notice.target,
      alert_source_id: notice.alertSourceId ?? null,
      alert_id: notice.alertId ?? null,
      facts: JSON.stringify(notice.facts),
      bundle_key: notice.bundleKey ?? null,
      status: 'SCHEDULED',
      attempts: 0,
      created_at: now,
      due_at: notice.dueAt ?? now,
      lease_until: null,
      fence: 0,
      finished_at: null,
      error: null,
      receipt: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute()
  return rows.length > 0
}

/** The notice that waits under a bundle key and was not tried yet, locked. */
export async function lockWaiting(tx: Tx, bundleKey: string): Promise<NoticeRow | null> {
  const row = await tx
    .selectFrom('notice')
    .selectAll()
    .where('bundle_key', '=', bundleKey)
    .where('status', '=', 'SCHEDULED')
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}

/** Takes one notice that is due, or whose lease ran out. What asks for an answer soonest goes first. */
export async function claimNotice(tx: Tx, now: Date, leaseUntil: Date): Promise<NoticeRow | null> {
  const found = await tx
    .selectFrom('notice')
    .select('id')
    .where('status', 'in', ['SCHEDULED', 'SENDING'])
    .where('due_at', '<=', now)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
    .orderBy(sql`kind <> 'SUMMARY'`)
    .orderBy('due_at')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  if (!found) return null
  return tx
    .updateTable('notice')
    .set((eb) => ({
      status: 'SENDING',
      lease_until: leaseUntil,
      fence: eb('fence', '+', 1),
      attempts: eb('attempts', '+', 1),
      // What is on its way takes nothing more in.
      bundle_key: null,
    }))
    .where('id', '=', found.id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Keeps a notice that is still on its way; false when another node took it over. */
export async function renewNotice(db: Database, row: NoticeRow, leaseUntil: Date): Promise<boolean> {
  const result = await db
    .updateTable('notice')
    .set({ lease_until: leaseUntil })
    .where('id', '=', row.id)
    .where('fence', '=', row.fence)
    .where('status', '=', 'SENDING')
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Saves how an attempt ended, if the claim still holds. */
export async function saveNoticeEnding(
  tx: Tx,
  row: NoticeRow,
  ending: Ending | { status: 'CANCELLED'; error: string },
  now: Date,
): Promise<boolean> {
  const result = await tx
    .updateTable('notice')
    .set({
      status: ending.status,
      lease_until: null,
      finished_at: ending.status === 'SCHEDULED' ? null : now,
      ...(ending.status === 'SUCCESS' ? { receipt: ending.receipt, error: null } : { error: ending.error }),
      ...(ending.status === 'SCHEDULED' ? { due_at: ending.dueAt } : {}),
    })
    .where('id', '=', row.id)
    .where('fence', '=', row.fence)
    .where('status', '=', 'SENDING')
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** When the next notice is due, or the next lease runs out. */
export async function nextNoticeAt(db: Database): Promise<Date | null> {
  const row = await db
    .selectFrom('notice')
    .select((eb) => eb.fn.min<Date | null>(sql<Date>`greatest(due_at, lease_until)`).as('at'))
    .where('status', 'in', ['SCHEDULED', 'SENDING'])
    .executeTakeFirst()
  return row?.at ?? null
}

/** One notice. */
export async function noticeById(db: Database | Tx, id: string): Promise<NoticeRow | null> {
  const row = await db.selectFrom('notice').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

/** What the summary is about: its alerts, and whether each still waits for an answer. */
export async function bundledAlerts(db: Database | Tx, noticeId: string) {
  return db
    .selectFrom('notification')
    .innerJoin('alert', 'alert.id', 'notification.alert_id')
    .innerJoin('alert_source', 'alert_source.id', 'alert.alert_source_id')
    .select([
      'notification.alert_source_id',
      'notification.alert_id',
      'alert.summary',
      'alert.status',
      'alert_source.name as source_name',
    ])
    .distinctOn('notification.alert_id')
    .where('notification.bundle_id', '=', noticeId)
    .orderBy('notification.alert_id')
    .execute()
}

/** A line on the timeline of each alert a summary told of. */
export async function tellBundled(tx: Tx, noticeId: string, text: string, now: Date): Promise<void> {
  await sql`
    insert into timeline_entry (alert_source_id, alert_id, at, type, text, filter_types, vars)
    select distinct alert_source_id, alert_id, ${now}::timestamptz, 'NotificationLogEntry', ${text}::text,
           array['NOTIFICATIONS'], jsonb_build_object('noticeId', ${noticeId}::text)
      from notification where bundle_id = ${noticeId}::uuid
     order by alert_id`.execute(tx)
}

export type LostPage = NotificationRow & {
  alert_status: string
  merged_into_id: number | null
  notice_error: string | null
}

/** Pages that were told of in a summary that will never get through, with their alerts, locked. */
export async function lockLostPages(tx: Tx, limit: number): Promise<LostPage[]> {
  const { rows } = await sql<LostPage>`
    select page.*, alert.status as alert_status, alert.merged_into_id, notice.error as notice_error
      from notice
      join notification as page on page.bundle_id = notice.id and page.status = 'BUNDLED'
      join alert on alert.alert_source_id = page.alert_source_id and alert.id = page.alert_id
     where notice.kind = 'SUMMARY' and notice.status = 'ERROR'
     order by page.priority, page.created_at
     limit ${limit}
       for update of page, alert skip locked`.execute(tx)
  return rows
}

/** A page whose summary failed has failed itself. */
export async function failLostPage(
  tx: Tx,
  page: Pick<NotificationRow, 'alert_source_id' | 'id'>,
  error: string,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('notification')
    .set({ status: 'ERROR', error, finished_at: now })
    .where('alert_source_id', '=', page.alert_source_id)
    .where('id', '=', page.id)
    .execute()
}
