import { type Selectable, sql } from 'kysely'
import type { Database, Tx } from '../../database/connection.ts'
import type { VerificationTable } from '../../database/tables.ts'

export type VerificationRow = Selectable<VerificationTable>

export interface NewVerification {
  alertSourceId: number
  deliveryId: string
  webhookId: string
  callback: string
  state: string
  reason: string | null
  receivedAt: Date
  expiresAt: Date | null
  dueAt: Date | null
}

/** Keeps a verification; the same delivery read again adds nothing. */
export async function insertVerification(tx: Tx, verification: NewVerification): Promise<void> {
  await tx
    .insertInto('verification')
    .values({
      alert_source_id: verification.alertSourceId,
      delivery_id: verification.deliveryId,
      webhook_id: verification.webhookId,
      callback: verification.callback,
      state: verification.state,
      reason: verification.reason,
      received_at: verification.receivedAt,
      expires_at: verification.expiresAt,
      due_at: verification.dueAt,
      attempts: 0,
      lease_until: null,
      fence: 0,
    })
    .onConflict((conflict) => conflict.column('delivery_id').doNothing())
    .execute()
}

/** When the source's latest call left or will leave. */
export async function lastPlannedAt(tx: Tx, alertSourceId: number): Promise<Date | null> {
  const row = await tx
    .selectFrom('verification')
    .select((eb) => eb.fn.max<Date | null>('due_at').as('at'))
    .where('alert_source_id', '=', alertSourceId)
    .executeTakeFirst()
  return row?.at ?? null
}

/** Verifications that were not answered, whatever the reason; oldest first, locked. */
export async function lockUnanswered(tx: Tx, alertSourceId: number): Promise<VerificationRow[]> {
  return tx
    .selectFrom('verification')
    .selectAll()
    .where('alert_source_id', '=', alertSourceId)
    .where('state', 'in', ['HELD', 'REFUSED'])
    .orderBy('id')
    .limit(100)
    .forUpdate()
    .execute()
}

/** Writes what was decided about a verification. */
export async function moveVerification(
  tx: Tx,
  id: number,
  change: { state: string; reason: string | null; dueAt?: Date },
): Promise<void> {
  await tx
    .updateTable('verification')
    .set({
      state: change.state,
      reason: change.reason,
      lease_until: null,
      ...(change.dueAt ? { due_at: change.dueAt } : {}),
    })
    .where('id', '=', id)
    .execute()
}

/** Takes one call that is due, or whose lease ran out. */
export async function claimVerification(tx: Tx, now: Date, leaseUntil: Date): Promise<VerificationRow | null> {
  const found = await tx
    .selectFrom('verification')
    .select('id')
    .where('state', '=', 'QUEUED')
    .where('due_at', '<=', now)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
    .orderBy('due_at')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  if (!found) return null
  return tx
    .updateTable('verification')
    .set((eb) => ({ lease_until: leaseUntil, fence: eb('fence', '+', 1), attempts: eb('attempts', '+', 1) }))
    .where('id', '=', found.id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Locks a verification if the claim still holds; null when another node took it over. */
export async function holdVerification(tx: Tx, row: VerificationRow): Promise<VerificationRow | null> {
  const held = await tx
    .selectFrom('verification')
    .selectAll()
    .where('id', '=', row.id)
    .where('fence', '=', row.fence)
    .where('state', '=', 'QUEUED')
    .forUpdate()
    .executeTakeFirst()
  return held ?? null
}

/** Marks codes that ran out unanswered; returns the sources concerned. */
export async function expireVerifications(tx: Tx, now: Date): Promise<number[]> {
  const rows = await tx
    .updateTable('verification')
    .set({
      state: 'EXPIRED',
      reason: 'The code ran out. Press resend in the other system for a new one.',
      lease_until: null,
    })
    .where('state', 'in', ['HELD', 'QUEUED'])
    .where('expires_at', '<=', now)
    .returning('alert_source_id')
    .execute()
  return [...new Set(rows.map((row) => row.alert_source_id))]
}

/** When the next call is due, or the next lease runs out. */
export async function nextVerificationAt(db: Database): Promise<Date | null> {
  const row = await db
    .selectFrom('verification')
    .select((eb) => eb.fn.min<Date | null>(sql<Date>`greatest(due_at, lease_until)`).as('at'))
    .where('state', '=', 'QUEUED')
    .executeTakeFirst()
  return row?.at ?? null
}

/** The latest verifications of some sources, newest first, so many for each. */
export async function verificationsOf(
  db: Database | Tx,
  alertSourceIds: readonly number[],
  each: number,
): Promise<VerificationRow[]> {
  if (alertSourceIds.length === 0) return []
  const { rows } = await sql<VerificationRow>`
    select verification.*
      from unnest(${sql.val([...alertSourceIds])}::int[]) as source (id)
     cross join lateral (
       select * from verification where alert_source_id = source.id order by id desc limit ${each}
     ) as verification
     order by verification.id desc
  `.execute(db)
  return rows
}
