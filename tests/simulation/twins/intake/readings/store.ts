import type * as real from '../../../../../server/intake/readings/store.ts'
import type { Reading } from '../../../../../server/integrations/contract.ts'
import { keyOf } from '../../../memory/tables.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/intake/readings/store.ts'

type About = Parameters<typeof real.saveReading>[1]

export const saveReading = twin((tables, record: About, reading: Reading, readAt: Date) => {
  const fields = { alert_key: record.alertKey, read_at: readAt, facts: reading }
  const known = tables.record_reading.get(keyOf(record.alertSourceId, record.folded))
  if (!known) {
    const key = { alert_source_id: record.alertSourceId, alert_key_folded: record.folded }
    tables.record_reading.insert({ ...key, ...fields })
  } else if (known.read_at <= readAt) tables.record_reading.update(known, fields)
}) satisfies typeof real.saveReading

export const readingSince = twin((tables, alertSourceId: number, folded: string, since: Date) => {
  const row = tables.record_reading.get(keyOf(alertSourceId, folded))
  return row && row.read_at >= since ? row.facts : null
}) satisfies typeof real.readingSince
