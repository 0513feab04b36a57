import type * as real from '../../../../../server/notifications/receipts/store.ts'
import type { NotificationRow } from '../../../../../server/notifications/store.ts'
import { all, earliest, keyOf } from '../../../memory/tables.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/notifications/receipts/store.ts'

export const lockPage = twin((tables, id: string) => {
  const key = tables.notificationOfId.keyOf(id)
  return key === undefined ? null : tables.notification.get(key)
}) satisfies typeof real.lockPage

type Receipt = Parameters<typeof real.setReceipt>[2]

export const setReceipt = twin((tables, row: NotificationRow, change: Receipt) => {
  const known = tables.notification.get(keyOf(row.alert_source_id, row.id))
  if (known) tables.notification.update(known, change)
}) satisfies typeof real.setReceipt

export const overdueReceipts = twin((tables, now: Date, limit: number) =>
  [...all(tables.awaitingReceipt)]
    .filter((row) => row.receipt_due_at !== null && row.receipt_due_at <= now)
    .sort((one, other) => (one.receipt_due_at?.getTime() ?? 0) - (other.receipt_due_at?.getTime() ?? 0))
    .slice(0, limit)
    .map((row) => row.id),
) satisfies typeof real.overdueReceipts

export const nextReceiptAt = twin((tables) =>
  earliest([...all(tables.awaitingReceipt)].map((row) => row.receipt_due_at)),
) satisfies typeof real.nextReceiptAt

export const isPending = twin(
  (tables, alertId: number) => tables.alert.get(alertId)?.status === 'PENDING',
) satisfies typeof real.isPending
