import type { Database } from '../database/connection.ts'
import { everKnownPeople } from '../directory/store.ts'
import type { Trace } from './schema.ts'
import { traceOf } from './store.ts'

/** An alert's decisions as the API shows them, oldest first; who was removed since keeps the name. */
export async function viewTrace(db: Database, alertId: number): Promise<Trace> {
  const rows = await traceOf(db, alertId)
  const people = await everKnownPeople(db, [...new Set(rows.flatMap((row) => row.people))])
  return {
    steps: rows.map((row) => ({
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
    })),
  }
}
