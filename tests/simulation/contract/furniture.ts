import type { Database } from '../../../server/database/connection.ts'
import type { MemoryTables } from '../memory/tables.ts'
import { PEOPLE, POLICIES, SOURCES } from './deck.ts'
import { furnishDuties } from './duty-furniture.ts'
import { furnishOthers } from './other-furniture.ts'

/** The same first rows in PostgreSQL and in memory, numbered from 1. */
export async function furnishBoth(db: Database, tables: MemoryTables, now: Date): Promise<void> {
  for (let index = 1; index <= PEOPLE; index++) {
    const person = {
      first_name: `Person ${index}`,
      last_name: 'Lee',
      email: `person-${index}@example.org`,
      password_hash: null,
      role: index === 4 ? 'OWNER' : index === 3 ? 'ADMIN' : 'RESPONDER',
      timezone: 'Europe/Vienna',
      language: index % 2 === 0 ? 'en' : 'de',
      position: '',
      department: '',
      created_at: now,
      updated_at: now,
      deleted_at: null,
      muted_until: index === 2 ? now : null,
      invited_at: null,
      quiet_from: index === 2 ? '22:00' : null,
      quiet_to: index === 2 ? '07:00' : null,
    }
    await db.insertInto('person').values(person).execute()
    tables.person.insert({ ...person, id: index })
    for (const verified_at of [now, null, now]) {
      const id = tables.next('contact')
      const contact = {
        person_id: index,
        method: id % 3 === 0 ? 'PHONE' : 'EMAIL',
        target: `contact-${id}@example.org`,
        verified_at,
        created_at: now,
        region_code: null,
        is_primary: false,
        sealed_target: id === 1 ? Buffer.from('sealed') : null,
        broken_at: null,
        broken_reason: null,
        removed_at: null,
      }
      await db.insertInto('contact').values(contact).execute()
      tables.contact.insert({ ...contact, id })
    }
    const session = {
      token_hash: Buffer.from([index]),
      person_id: index,
      csrf_token: 'x',
      created_at: now,
      last_seen_at: now,
      expires_at: new Date(now.getTime() + index * 3_600_000),
    }
    await db.insertInto('session').values(session).execute()
    tables.session.insert(session)
  }
  for (let index = 1; index <= POLICIES; index++) {
    const levels = [{ timeoutMinutes: 5, userIds: [index] }]
    const policy = {
      name: `Policy ${index}`,
      repeating: false,
      frequency: 1,
      delay_minutes: 0,
      routing_key: null,
      accept_timeout_minutes: index === 1 ? 30 : null,
      is_default: index === 1,
      created_at: now,
      updated_at: now,
    }
    await db
      .insertInto('escalation_policy')
      .values({ ...policy, levels: JSON.stringify(levels) })
      .execute()
    tables.escalation_policy.insert({ ...policy, levels, id: tables.next('escalation_policy') })
  }
  for (let index = 1; index <= SOURCES; index++) {
    const source = {
      name: `Source ${index}`,
      integration_type: 'API',
      active: true,
      escalation_policy_id: 1,
      alert_creation: 'ONE_ALERT_PER_EMAIL',
      alert_grouping_window: null,
      auto_resolution_timeout: null,
      alert_priority_rule: 'HIGH',
      settings_secrets: null,
      settings_saved_at: null,
      verification_allowed_at: null,
      support_hours_id: null,
      auto_raise_alerts: false,
      created_at: now,
      updated_at: now,
      deleted_at: null,
    }
    await db
      .insertInto('alert_source')
      .values({ ...source, settings: '{}' })
      .execute()
    tables.alert_source.insert({ ...source, settings: {}, rules: {}, id: tables.next('alert_source') })
  }
  await furnishMore(db, tables, now)
  await furnishDuties(db, tables, now)
  await furnishOthers(db, tables, now)
  tables.journal.take()
}

/** Teams, schedules, hours, rules and monitors, which no twin makes. */
async function furnishMore(db: Database, tables: MemoryTables, now: Date): Promise<void> {
  const stamps = { created_at: now, updated_at: now }
  const day = (count: number) => new Date(now.getTime() + count * 86_400_000)
  for (const id of [1, 2]) {
    const team = { name: `Team ${id}`, visibility: id === 1 ? 'PUBLIC' : 'PRIVATE', ...stamps }
    await db.insertInto('team').values(team).execute()
    tables.team.insert({ ...team, id })
    for (const person_id of [1, 2, 3]) {
      const role = person_id === 3 ? 'STAKEHOLDER' : person_id === id ? 'ADMIN' : 'RESPONDER'
      await db.insertInto('team_member').values({ team_id: id, person_id, role }).execute()
      tables.team_member.insert({ team_id: id, person_id, role })
    }
    const schedule = { name: `Schedule ${id}`, timezone: 'Europe/Vienna', type: 'RECURRING', show_gaps: true }
    const row = { ...schedule, default_shift_duration: null, ...stamps, deleted_at: id === 2 ? now : null }
    await db.insertInto('schedule').values(row).execute()
    tables.schedule.insert({ ...row, id })
    for (const valid_from of [day(3), null]) {
      const edition = { schedule_id: id, valid_from, created_at: now }
      await db
        .insertInto('schedule_edition')
        .values({ ...edition, layers: '[]' })
        .execute()
      tables.schedule_edition.insert({ ...edition, layers: [], id: tables.next('schedule_edition') })
    }
    for (const from of [-900, -300, 0, 10, 900]) {
      const span = { schedule_id: id, person_id: 1, starts_at: day(from), ends_at: day(from + 1) }
      await db.insertInto('schedule_shift').values(span).execute()
      tables.schedule_shift.insert({ ...span, id: tables.next('schedule_shift') })
      const override = { ...span, created_at: now }
      await db.insertInto('schedule_override').values(override).execute()
      tables.schedule_override.insert({ ...override, id: tables.next('schedule_override') })
    }
    const dueAt = new Date(now.getTime() + id)
    const source = { alert_source_id: id, baseline_at: now, due_at: dueAt, attempts: 0, lease_until: null, fence: 0 }
    const comparison = { ...source, last_at: null, last_result: null, failure: null }
    await db.insertInto('reconciliation').values(comparison).execute()
    tables.reconciliation.insert(comparison)
  }
  const hours = { name: 'Hours', timezone: 'Europe/Vienna', ...stamps }
  const days = { MONDAY: { start: '08:00', end: '17:00' }, TUESDAY: { start: '08:00', end: '17:00' } }
  const values = { ...hours, days: JSON.stringify(days), exceptions: '[]' }
  await db.insertInto('support_hours').values(values).execute()
  tables.support_hours.insert({ ...hours, days, exceptions: [], id: 1 })
  for (const id of [1, 2, 3]) {
    const monitor = {
      name: `Monitor ${id}`,
      alert_source_id: 1,
      interval_seconds: 60 * id,
      alert_summary: '',
      state: id === 1 ? 'HEALTHY' : 'UNKNOWN',
      public_id: `public-${id}`,
      key_hash: Buffer.from([id]),
      key_sealed: Buffer.from([id]),
      last_ping_at: null,
      due_at: id === 1 ? now : null,
      ...stamps,
    }
    await db.insertInto('heartbeat_monitor').values(monitor).execute()
    tables.heartbeat_monitor.insert({ ...monitor, id })
  }
  for (const [person_id, list, type, method, contact_id, delay_minutes] of RULES) {
    const rule = { person_id, list, type, method, contact_id, delay_minutes, before_minutes: 0, created_at: now }
    await db.insertInto('notification_rule').values(rule).execute()
    tables.notification_rule.insert({ ...rule, id: tables.next('notification_rule') })
  }
  for (const person_id of [2, 4]) {
    await db.insertInto('last_resort_person').values({ person_id }).execute()
    tables.last_resort_person.insert({ person_id })
  }
  const setting = { method: 'SMS', secrets: null, updated_at: now }
  await db
    .insertInto('channel_setting')
    .values({ ...setting, settings: '{"a":1}' })
    .execute()
  tables.channel_setting.insert({ ...setting, settings: { a: 1 } })
}

const RULES: readonly [number, string, string, string, number | null, number][] = [
  [1, 'alerts', 'HIGH_PRIORITY', 'EMAIL', null, 5],
  [1, 'alerts', 'HIGH_PRIORITY', 'SMS', 3, 0],
  [1, 'alerts', 'LOW_PRIORITY', 'EMAIL', 1, 0],
  [2, 'alerts', 'HIGH_PRIORITY', 'VOICE', null, 0],
  [2, 'updates', 'ALERT_ACCEPTED', 'EMAIL', null, 0],
  [3, 'alerts', 'LOW_PRIORITY', 'SMS', null, 0],
  [4, 'updates', 'ALERT_RESOLVED', 'EMAIL', null, 0],
]
