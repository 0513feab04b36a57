import type { Database, Tx } from '../database/connection.ts'
import { everKnownPeople } from '../directory/store.ts'
import type { Trace, TraceStep } from './schema.ts'
import { type TraceRow, traceOf } from './store.ts'

/** An alert's decisions as the API shows them, oldest first; who was removed since keeps the name. */
export async function viewTrace(db: Database, alertId: number): Promise<Trace> {
  return { steps: await viewSteps(db, await traceOf(db, alertId)) }
}

/** Decisions as the API shows them. */
export async function viewSteps(db: Database | Tx, rows: readonly TraceRow[]): Promise<TraceStep[]> {
  const people = await everKnownPeople(db, [...new Set(rows.flatMap((row) => row.people))])
  return rows.map((row) => ({
    at: row.at.toISOString(),
    station: row.station,
    decision: row.decision,
    reason: row.reason,
    rule: row.rule,
    people: row.people.flatMap((id) => {
      const person = people.get(id)
      return person ? [{ id, name: `${person.firstName} ${person.lastName}`.trim() }] : []
    }),
    channels: row.channels,
  }))
}
