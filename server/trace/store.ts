import type { Tx } from '../database/connection.ts'

export type StationName = 'intake' | 'alerts' | 'lookups' | 'escalation' | 'notifications' | 'auditor'

/** One decision of a station about an alert, with what caused it. */
export interface TraceStep {
  alertSourceId: number
  alertId: number
  station: StationName
  /** A word for what was decided, e.g. `ask`, `skip`, `cancel`. */
  decision: string
  /** One sentence: why this, and why now. */
  reason: string
  /** The rule or setting that caused it, e.g. `alertCreation`, `level-timeout`. */
  rule: string | null
  /** What a program can check the decision by, e.g. the level and the round. */
  facts?: Record<string, unknown>
  people?: readonly number[]
  channels?: readonly string[]
}

const REASON_LENGTH_MAX = 2_000

/** Adds one decision to an alert's trace, in the transaction that carries it out. */
export async function addTrace(tx: Tx, step: TraceStep, now: Date): Promise<void> {
  await tx
    .insertInto('trace_step')
    .values({
      alert_source_id: step.alertSourceId,
      alert_id: step.alertId,
      at: now,
      station: step.station,
      decision: step.decision,
      reason: step.reason.slice(0, REASON_LENGTH_MAX),
      rule: step.rule,
      facts: JSON.stringify(step.facts ?? {}),
      people: [...(step.people ?? [])],
      channels: [...(step.channels ?? [])],
    })
    .execute()
}
