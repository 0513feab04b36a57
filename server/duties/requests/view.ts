import type { Database, Tx } from '../../database/connection.ts'
import { everKnownPeople } from '../../directory/store.ts'
import { everKnownSchedules } from '../../oncall/store.ts'
import { referenceOf } from '../../oncall/view.ts'
import { invariant } from '../../runtime/invariant.ts'
import { stateAt } from './decide.ts'
import type { CoverageRequest } from './schema.ts'
import type { RequestRow } from './store.ts'

/** Requests as the API shows them, in the order given. */
export async function viewRequests(
  db: Database | Tx,
  rows: readonly RequestRow[],
  now: Date,
): Promise<CoverageRequest[]> {
  const people = await everKnownPeople(
    db,
    rows.flatMap((row) => [row.requester_id, row.asked_id]),
  )
  const schedules = await everKnownSchedules(
    db,
    rows.map((row) => row.schedule_id),
  )
  return rows.map((row) => {
    const schedule = schedules.find(({ id }) => id === row.schedule_id)
    const [requester, user] = [people.get(row.requester_id), people.get(row.asked_id)]
    invariant(schedule && requester && user, 'whatever a request names was there')
    return {
      id: row.id,
      schedule: { ...referenceOf(schedule), timezone: schedule.timezone },
      requester,
      user,
      start: row.starts_at.toISOString(),
      end: row.ends_at.toISOString(),
      message: row.message,
      state: stateAt(row, now),
      answer: row.answer,
      createdAt: row.created_at.toISOString(),
      answeredAt: row.answered_at?.toISOString() ?? null,
    }
  })
}
