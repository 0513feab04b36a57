import type { Counts } from '../../conditions/counts.ts'
import type { Database, Tx } from '../../database/connection.ts'

/** How often a source's conditions were asked, by condition. */
export async function loadCounts(db: Database | Tx, alertSourceId: number): Promise<Record<string, Counts>> {
  const row = await db
    .selectFrom('trigger_count')
    .select('counts')
    .where('alert_source_id', '=', alertSourceId)
    .executeTakeFirst()
  return row?.counts ?? {}
}

/** Keeps the counts of a source; its deliveries are read one after the other. */
export async function saveCounts(tx: Tx, alertSourceId: number, counts: Record<string, Counts>): Promise<void> {
  const text = JSON.stringify(counts)
  await tx
    .insertInto('trigger_count')
    .values({ alert_source_id: alertSourceId, counts: text })
    .onConflict((conflict) => conflict.column('alert_source_id').doUpdateSet({ counts: text }))
    .execute()
}
