import { type Selectable, sql } from 'kysely'
import type { EventEffect } from '../alert-sources/rules/schema.ts'
import type { Database, Tx } from '../database/connection.ts'
import { tellLive, wakeEngine } from '../database/notify.ts'
import type { DeliveryTable } from '../database/tables.ts'
import type { ReadingMark } from './decide.ts'

export type DeliveryRow = Selectable<DeliveryTable>

export interface ArrivedDelivery {
  alertSourceId: number
  id: string
  answerStatus: number
  headers: Record<string, string>
  body: Buffer
  /** The delivery this one repeats, and who asked for it. */
  replay?: { of: string; by: string }
}

/** Writes what arrived, as it came, in one commit; order within the list is the order of arrival. */
export async function insertDeliveries(db: Database, deliveries: readonly ArrivedDelivery[], now: Date): Promise<void> {
  await db.transaction().execute((tx) => addDeliveries(tx, deliveries, now))
}

/** The same in the caller's transaction. */
export async function addDeliveries(tx: Tx, deliveries: readonly ArrivedDelivery[], now: Date): Promise<void> {
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
        replay_of: delivery.replay?.of ?? null,
        replayed_by: delivery.replay?.by ?? null,
      })),
    )
    .execute()
  await wakeEngine(tx, 'intake')
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
/** A reader asks for something every few milliseconds: one that is silent for so long stands still. */
const READER_IDLE_MS = 10_000

/**
 * Holds a source for reading, on this connection until `releaseSource`: one reader per source keeps arrival order, which is
 * the only order monitors have. False when another node reads it. A reader that dies loses it with its connection; from one
 * that stands still the database takes both after `idleMs`, or its source would stand still with it.
 */
export async function holdSource(
  connection: Database,
  alertSourceId: number,
  idleMs: number = READER_IDLE_MS,
): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    with hold as materialized (select pg_try_advisory_lock(${READING_LOCK}, ${alertSourceId}) as locked)
    select locked, case when locked then set_config('idle_session_timeout', ${`${idleMs}ms`}, false) end from hold`.execute(
    connection,
  )
  return rows[0]?.locked ?? false
}

/** Lets the next reader in. */
export async function releaseSource(connection: Database, alertSourceId: number): Promise<void> {
  await sql`
    select pg_advisory_unlock(${READING_LOCK}, ${alertSourceId}), set_config('idle_session_timeout', '0', false)`.execute(
    connection,
  )
}

/** A source's unread deliveries in order of arrival, without their bodies. */
export async function peekUnread(
  connection: Database,
  alertSourceId: number,
  now: Date,
  limit: number,
): Promise<Pick<DeliveryRow, 'id' | 'begun_by' | 'begun_alone' | 'attempts'>[]> {
  return connection
    .selectFrom('delivery')
    .select(['id', 'begun_by', 'begun_alone', 'attempts'])
    .where('alert_source_id', '=', alertSourceId)
    .where('outcome', '=', 'NEW')
    .where('due_at', '<=', now)
    .orderBy('seq')
    .limit(limit)
    .execute()
}

/** Notes that this process begins to read these; kept when the process dies over one of them. */
export async function markBegun(
  connection: Database,
  alertSourceId: number,
  ids: readonly string[],
  mark: ReadingMark,
): Promise<void> {
  await writeMark(connection, alertSourceId, ids, mark, null)
}

/** What the process `by` began and did not end is marked as `before` again, unless another one began it since. */
export async function takeBackMark(
  connection: Database,
  alertSourceId: number,
  ids: readonly string[],
  by: string,
  before: ReadingMark,
): Promise<void> {
  await writeMark(connection, alertSourceId, ids, before, by)
}

async function writeMark(
  connection: Database,
  alertSourceId: number,
  ids: readonly string[],
  mark: ReadingMark,
  insteadOf: string | null,
): Promise<void> {
  await connection.transaction().execute(async (tx) => {
    // The mark need not survive the power, only the process.
    await sql`set local synchronous_commit = off`.execute(tx)
    let marked = tx
      .updateTable('delivery')
      .set({ begun_by: mark.by, begun_alone: mark.alone })
      .where('alert_source_id', '=', alertSourceId)
      .where('id', 'in', ids)
      .where('outcome', '=', 'NEW')
    if (insteadOf !== null) marked = marked.where('begun_by', '=', insteadOf)
    await marked.execute()
  })
}

/** One delivery as it was kept; null when there is none. */
export async function deliveryById(db: Database, id: string): Promise<DeliveryRow | null> {
  const row = await db.selectFrom('delivery').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

/** Locks a delivery until the transaction ends. */
export async function lockDelivery(tx: Tx, alertSourceId: number, id: string): Promise<void> {
  await tx
    .selectFrom('delivery')
    .select('id')
    .where('alert_source_id', '=', alertSourceId)
    .where('id', '=', id)
    .forUpdate()
    .execute()
}

/** These deliveries, while they are unread, in order of arrival. */
export async function unreadDeliveries(tx: Tx, alertSourceId: number, ids: readonly string[]): Promise<DeliveryRow[]> {
  return tx
    .selectFrom('delivery')
    .selectAll()
    .where('alert_source_id', '=', alertSourceId)
    .where('id', 'in', ids)
    .where('outcome', '=', 'NEW')
    .orderBy('seq')
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
  /** What the source's rules made of the event; absent when there was none. */
  effect?: EventEffect | null
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
      effect: verdict.effect ? JSON.stringify(keptEffect(verdict.effect)) : null,
      processed_at: now,
      attempts: sql`attempts + 1`,
    })
    .where('alert_source_id', '=', delivery.alert_source_id)
    .where('id', '=', delivery.id)
    .where('outcome', '=', 'NEW')
    .execute()
  await tellLive(tx, { kind: 'delivery', alertSourceId: delivery.alert_source_id })
}

/** Enough of the details to see that they changed. */
export const DETAILS_KEPT = 2_000

function keptEffect(effect: EventEffect): EventEffect {
  return { ...effect, details: effect.details.slice(0, DETAILS_KEPT) }
}

/** Leaves a delivery for later. */
export async function postponeDelivery(
  tx: Tx,
  delivery: Pick<DeliveryRow, 'alert_source_id' | 'id'>,
  change: {
    dueAt: Date
    attempts?: number
    confirmation?: 'FOUND' | 'UNASKED'
    /** The folded key of the record that is asked for. */
    askingFor?: string
    reason?: string
  },
): Promise<void> {
  await tx
    .updateTable('delivery')
    .set({
      due_at: change.dueAt,
      begun_by: null,
      begun_alone: 0,
      ...(change.attempts === undefined ? {} : { attempts: change.attempts }),
      ...(change.confirmation ? { confirmation: change.confirmation } : {}),
      ...(change.askingFor === undefined ? {} : { confirmation: 'ASKING', alert_key: change.askingFor }),
      ...(change.reason === undefined ? {} : { reason: change.reason }),
    })
    .where('alert_source_id', '=', delivery.alert_source_id)
    .where('id', '=', delivery.id)
    .where('outcome', '=', 'NEW')
    .execute()
}

/** Every delivery that waits for what the look-up of this record says. */
export async function deliveriesAskingFor(tx: Tx, alertSourceId: number, folded: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('delivery')
    .select('id')
    .where('alert_source_id', '=', alertSourceId)
    .where('outcome', '=', 'NEW')
    .where('confirmation', '=', 'ASKING')
    .where('alert_key', '=', folded)
    .orderBy('seq')
    .execute()
  return rows.map((row) => row.id)
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
  if (row !== undefined) return true
  // A delivery that is read again meets its own claim.
  const holder = await tx
    .selectFrom('idempotency_key')
    .select('delivery_id')
    .where('alert_source_id', '=', alertSourceId)
    .where('key', '=', key)
    .executeTakeFirst()
  return holder?.delivery_id === deliveryId
}

/** What is known of a record, without holding it. */
export async function knownOf(
  tx: Tx,
  alertSourceId: number,
  folded: string,
): Promise<{ version: number | null; eventType: string | null; toldAt: Date | null; hasOpenAlert: boolean } | null> {
  const row = await tx
    .selectFrom('known_record')
    .leftJoin('alert', 'alert.id', 'known_record.alert_id')
    .select(['known_record.version', 'event_type', 'told_at', 'alert.status'])
    .where('known_record.alert_source_id', '=', alertSourceId)
    .where('known_record.alert_key_folded', '=', folded)
    .executeTakeFirst()
  if (!row) return null
  return {
    version: row.version,
    eventType: row.event_type,
    toldAt: row.told_at,
    hasOpenAlert: row.status !== null && row.status !== 'RESOLVED',
  }
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
