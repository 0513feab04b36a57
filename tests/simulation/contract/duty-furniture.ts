import type { Database } from '../../../server/database/connection.ts'
import type { MemoryTables } from '../memory/tables.ts'

/** A private team, a source that was deleted, what teams own, and when people want to be reminded of their shifts. */
export async function furnishDuties(db: Database, tables: MemoryTables, now: Date): Promise<void> {
  const team = { name: 'Team 3', visibility: 'PRIVATE', created_at: now, updated_at: now }
  await db.insertInto('team').values(team).execute()
  tables.team.insert({ ...team, id: 3 })
  for (const person_id of [1, 4]) {
    const member = { team_id: 3, person_id, role: 'RESPONDER' }
    await db.insertInto('team_member').values(member).execute()
    tables.team_member.insert(member)
  }
  const [first] = tables.alert_source.rows
  if (first) {
    const gone = { ...first, name: 'Source 3', deleted_at: now }
    const { id: _id, rules: _rules, ...columns } = gone
    await db
      .insertInto('alert_source')
      .values({ ...columns, settings: '{}' })
      .execute()
    tables.alert_source.insert({ ...gone, id: tables.next('alert_source') })
  }
  for (const [alert_source_id, team_id] of SOURCE_TEAMS) {
    await db.insertInto('alert_source_team').values({ alert_source_id, team_id }).execute()
    tables.alert_source_team.insert({ alert_source_id, team_id })
  }
  for (const [schedule_id, team_id] of SCHEDULE_TEAMS) {
    await db.insertInto('schedule_team').values({ schedule_id, team_id }).execute()
    tables.schedule_team.insert({ schedule_id, team_id })
  }
  for (const [person_id, method, contact_id, before_minutes] of REMINDERS) {
    const rule = { person_id, list: 'duties', type: 'ON_CALL', method, contact_id, delay_minutes: 0, before_minutes }
    await db
      .insertInto('notification_rule')
      .values({ ...rule, created_at: now })
      .execute()
    tables.notification_rule.insert({ ...rule, created_at: now, id: tables.next('notification_rule') })
  }
  // The migrations made this row.
  tables.shift_watch.insert({ id: 1, look_at: null })
}

const SOURCE_TEAMS = [
  [1, 1],
  [2, 1],
  [2, 3],
] as const

const SCHEDULE_TEAMS = [
  [1, 1],
  [2, 2],
  [2, 3],
] as const

const REMINDERS: readonly [number, string, number | null, number][] = [
  [1, 'EMAIL', null, 60],
  [1, 'SMS', 3, 0],
  [2, 'EMAIL', null, 0],
  [2, 'EMAIL', 4, 1_440],
  [3, 'VOICE', null, 60],
]
