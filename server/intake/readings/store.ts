import type { Tx } from '../../database/connection.ts'
import type { Reading } from '../../integrations/contract.ts'

/** Keeps how a record stood when it was asked; an older answer never replaces a newer one. */
export async function saveReading(
  tx: Tx,
  record: { alertSourceId: number; folded: string; alertKey: string },
  reading: Reading,
  readAt: Date,
): Promise<void> {
  const fields = { alert_key: record.alertKey, read_at: readAt, facts: JSON.stringify(reading) }
  await tx
    .insertInto('record_reading')
    .values({ alert_source_id: record.alertSourceId, alert_key_folded: record.folded, ...fields })
    .onConflict((conflict) =>
      conflict
        .columns(['alert_source_id', 'alert_key_folded'])
        .doUpdateSet(fields)
        .where('record_reading.read_at', '<=', readAt),
    )
    .execute()
}

/** How a record stood, if it was asked at this instant or later. */
export async function readingSince(
  tx: Tx,
  alertSourceId: number,
  folded: string,
  since: Date,
): Promise<Reading | null> {
  const row = await tx
    .selectFrom('record_reading')
    .select('facts')
    .where('alert_source_id', '=', alertSourceId)
    .where('alert_key_folded', '=', folded)
    .where('read_at', '>=', since)
    .executeTakeFirst()
  return row?.facts ?? null
}
