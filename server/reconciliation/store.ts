import { type Selectable, sql } from 'kysely'
import type { Database, Tx } from '../database/connection.ts'
import type { ReconciliationTable } from '../database/tables.ts'
import type { KnownState } from './decide.ts'

export type ReconciliationRow = Selectable<ReconciliationTable>

/** Begins to compare a source whose settings were saved. `isMoved`: it speaks to another account now, whose records are all old. */
export async function ensureReconciliation(tx: Tx, alertSourceId: number, isMoved: boolean, now: Date): Promise<void> {
  await tx
    .insertInto('reconciliation')
    .values({
      alert_source_id: alertSourceId,
      baseline_at: now,
      due_at: now,
      attempts: 0,
      lease_until: null,
      fence: 0,
      last_at: null,
      last_result: null,
      failure: null,
    })
    .onConflict((conflict) =>
      conflict
        .column('alert_source_id')
        .doUpdateSet({ due_at: now, attempts: 0, ...(isMoved ? { baseline_at: now, last_result: null } : {}) }),
    )
    .execute()
}

/** The other system stands otherwise than was thought: it is compared at once. */
export async function compareSoon(tx: Tx, alertSourceId: number, now: Date): Promise<void> {
  await tx
    .updateTable('reconciliation')
    .set({ due_at: now })
    .where('alert_source_id', '=', alertSourceId)
    .where('due_at', '>', now)
    .execute()
}

/** Takes the source whose turn it is. */
export async function claimDue(tx: Tx, now: Date, leaseUntil: Date): Promise<ReconciliationRow | null> {
  const found = await tx
    .selectFrom('reconciliation')
    .innerJoin('alert_source', 'alert_source.id', 'reconciliation.alert_source_id')
    .select('reconciliation.alert_source_id')
    .where('alert_source.active', '=', true)
    .where('alert_source.deleted_at', 'is', null)
    .where('due_at', '<=', now)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
    .orderBy('due_at')
    .limit(1)
    .forUpdate('reconciliation')
    .skipLocked()
    .executeTakeFirst()
  return found ? claim(tx, found.alert_source_id, now, leaseUntil) : null
}

/** Takes this source out of turn; null when it is being compared just now, or has no settings. */
export async function claim(
  tx: Tx,
  alertSourceId: number,
  now: Date,
  leaseUntil: Date,
): Promise<ReconciliationRow | null> {
  const row = await tx
    .updateTable('reconciliation')
    .set((eb) => ({ lease_until: leaseUntil, fence: eb('fence', '+', 1), attempts: eb('attempts', '+', 1) }))
    .where('alert_source_id', '=', alertSourceId)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}

/** Locks a claimed comparison if the claim still holds. */
export async function holdClaim(tx: Tx, row: ReconciliationRow): Promise<boolean> {
  const held = await tx
    .selectFrom('reconciliation')
    .select('alert_source_id')
    .where('alert_source_id', '=', row.alert_source_id)
    .where('fence', '=', row.fence)
    .forUpdate()
    .executeTakeFirst()
  return held !== undefined
}

/** Ends a comparison and plans the next one. */
export async function endComparison(
  tx: Tx,
  row: ReconciliationRow,
  change: { dueAt: Date; failure: string | null; isOver: boolean; result?: { at: Date; json: unknown } },
): Promise<void> {
  await tx
    .updateTable('reconciliation')
    .set({
      due_at: change.dueAt,
      lease_until: null,
      failure: change.failure,
      ...(change.isOver ? { attempts: 0 } : {}),
      ...(change.result ? { last_at: change.result.at, last_result: JSON.stringify(change.result.json) } : {}),
    })
    .where('alert_source_id', '=', row.alert_source_id)
    .execute()
}

/** A source's comparison as it stands; null when it has none. */
export async function reconciliationOf(db: Database | Tx, alertSourceId: number): Promise<ReconciliationRow | null> {
  const row = await db
    .selectFrom('reconciliation')
    .selectAll()
    .where('alert_source_id', '=', alertSourceId)
    .executeTakeFirst()
  return row ?? null
}

const KNOWN_OPEN_MAX = 5_000

/** What is known of the listed records, all of them first, and of those with an open alert, longest unheard first. */
export async function knownStates(tx: Tx, alertSourceId: number, folded: readonly string[]): Promise<KnownState[]> {
  const { rows } = await sql<KnownState>`
    select known.alert_key_folded as folded, known.event_type as "eventType", known.updated_at as "heardAt",
           coalesce(alert.status <> 'RESOLVED', false) as "hasOpenAlert"
      from known_record as known
      left join alert on alert.id = known.alert_id
     where known.alert_source_id = ${alertSourceId}
       and (known.alert_key_folded = any(${sql.val([...folded])}::text[])
            or (alert.status <> 'RESOLVED' and known.event_type <> 'RESOLVE'))
     order by known.alert_key_folded = any(${sql.val([...folded])}::text[]) desc,
              known.updated_at, known.alert_key_folded
     limit ${KNOWN_OPEN_MAX}
  `.execute(tx)
  return rows
}

/** True while deliveries of this source that arrived lately are unread: they may tell what the list tells. */
export async function hasUnread(tx: Tx, alertSourceId: number, now: Date): Promise<boolean> {
  const row = await tx
    .selectFrom('delivery')
    .select('id')
    .where('alert_source_id', '=', alertSourceId)
    .where('outcome', '=', 'NEW')
    .where('due_at', '<=', now)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** A difference that was healed, for the figures. */
export async function addHealed(
  tx: Tx,
  alertSourceId: number,
  alertKey: string,
  text: string,
  now: Date,
): Promise<void> {
  await tx
    .insertInto('healed_difference')
    .values({ alert_source_id: alertSourceId, at: now, alert_key: alertKey, text })
    .execute()
}

/** When the next source's turn comes, or a lease runs out. */
export async function nextReconciliationAt(db: Database): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(greatest(due_at, lease_until)) as at
      from reconciliation join alert_source as source on source.id = alert_source_id
     where source.active and source.deleted_at is null
  `.execute(db)
  return rows[0]?.at ?? null
}
