import { type Selectable, sql } from 'kysely'
import type { Database, Tx } from '../database/connection.ts'
import { tellLive, wakeEngine } from '../database/notify.ts'
import type { DeliveryTable } from '../database/tables.ts'

export type DeliveryRow = Selectable<DeliveryTable>

export interface ArrivedDelivery {
  alertSourceId: number
  id: string
  answerStatus: number
  headers: Record<string, string>
  body: Buffer
}

/** Writes what arrived, as it came, in one commit; order within the list is the order of arrival. */
export async function insertDeliveries(db: Database, deliveries: readonly ArrivedDelivery[], now: Date): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx
      .insertInto('delivery')
      .values(
        deliveries.map((delivery) => ({
          alert_source_id: delivery.alertSourceId,
          id: delivery.id,
          received_at: now,
          answer_status: delivery.answerStatus,
          headers: JSON.stringify(delivery.headers),
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
        })),
      )
      .execute()
    await wakeEngine(tx)
  })
}

/** Sources with unread deliveries, longest waiting first. */
export async function sourcesWithNews(db: Database, now: Date, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('delivery')
    .select(['alert_source_id', (eb) => eb.fn.min('due_at').as('oldest')])
    .where('outcome', '=', 'NEW')
    .where('due_at', '<=', now)
    .groupBy('alert_source_id')
    .orderBy('oldest')
    .limit(limit)
    .execute()
  return rows.map((row) => row.alert_source_id)
}

const READING_LOCK = 7_001

/** One reader per source keeps arrival order, which is the only order monitors have. False when another node reads it. */
export async function tryReading(tx: Tx, alertSourceId: number): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(${READING_LOCK}, ${alertSourceId}) as locked`.execute(tx)
  return rows[0]?.locked ?? false
}

/** A source's unread deliveries in order of arrival. */
export async function unreadDeliveries(
  tx: Tx,
  alertSourceId: number,
  now: Date,
  limit: number,
): Promise<DeliveryRow[]> {
  return tx
    .selectFrom('delivery')
    .selectAll()
    .where('alert_source_id', '=', alertSourceId)
    .where('outcome', '=', 'NEW')
    .where('due_at', '<=', now)
    .orderBy('seq')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
}

export interface Verdict {
  outcome: 'APPLIED' | 'DUPLICATE' | 'IGNORED' | 'QUARANTINED'
  rule: string
  reason: string
  event: string | null
  alertKey: string | null
  alertId: number | null
}

/** A delivery's one and only outcome: the first stays. */
export async function finishDelivery(
  tx: Tx,
  delivery: Pick<DeliveryRow, 'alert_source_id' | 'id'>,
  verdict: Verdict,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('delivery')
    .set({
      outcome: verdict.outcome,
      rule: verdict.rule,
      reason: verdict.reason,
      event: verdict.event,
      alert_key: verdict.alertKey,
      alert_id: verdict.alertId,
      processed_at: now,
      attempts: sql`attempts + 1`,
    })
    .where('alert_source_id', '=', delivery.alert_source_id)
    .where('id', '=', delivery.id)
    .where('outcome', '=', 'NEW')
    .execute()
  await tellLive(tx, { kind: 'delivery', alertSourceId: delivery.alert_source_id })
}

/** Leaves a delivery for later. */
export async function postponeDelivery(
  tx: Tx,
  delivery: Pick<DeliveryRow, 'alert_source_id' | 'id'>,
  change: { dueAt: Date; attempts?: number; confirmation?: 'ASKING' | 'FOUND' | 'UNASKED'; reason?: string },
): Promise<void> {
  await tx
    .updateTable('delivery')
    .set({
      due_at: change.dueAt,
      ...(change.attempts === undefined ? {} : { attempts: change.attempts }),
      ...(change.confirmation ? { confirmation: change.confirmation } : {}),
      ...(change.reason === undefined ? {} : { reason: change.reason }),
    })
    .where('alert_source_id', '=', delivery.alert_source_id)
    .where('id', '=', delivery.id)
    .where('outcome', '=', 'NEW')
    .execute()
}

/** Claims an `Idempotency-Key` for a delivery; false when an earlier delivery has it. */
export async function claimIdempotencyKey(
  tx: Tx,
  alertSourceId: number,
  key: string,
  deliveryId: string,
  now: Date,
): Promise<boolean> {
  const row = await tx
    .insertInto('idempotency_key')
    .values({ alert_source_id: alertSourceId, key, delivery_id: deliveryId, received_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('delivery_id')
    .executeTakeFirst()
  return row !== undefined
}

/** When the next unread delivery is due. */
export async function nextDeliveryAt(db: Database): Promise<Date | null> {
  const row = await db
    .selectFrom('delivery')
    .select('due_at')
    .where('outcome', '=', 'NEW')
    .orderBy('due_at')
    .limit(1)
    .executeTakeFirst()
  return row?.due_at ?? null
}

/** True while something that arrived by `mark` is due and unread: overdue steps wait for it after a start (invariants.md ESC-8). */
export async function hasUnreadUntil(db: Database, mark: Date, now: Date): Promise<boolean> {
  const row = await db
    .selectFrom('delivery')
    .select('id')
    .where('outcome', '=', 'NEW')
    .where('received_at', '<=', mark)
    .where('due_at', '<=', now)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
