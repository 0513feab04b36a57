import type { Database, Tx } from '../../database/connection.ts'
import { lockStepPages, type NotificationRow } from '../store.ts'

/** One page by its id, locked with the others of its step. */
export async function lockPage(tx: Tx, id: string): Promise<NotificationRow | null> {
  const found = await tx.selectFrom('notification').selectAll().where('id', '=', id).executeTakeFirst()
  if (!found) return null
  return (await lockStepPages(tx, found)).find((page) => page.id === id) ?? null
}

/** Saves what the provider said of a page. */
export async function setReceipt(
  tx: Tx,
  row: NotificationRow,
  change: { receipt_state?: string; receipt_due_at: Date | null; status?: 'ERROR'; error?: string },
): Promise<void> {
  await tx
    .updateTable('notification')
    .set(change)
    .where('alert_source_id', '=', row.alert_source_id)
    .where('id', '=', row.id)
    .execute()
}

/** Pages whose receipt is overdue, the oldest first; not locked. */
export async function overdueReceipts(db: Database, now: Date, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('notification')
    .select('id')
    .where('receipt_due_at', '<=', now)
    .orderBy('receipt_due_at')
    .limit(limit)
    .execute()
  return rows.map((row) => row.id)
}

/** When the next receipt is overdue. */
export async function nextReceiptAt(db: Database): Promise<Date | null> {
  const row = await db
    .selectFrom('notification')
    .select('receipt_due_at')
    .where('receipt_due_at', 'is not', null)
    .orderBy('receipt_due_at')
    .limit(1)
    .executeTakeFirst()
  return row?.receipt_due_at ?? null
}

/** True while an alert waits for an answer. */
export async function isPending(tx: Tx, alertId: number): Promise<boolean> {
  const row = await tx.selectFrom('alert').select('status').where('id', '=', alertId).executeTakeFirst()
  return row?.status === 'PENDING'
}
