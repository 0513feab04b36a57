import type * as real from '../../../../server/intake/store.ts'
import { all, keyOf } from '../../memory/tables.ts'
import { twin } from '../../memory/twin.ts'
import { tellLive, wakeEngine } from '../database/notify.ts'

const insertRows = twin((tables, deliveries: readonly real.ArrivedDelivery[], now: Date) => {
  for (const delivery of deliveries) {
    tables.delivery.insert({
      alert_source_id: delivery.alertSourceId,
      id: delivery.id,
      seq: tables.next('delivery'),
      received_at: now,
      answer_status: delivery.answerStatus,
      headers: delivery.headers,
      body: delivery.body,
      outcome: 'NEW',
      rule: null,
      reason: null,
      event: null,
      alert_key: null,
      alert_id: null,
      attempts: 0,
      due_at: now,
      confirmation: null,
      processed_at: null,
    })
  }
})

export const insertDeliveries: typeof real.insertDeliveries = (db, deliveries, now) =>
  db.transaction().execute(async (tx) => {
    await insertRows(tx, deliveries, now)
    await wakeEngine(tx)
  })

export const sourcesWithNews = twin((tables, now: Date, limit: number) => {
  const oldest = new Map<number, Date>()
  for (const row of all(tables.unread)) {
    if (row.due_at > now) continue
    const known = oldest.get(row.alert_source_id)
    if (known === undefined || row.due_at < known) oldest.set(row.alert_source_id, row.due_at)
  }
  return [...oldest]
    .sort(([, one], [, other]) => one.getTime() - other.getTime())
    .slice(0, limit)
    .map(([id]) => id)
}) satisfies typeof real.sourcesWithNews

/** Transactions come one at a time, so nobody else is reading. */
export const tryReading = twin((_tables, _alertSourceId: number) => true) satisfies typeof real.tryReading

export const unreadDeliveries = twin((tables, alertSourceId: number, now: Date, limit: number) =>
  [...tables.unreadOfSource.of(alertSourceId)]
    .filter((row) => row.due_at <= now)
    .sort((one, other) => one.seq - other.seq)
    .slice(0, limit),
) satisfies typeof real.unreadDeliveries

type DeliveryName = Pick<real.DeliveryRow, 'alert_source_id' | 'id'>

const finishRow = twin((tables, delivery: DeliveryName, verdict: real.Verdict, now: Date) => {
  const row = tables.delivery.get(keyOf(delivery.alert_source_id, delivery.id))
  if (row?.outcome !== 'NEW') return
  tables.delivery.update(row, {
    outcome: verdict.outcome,
    rule: verdict.rule,
    reason: verdict.reason,
    event: verdict.event,
    alert_key: verdict.alertKey,
    alert_id: verdict.alertId,
    processed_at: now,
    attempts: row.attempts + 1,
  })
})

export const finishDelivery: typeof real.finishDelivery = async (tx, delivery, verdict, now) => {
  await finishRow(tx, delivery, verdict, now)
  await tellLive()
}

export const postponeDelivery = twin(
  (tables, delivery: DeliveryName, change: Parameters<typeof real.postponeDelivery>[2]) => {
    const row = tables.delivery.get(keyOf(delivery.alert_source_id, delivery.id))
    if (row?.outcome !== 'NEW') return
    tables.delivery.update(row, {
      due_at: change.dueAt,
      ...(change.attempts === undefined ? {} : { attempts: change.attempts }),
      ...(change.confirmation ? { confirmation: change.confirmation } : {}),
      ...(change.reason === undefined ? {} : { reason: change.reason }),
    })
  },
) satisfies typeof real.postponeDelivery

export const claimIdempotencyKey = twin((tables, alertSourceId: number, key: string, deliveryId: string, now: Date) => {
  const row = { alert_source_id: alertSourceId, key, delivery_id: deliveryId, received_at: now }
  if (!tables.idempotency_key.takes(row)) return false
  tables.idempotency_key.insert(row)
  return true
}) satisfies typeof real.claimIdempotencyKey

export const nextDeliveryAt = twin((tables) => {
  let next: Date | null = null
  for (const row of all(tables.unread)) if (next === null || row.due_at < next) next = row.due_at
  return next
}) satisfies typeof real.nextDeliveryAt

export const hasUnreadUntil = twin((tables, mark: Date, now: Date) => {
  for (const row of all(tables.unread)) if (row.received_at <= mark && row.due_at <= now) return true
  return false
}) satisfies typeof real.hasUnreadUntil
