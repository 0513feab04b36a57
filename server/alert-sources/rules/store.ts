import type { Counts } from '../../conditions/counts.ts'
import type { Database, Tx } from '../../database/connection.ts'
import type { ReceivedDelivery } from '../../integrations/contract.ts'

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

/** One delivery of a source as it arrived; null when the source has none of this id. */
export async function deliveryOfSource(
  db: Database,
  alertSourceId: number,
  id: string,
): Promise<ReceivedDelivery | null> {
  const row = await db
    .selectFrom('delivery')
    .select(['headers', 'body'])
    .where('alert_source_id', '=', alertSourceId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row ? { headers: row.headers, body: row.body.toString('utf8') } : null
}

/** A source's latest deliveries as they arrived, newest first. */
export async function latestDeliveries(
  db: Database,
  alertSourceId: number,
  limit: number,
): Promise<ReceivedDelivery[]> {
  const rows = await db
    .selectFrom('delivery')
    .select(['headers', 'body'])
    .where('alert_source_id', '=', alertSourceId)
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ headers: row.headers, body: row.body.toString('utf8') }))
}
