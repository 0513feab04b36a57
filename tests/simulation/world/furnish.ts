import { settingsPlace } from '../../../server/alert-sources/store.ts'
import type { Secrets } from '../../../server/runtime/secrets.ts'
import type { MemoryTables } from '../memory/tables.ts'
import { FOURME_SETTINGS } from './deliveries.ts'
import type { Plan, PlannedPolicy, PlannedSource } from './plan.ts'

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
  const sources = new Map<number, PlannedSource>()
  for (const source of plan.sources) {
    const id = tables.next('alert_source')
    sources.set(id, source)
    const { plain, secret } = FOURME_SETTINGS
    tables.alert_source.insert({
      id,
      name: `Source ${id}`,
      integration_type: source.type,
      active: true,
      escalation_policy_id: source.policy + 1,
      alert_creation: source.grouping,
      alert_grouping_window: source.grouping === 'ONE_ALERT_GROUPED_PER_WINDOW' ? 'PT15M' : null,
      auto_resolution_timeout: source.autoResolution,
      alert_priority_rule: source.priority,
      settings: { ...(source.hasSettings ? plain : {}), reopen: source.reopen },
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
  }
  tables.journal.take()
  return sources
}

/** A planned policy as it is saved. */
export function valuesOf(policy: PlannedPolicy, name: string) {
  return {
    name,
    levels: policy.levels.map(({ timeoutMinutes, people }) => ({
      timeoutMinutes,
      userIds: people.map((index) => index + 1),
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
