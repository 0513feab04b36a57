import type { Database } from '../../../server/database/connection.ts'
import type { MemoryTables } from '../memory/tables.ts'
import { PEOPLE } from './deck.ts'

/** Which teams own what, and requests between people. */
export async function furnishOthers(db: Database, tables: MemoryTables, now: Date): Promise<void> {
  for (const id of [1, 2]) {
    const source = { alert_source_id: id, team_id: id }
    await db.insertInto('alert_source_team').values(source).execute()
    tables.alert_source_team.insert(source)
  }
  const policy = { escalation_policy_id: 2, team_id: 2 }
  await db.insertInto('escalation_policy_team').values(policy).execute()
  tables.escalation_policy_team.insert(policy)
  for (let requester_id = 1; requester_id <= PEOPLE; requester_id++) {
    for (let asked_id = 1; asked_id <= PEOPLE; asked_id++) {
      if (requester_id === asked_id) continue
      const isAnswered = asked_id === PEOPLE
      const request = {
        schedule_id: 1 + (requester_id % 2),
        requester_id,
        asked_id,
        starts_at: now,
        ends_at: new Date(now.getTime() + 86_400_000),
        message: 'Please.',
        state: isAnswered ? 'ACCEPTED' : 'PENDING',
        created_at: now,
        answered_at: isAnswered ? now : null,
        answer: null,
      }
      await db.insertInto('coverage_request').values(request).execute()
      tables.coverage_request.insert({ ...request, id: tables.next('coverage_request') })
    }
  }
}
