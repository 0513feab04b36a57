import type { Database } from '../../../server/database/connection.ts'
import type { MemoryTables } from '../memory/tables.ts'

/** A private team, a source that was deleted, what teams own, when people want to be reminded of their shifts, and an action. */
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
  await furnishRuns(db, tables, now)
  // The migrations made this row.
  tables.shift_watch.insert({ id: 1, look_at: null })
}

/** An action that has as many calls under way as it may, and more that wait. */
async function furnishRuns(db: Database, tables: MemoryTables, now: Date): Promise<void> {
  const action = {
    name: 'Ask 1',
    connector_type: 'WEBHOOK',
    connector_id: null,
    trigger_mode: 'MANUAL',
    trigger_types: [],
    escalation_ended_delay_seconds: 0,
    not_resolved_delay_seconds: 0,
    conditions: null,
    secrets: null,
    paused_until: null,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  }
  await db
    .insertInto('alert_action')
    .values({ ...action, params: '{}', counts: '{}' })
    .execute()
  const { id } = tables.alert_action.insert({ ...action, params: {}, counts: {}, id: tables.next('alert_action') })
  for (const count of [1, 2, 3, 4]) {
    const isUnderWay = count < 3
    const run = {
      alert_action_id: id,
      alert_source_id: 1,
      alert_id: 900 + count,
      trigger_type: 'manual',
      timeline_entry_id: null,
      asked_by: null,
      resend_of: null,
      news: '',
      triggered_at: now,
      due_at: now,
      give_up_at: new Date(now.getTime() + 86_400_000),
      status: isUnderWay ? 'SENDING' : 'SCHEDULED',
      attempts: isUnderWay ? 1 : 0,
      lease_until: isUnderWay ? new Date(now.getTime() + 6 * 3_600_000) : null,
      fence: 0,
      finished_at: null,
      http_status: null,
      reason: null,
      message: null,
    }
    await db.insertInto('alert_action_run').values(run).execute()
    tables.alert_action_run.insert({ ...run, id: tables.next('alert_action_run') })
  }
}

const SOURCE_TEAMS = [[2, 3]] as const

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
