import type { LogEntryFilterType } from '../alerts/schema.ts'
import type { Tx } from '../database/connection.ts'

export interface TimelineLine {
  alertSourceId: number
  alertId: number
  /** ilert's name of the entry, e.g. `AlertReceivedLogEntry`. */
  type: string
  text: string
  filterTypes: LogEntryFilterType[]
  vars?: Record<string, unknown>
}

const TEXT_LENGTH_MAX = 2_000

/** Adds one line to an alert's story, in the transaction that made it true. */
export async function addTimeline(tx: Tx, line: TimelineLine, now: Date): Promise<void> {
  await tx
    .insertInto('timeline_entry')
    .values({
      alert_source_id: line.alertSourceId,
      alert_id: line.alertId,
      at: now,
      type: line.type,
      text: line.text.slice(0, TEXT_LENGTH_MAX),
      filter_types: line.filterTypes,
      vars: JSON.stringify(line.vars ?? {}),
    })
    .execute()
}
