import type { Selectable } from 'kysely'
import type { Database, Tx } from '../database/connection.ts'
import type { TraceStepTable } from '../database/tables.ts'
import type { Evidence } from './schema.ts'

export type TraceRow = Selectable<TraceStepTable>

export interface TraceLine {
  alertSourceId: number
  alertId: number
  station:
    | 'intake'
    | 'reconciliation'
    | 'targets'
    | 'writeback'
    | 'alerts'
    | 'lookups'
    | 'escalation'
    | 'notifications'
    | 'last-resort'
    | 'auditor'
    | 'alert-actions'
  decision: string
  /** One sentence for people. */
  reason: string
  /** The rule or setting that caused it. */
  rule: string
  people?: readonly number[]
  channels?: readonly string[]
  /** What the rows must say from now on; the auditor compares. */
  evidence?: Evidence
}

const REASON_LENGTH_MAX = 2_000

/** Records why, in the transaction that decides it. */
export async function addTrace(tx: Tx, line: TraceLine, now: Date): Promise<void> {
  await tx
    .insertInto('trace_step')
    .values({
      alert_source_id: line.alertSourceId,
      alert_id: line.alertId,
      at: now,
      station: line.station,
      decision: line.decision,
      reason: line.reason.slice(0, REASON_LENGTH_MAX),
      rule: line.rule,
      people: [...(line.people ?? [])],
      channels: [...(line.channels ?? [])],
      facts: JSON.stringify(line.evidence ?? {}),
    })
    .execute()
}

const STEPS_MAX = 2_000

/** An alert's decisions, oldest first; of a very long story the newest. */
export async function traceOf(db: Database | Tx, alertId: number): Promise<TraceRow[]> {
  const newestFirst = await db
    .selectFrom('trace_step')
    .selectAll()
    .where('alert_id', '=', alertId)
    .orderBy('id', 'desc')
    .limit(STEPS_MAX)
    .execute()
  return newestFirst.reverse()
}
