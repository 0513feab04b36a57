import type * as real from '../../../../../server/intake/lookups/store.ts'
import { earlier } from '../../../../../server/runtime/time.ts'
import { keyOf, type MemoryTables } from '../../../memory/tables.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/intake/lookups/store.ts'

type Wish = Parameters<typeof real.wantLookup>[1]

export const wantLookup = twin((tables, lookup: Wish) => {
  const known = tables.lookup.get(keyOf(lookup.alertSourceId, lookup.folded))
  if (known) {
    tables.lookup.update(known, {
      request: lookup.request,
      delivery_id: lookup.deliveryId ?? known.delivery_id,
      due_at: earlier(lookup.dueAt, known.due_at),
      give_up_at: lookup.giveUpAt,
      wanted: known.wanted + 1,
    })
    return
  }
  tables.lookup.insert({
    alert_source_id: lookup.alertSourceId,
    alert_key_folded: lookup.folded,
    request: lookup.request,
    delivery_id: lookup.deliveryId,
    due_at: lookup.dueAt,
    give_up_at: lookup.giveUpAt,
    attempts: 0,
    lease_until: null,
    fence: 0,
    wanted: 1,
  })
}) satisfies typeof real.wantLookup

export const claimLookup = twin((tables, now: Date, leaseUntil: Date) => {
  let found: real.LookupRow | null = null
  for (const row of tables.lookup.rows) {
    if (row.due_at > now || (row.lease_until !== null && row.lease_until > now)) continue
    if (found === null || row.due_at < found.due_at) found = row
  }
  if (found === null) return null
  return tables.lookup.update(found, {
    lease_until: leaseUntil,
    fence: found.fence + 1,
    attempts: found.attempts + 1,
  })
}) satisfies typeof real.claimLookup

export const holdLookup = twin((tables, row: real.LookupRow) => {
  const held = current(tables, row)
  return held?.fence === row.fence ? held : null
}) satisfies typeof real.holdLookup

export const endLookup = twin((tables, row: real.LookupRow, wantedAtClaim: number, now: Date) => {
  const known = current(tables, row)
  if (!known) return
  if (row.wanted > wantedAtClaim) tables.lookup.update(known, { due_at: now, lease_until: null, attempts: 0 })
  else tables.lookup.delete(known)
}) satisfies typeof real.endLookup

export const postponeLookup = twin((tables, row: real.LookupRow, dueAt: Date) => {
  const known = current(tables, row)
  if (known) tables.lookup.update(known, { due_at: dueAt, lease_until: null })
}) satisfies typeof real.postponeLookup

export const nextLookupAt = twin((tables) => {
  let next: Date | null = null
  for (const row of tables.lookup.rows) {
    const at = row.lease_until !== null && row.lease_until > row.due_at ? row.lease_until : row.due_at
    if (next === null || at < next) next = at
  }
  return next
}) satisfies typeof real.nextLookupAt

function current(tables: MemoryTables, row: real.LookupRow): real.LookupRow | null {
  return tables.lookup.get(keyOf(row.alert_source_id, row.alert_key_folded))
}
