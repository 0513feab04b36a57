import type { Database } from '../database/connection.ts'
import type { PersonReference } from '../directory/schema.ts'
import { everKnownPeople } from '../directory/store.ts'
import type { Notification, NotificationStatus } from './schema.ts'
import { type NotificationRow, notificationsOf } from './store.ts'

/** An alert's notifications as the API shows them, oldest first. */
export async function viewNotifications(db: Database, alertId: number): Promise<Notification[]> {
  const rows = await notificationsOf(db, alertId)
  const people = await everKnownPeople(
    db,
    rows.map((row) => row.person_id),
  )
  return rows.flatMap((row) => {
    const user = people.get(row.person_id)
    return user ? [notificationView(row, user)] : []
  })
}

/** One notification as the API shows it. */
export function notificationView(row: NotificationRow, user: PersonReference): Notification {
  return {
    id: row.id,
    method: row.channel as Notification['method'],
    kind: row.kind === 'UPDATE' || row.kind === 'INVITE' ? row.kind : 'PAGE',
    target: row.target,
    subject: row.subject,
    alertId: row.alert_id,
    user,
    notificationTime: (row.finished_at ?? row.created_at).toISOString(),
    status: statusShown(row.status),
    attempts: row.attempts,
    receipt: row.receipt_state,
    errorMessage: row.error,
  }
}

/** A page under way is shown as scheduled: nobody has heard of it yet. */
export function statusShown(status: string): NotificationStatus {
  return status === 'SUCCESS' || status === 'ERROR' || status === 'CANCELLED' || status === 'BUNDLED'
    ? status
    : 'SCHEDULED'
}

/** Who was asked about an alert, at which step, and how the page went. */
export interface AskedRow {
  alert_id: number
  person_id: number
  level_index: number
  climb: number
  round: number
  created_at: Date
  status: string
}

const ASKED_MAX = 20_000

/** Who was asked about these alerts, in the order they were asked; of too many, the latest. */
export async function askedAbout(db: Database, alertIds: readonly number[]): Promise<AskedRow[]> {
  if (alertIds.length === 0) return []
  const rows = await db
    .selectFrom('notification')
    .select(['alert_id', 'person_id', 'level_index', 'climb', 'round', 'created_at', 'status'])
    .where('alert_id', 'in', alertIds)
    .where('kind', '<>', 'UPDATE')
    .orderBy('created_at', 'desc')
    .orderBy('climb', 'desc')
    .orderBy('round', 'desc')
    .orderBy('level_index', 'desc')
    .orderBy('person_id', 'desc')
    .limit(ASKED_MAX)
    .execute()
  return rows.reverse()
}
