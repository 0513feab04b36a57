import { type Selectable, sql } from 'kysely'
import type { Database, Tx } from '../../database/connection.ts'
import { wakeEngine } from '../../database/notify.ts'
import type { LookupTable } from '../../database/tables.ts'

export type LookupRow = Selectable<LookupTable>

/** Asks for a record once more, at `dueAt`; a fetch that is already planned or under way serves both. */
export async function wantLookup(
  tx: Tx,
  lookup: {
    alertSourceId: number
    folded: string
    request: Record<string, unknown>
    deliveryId: string | null
    dueAt: Date
    giveUpAt: Date
  },
): Promise<void> {
  await tx
    .insertInto('lookup')
    .values({
      alert_source_id: lookup.alertSourceId,
      alert_key_folded: lookup.folded,
      request: JSON.stringify(lookup.request),
      delivery_id: lookup.deliveryId,
      due_at: lookup.dueAt,
      give_up_at: lookup.giveUpAt,
      attempts: 0,
      lease_until: null,
      fence: 0,
      wanted: 1,
    })
    .onConflict((conflict) =>
      conflict.columns(['alert_source_id', 'alert_key_folded']).doUpdateSet((eb) => ({
        request: eb.ref('excluded.request'),
        delivery_id: eb.fn.coalesce('excluded.delivery_id', 'lookup.delivery_id'),
        due_at: sql<Date>`least(lookup.due_at, excluded.due_at)`,
        give_up_at: eb.ref('excluded.give_up_at'),
        wanted: eb('lookup.wanted', '+', 1),
      })),
    )
    .execute()
  await wakeEngine(tx, 'lookups')
}

/** Takes one look-up that is due, or whose lease ran out. */
export async function claimLookup(tx: Tx, now: Date, leaseUntil: Date): Promise<LookupRow | null> {
  const found = await tx
    .selectFrom('lookup')
    .select(['alert_source_id', 'alert_key_folded'])
    .where('due_at', '<=', now)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
    .orderBy('due_at')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  if (!found) return null
  return tx
    .updateTable('lookup')
    .set((eb) => ({ lease_until: leaseUntil, fence: eb('fence', '+', 1), attempts: eb('attempts', '+', 1) }))
    .where('alert_source_id', '=', found.alert_source_id)
    .where('alert_key_folded', '=', found.alert_key_folded)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Locks a look-up if the claim still holds; null when another node took it over. */
export async function holdLookup(tx: Tx, row: LookupRow): Promise<LookupRow | null> {
  const held = await tx
    .selectFrom('lookup')
    .selectAll()
    .where('alert_source_id', '=', row.alert_source_id)
    .where('alert_key_folded', '=', row.alert_key_folded)
    .where('fence', '=', row.fence)
    .forUpdate()
    .executeTakeFirst()
  return held ?? null
}

/** Ends a look-up, or lets it go again at once when it was wanted meanwhile. */
export async function endLookup(tx: Tx, row: LookupRow, wantedAtClaim: number, now: Date): Promise<void> {
  if (row.wanted > wantedAtClaim) {
    await tx
      .updateTable('lookup')
      .set({ due_at: now, lease_until: null, attempts: 0 })
      .where('alert_source_id', '=', row.alert_source_id)
      .where('alert_key_folded', '=', row.alert_key_folded)
      .execute()
    return
  }
  await tx
    .deleteFrom('lookup')
    .where('alert_source_id', '=', row.alert_source_id)
    .where('alert_key_folded', '=', row.alert_key_folded)
    .execute()
}

/** Lets a look-up go again later. */
export async function postponeLookup(tx: Tx, row: LookupRow, dueAt: Date): Promise<void> {
  await tx
    .updateTable('lookup')
    .set({ due_at: dueAt, lease_until: null })
    .where('alert_source_id', '=', row.alert_source_id)
    .where('alert_key_folded', '=', row.alert_key_folded)
    .execute()
}

/** When the next look-up is due, or the next lease runs out. */
export async function nextLookupAt(db: Database): Promise<Date | null> {
  const row = await db
    .selectFrom('lookup')
    .select((eb) => eb.fn.min<Date | null>(sql<Date>`greatest(due_at, lease_until)`).as('at'))
    .executeTakeFirst()
  return row?.at ?? null
}
