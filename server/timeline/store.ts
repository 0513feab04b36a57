import type { LogEntry, LogEntryFilterType } from '../alerts/schema.ts'
import type { Database, Tx } from '../database/connection.ts'

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

const ENTRIES_MAX = 1_000

/** An alert's story, oldest first. */
export async function timelineOf(db: Database | Tx, alertId: number): Promise<LogEntry[]> {
  const rows = await db
    .selectFrom('timeline_entry')
    .selectAll()
    .where('alert_id', '=', alertId)
    .orderBy('id')
    .limit(ENTRIES_MAX)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    timestamp: row.at.toISOString(),
    logEntryType: row.type,
    text: row.text,
    alertId: row.alert_id,
    filterTypes: row.filter_types as LogEntryFilterType[],
    vars: row.vars,
  }))
}
