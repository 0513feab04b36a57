import { hashKey, type IntegrationKey, newIntegrationKey } from '../../../server/alert-sources/keys/key.ts'
import { settingsPlace } from '../../../server/alert-sources/store.ts'
import { HEARTBEAT_TYPE } from '../../../server/heartbeats/schema.ts'
import type { Secrets } from '../../../server/runtime/secrets.ts'
import type { MemoryTables } from '../memory/tables.ts'
import { FOURME_SETTINGS } from './deliveries.ts'
import { furnishDuties } from './furnish-duties.ts'
import type { Plan, PlannedMonitor, PlannedPolicy, PlannedSchedule, PlannedShift, PlannedSource } from './plan.ts'

let worlds = 0

/** What stands in the tables before anything happens. Rows are numbered from 1 in the order of the plan. */
export function furnish(tables: MemoryTables, plan: Plan, secrets: Secrets, now: Date): Map<number, PlannedSource> {
  for (const [index, person] of plan.people.entries()) {
    const id = tables.next('person')
    tables.person.insert({
      id,
      first_name: `Person ${index}`,
      last_name: '',
      email: `person-${index}@example.org`,
      password_hash: null,
      role: person.role,
      timezone: 'Europe/Vienna',
      language: index % 2 === 0 ? 'en' : 'de',
      position: '',
      department: '',
      created_at: now,
      updated_at: now,
      deleted_at: null,
      muted_until: null,
      invited_at: null,
      quiet_from: person.quiet?.from ?? null,
      quiet_to: person.quiet?.to ?? null,
    })
    const contacts = (person.contacts.length > 0 ? person.contacts : (['EMAIL'] as const)).map((method, contact) => {
      const row = tables.contact.insert({
        id: tables.next('contact'),
        person_id: id,
        method,
        target: method === 'EMAIL' ? mailAddress(index, contact) : phoneNumber(index, contact),
        verified_at: person.contacts.length === 0 ? null : now,
        created_at: now,
        region_code: method === 'PHONE' ? 'AT' : null,
        is_primary: contact === 0,
        sealed_target: null,
        broken_at: null,
        broken_reason: null,
        removed_at: null,
      })
      return row.id
    })
    const rule = { person_id: id, before_minutes: 0, created_at: now }
    for (const { priority, method, contact, delayMinutes } of person.rules) {
      tables.notification_rule.insert({
        ...rule,
        id: tables.next('notification_rule'),
        list: 'alerts',
        type: `${priority}_PRIORITY`,
        method,
        contact_id: contact === null ? null : (contacts[contact] ?? null),
        delay_minutes: delayMinutes,
      })
    }
    for (const type of person.wantsUpdates ? ['ALERT_ACCEPTED', 'ALERT_RESOLVED', 'ALERT_ESCALATED'] : []) {
      const row = { ...rule, id: tables.next('notification_rule'), list: 'updates', type, contact_id: null }
      tables.notification_rule.insert({ ...row, method: 'EMAIL', delay_minutes: 0 })
    }
  }
  const stamps = { created_at: now, updated_at: now }
  for (const members of plan.teams) {
    const { id } = tables.team.insert({ id: tables.next('team'), name: 'Team', visibility: 'PUBLIC', ...stamps })
    for (const index of members) tables.team_member.insert({ team_id: id, person_id: index + 1, role: 'RESPONDER' })
  }
  for (const schedule of plan.schedules) furnishSchedule(tables, schedule, now)
  for (const index of plan.lastResort) tables.last_resort_person.insert({ person_id: index + 1 })
  for (const policy of plan.policies) {
    const id = tables.next('escalation_policy')
    const { name, levels, repeating, frequency, delayMinutes, routingKey, acceptTimeoutMinutes } = valuesOf(
      policy,
      `Policy ${id}`,
    )
    tables.escalation_policy.insert({
      id,
      name,
      levels,
      repeating,
      frequency,
      delay_minutes: delayMinutes,
      routing_key: routingKey,
      accept_timeout_minutes: acceptTimeoutMinutes,
      is_default: id === 1,
      created_at: now,
      updated_at: now,
    })
  }
  worlds++
  const sources = new Map<number, PlannedSource>()
  for (const source of plan.sources) {
    const id = tables.next('alert_source')
    sources.set(id, source)
    const { plain } = FOURME_SETTINGS
    // What product code remembers by token is of this world only.
    const secret = { authToken: `token-${worlds}` }
    tables.alert_source.insert({
      id,
      name: `Source ${id}`,
      integration_type: source.type === 'HEARTBEAT' ? HEARTBEAT_TYPE : source.type,
      active: true,
      escalation_policy_id: source.policy + 1,
      alert_creation: source.grouping,
      alert_grouping_window: source.grouping === 'ONE_ALERT_GROUPED_PER_WINDOW' ? 'PT15M' : null,
      auto_resolution_timeout: source.autoResolution,
      alert_priority_rule: source.priority,
      settings: {
        ...(source.hasSettings ? plain : {}),
        reopen: source.reopen,
        writeBack: { accept: source.writesBack, resolve: source.writesBack },
      },
      settings_secrets: source.hasSettings ? secrets.seal(JSON.stringify(secret), settingsPlace(id)) : null,
      settings_saved_at: source.hasSettings ? now : null,
      verification_allowed_at: null,
      support_hours_id: null,
      auto_raise_alerts: false,
      rules: {},
      created_at: now,
      updated_at: now,
      deleted_at: null,
    })
    for (const monitor of source.monitors) furnishMonitor(tables, id, monitor, now)
  }
  furnishDuties(tables, plan, now)
  tables.journal.take()
  return sources
}

function furnishSchedule(tables: MemoryTables, { shifts, overrides }: PlannedSchedule, now: Date): void {
  const { id } = tables.schedule.insert({
    id: tables.next('schedule'),
    name: 'Rota',
    timezone: 'Europe/Vienna',
    type: 'STATIC',
    show_gaps: true,
    default_shift_duration: null,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  })
  const spanOf = ({ person, fromMs, untilMs }: PlannedShift) => ({
    schedule_id: id,
    person_id: person + 1,
    starts_at: new Date(now.getTime() + fromMs),
    ends_at: new Date(now.getTime() + untilMs),
  })
  for (const one of shifts) tables.schedule_shift.insert({ ...spanOf(one), id: tables.next('schedule_shift') })
  for (const one of overrides) {
    tables.schedule_override.insert({ ...spanOf(one), id: tables.next('schedule_override'), created_at: now })
  }
}

function furnishMonitor(tables: MemoryTables, alertSourceId: number, monitor: PlannedMonitor, now: Date): void {
  const id = tables.next('heartbeat_monitor')
  const key = monitorKey(id)
  tables.heartbeat_monitor.insert({
    id,
    name: `Monitor ${id}`,
    alert_source_id: alertSourceId,
    interval_seconds: monitor.intervalSeconds,
    alert_summary: 'It is silent',
    state: 'UNKNOWN',
    public_id: key.publicId,
    key_hash: hashKey(key.text),
    key_sealed: Buffer.from(key.text),
    last_ping_at: null,
    due_at: null,
    created_at: now,
    updated_at: now,
  })
}

const keys = new Map<number, IntegrationKey>()

/** What a monitor calls with, the same in every world. */
export function monitorKey(id: number): IntegrationKey {
  const known = keys.get(id) ?? newIntegrationKey()
  keys.set(id, known)
  return known
}

/** A planned policy as it is saved. */
export function valuesOf(policy: PlannedPolicy, name: string) {
  return {
    name,
    levels: policy.levels.map(({ timeoutMinutes, people, teams, schedules }) => ({
      timeoutMinutes,
      userIds: people.map((index) => index + 1),
      teamIds: teams.map((index) => index + 1),
      scheduleIds: schedules.map((index) => index + 1),
    })),
    repeating: policy.rounds > 1,
    frequency: policy.rounds,
    delayMinutes: policy.delayMinutes,
    routingKey: null,
    acceptTimeoutMinutes: policy.acceptTimeoutMinutes,
  }
}

function mailAddress(person: number, contact: number): string {
  return `person-${person}-${contact}@example.org`
}

function phoneNumber(person: number, contact: number): string {
  return `+4366000${person}0${contact}`
}

/** Whose mailbox or telephone this is, by place in the plan. */
export function personAt(target: string): number {
  return Number(/^(?:person-|\+4366000)(\d)/.exec(target)?.[1] ?? Number.NaN)
}
