import type { EventEffect } from '../../../../server/alert-sources/rules/schema.ts'
import type { ReadingMark } from '../../../../server/intake/decide.ts'
import type * as real from '../../../../server/intake/store.ts'
import { DETAILS_KEPT } from '../../../../server/intake/store.ts'
import { connectionOf } from '../../memory/database.ts'
import { all, keyOf, type MemoryTables } from '../../memory/tables.ts'
import { twin } from '../../memory/twin.ts'
import { tellLive } from '../database/notify.ts'

export * from '../../../../server/intake/store.ts'

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
      begun_by: null,
      begun_alone: 0,
      effect: null,
      replay_of: delivery.replay?.of ?? null,
      replayed_by: delivery.replay?.by ?? null,
    })
  }
})

export const addDeliveries: typeof real.addDeliveries = async (tx, deliveries, now) => {
  await insertRows(tx, deliveries, now)
}

export const insertDeliveries: typeof real.insertDeliveries = (db, deliveries, now) =>
  db.transaction().execute((tx) => addDeliveries(tx, deliveries, now))

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

export const holdSource: typeof real.holdSource = (connection, alertSourceId) =>
  connectionOf(connection).holding((holds, self) => {
    const holder = holds.get(alertSourceId) ?? self
    if (holder === self) holds.set(alertSourceId, self)
    return holder === self
  })

export const releaseSource: typeof real.releaseSource = (connection, alertSourceId) =>
  connectionOf(connection).holding((holds, self) => {
    if (holds.get(alertSourceId) === self) holds.delete(alertSourceId)
  })

export const peekUnread = twin((tables, alertSourceId: number, now: Date, limit: number) =>
  [...tables.unreadOfSource.of(alertSourceId)]
    .filter((row) => row.due_at <= now)
    .sort((one, other) => one.seq - other.seq)
    .slice(0, limit)
    .map(({ id, begun_by, begun_alone, attempts }) => ({ id, begun_by, begun_alone, attempts })),
) satisfies typeof real.peekUnread

function unreadOf(tables: MemoryTables, alertSourceId: number, ids: readonly string[]): real.DeliveryRow[] {
  return ids.flatMap((id) => {
    const row = tables.delivery.get(keyOf(alertSourceId, id))
    return row?.outcome === 'NEW' ? [row] : []
  })
}

const writeMark = twin(
  (tables, alertSourceId: number, ids: readonly string[], mark: ReadingMark, insteadOf: string | null) => {
    for (const row of unreadOf(tables, alertSourceId, ids)) {
      if (insteadOf === null || row.begun_by === insteadOf)
        tables.delivery.update(row, { begun_by: mark.by, begun_alone: mark.alone })
    }
  },
)

export const markBegun: typeof real.markBegun = (connection, alertSourceId, ids, mark) =>
  connection.transaction().execute((tx) => writeMark(tx, alertSourceId, ids, mark, null))

export const takeBackMark: typeof real.takeBackMark = (connection, alertSourceId, ids, by, before) =>
  connection.transaction().execute((tx) => writeMark(tx, alertSourceId, ids, before, by))

export const unreadDeliveries = twin((tables, alertSourceId: number, ids: readonly string[]) =>
  unreadOf(tables, alertSourceId, ids).sort((one, other) => one.seq - other.seq),
) satisfies typeof real.unreadDeliveries

export const knownOf = twin((tables, alertSourceId: number, folded: string) => {
  const row = tables.known_record.get(keyOf(alertSourceId, folded))
  if (!row) return null
  const status = row.alert_id === null ? null : (tables.alert.get(row.alert_id)?.status ?? null)
  return {
    version: row.version,
    eventType: row.event_type,
    toldAt: row.told_at,
    hasOpenAlert: status !== null && status !== 'RESOLVED',
  }
}) satisfies typeof real.knownOf

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
    effect: verdict.effect ? keptEffect(verdict.effect) : null,
    processed_at: now,
    attempts: row.attempts + 1,
  })
})

function keptEffect(effect: EventEffect): Record<string, unknown> {
  return { ...effect, details: effect.details.slice(0, DETAILS_KEPT) }
}

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
      begun_by: null,
      begun_alone: 0,
      ...(change.attempts === undefined ? {} : { attempts: change.attempts }),
      ...(change.confirmation ? { confirmation: change.confirmation } : {}),
      ...(change.askingFor === undefined ? {} : { confirmation: 'ASKING', alert_key: change.askingFor }),
      ...(change.reason === undefined ? {} : { reason: change.reason }),
    })
  },
) satisfies typeof real.postponeDelivery

/** In memory one transaction follows the other: there is nobody to keep out. */
export const lockDelivery = twin(
  (_tables, _alertSourceId: number, _id: string) => {},
) satisfies typeof real.lockDelivery

export const deliveriesAskingFor = twin((tables, alertSourceId: number, folded: string) =>
  [...tables.unreadOfSource.of(alertSourceId)]
    .filter((row) => row.confirmation === 'ASKING' && row.alert_key === folded)
    .sort((one, other) => one.seq - other.seq)
    .map((row) => row.id),
) satisfies typeof real.deliveriesAskingFor

export const claimIdempotencyKey = twin((tables, alertSourceId: number, key: string, deliveryId: string, now: Date) => {
  const row = { alert_source_id: alertSourceId, key, delivery_id: deliveryId, received_at: now }
  const holder = tables.idempotency_key.get(keyOf(alertSourceId, key))
  // A delivery that is read again meets its own claim.
  if (holder) return holder.delivery_id === deliveryId
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
