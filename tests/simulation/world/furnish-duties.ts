import type { MemoryTables } from '../memory/tables.ts'
import type { Plan } from './plan.ts'
import { RECEIVER_URL } from './receivers.ts'

/** Alert actions with the place they call, and when people want to be reminded of their shifts. */
export function furnishDuties(tables: MemoryTables, plan: Plan, now: Date): void {
  for (const action of plan.actions) {
    const id = tables.next('alert_action')
    tables.alert_action.insert({
      id,
      name: `Action ${id}`,
      connector_type: 'webhook',
      connector_id: null,
      trigger_mode: 'AUTOMATIC',
      trigger_types: action.triggers,
      escalation_ended_delay_seconds: action.endedSeconds,
      not_resolved_delay_seconds: action.notResolvedSeconds,
      conditions: null,
      params: { webhookUrl: RECEIVER_URL },
      secrets: null,
      counts: {},
      paused_until: null,
      created_at: now,
      updated_at: now,
      deleted_at: null,
    })
    for (const source of action.sources) {
      tables.alert_action_source.insert({ alert_action_id: id, alert_source_id: source + 1 })
    }
  }
  for (const { person, method, beforeMinutes } of plan.reminders) {
    tables.notification_rule.insert({
      id: tables.next('notification_rule'),
      person_id: person + 1,
      list: 'duties',
      type: 'ON_CALL',
      method,
      contact_id: null,
      delay_minutes: 0,
      before_minutes: beforeMinutes,
      created_at: now,
    })
  }
  tables.shift_watch.insert({ id: 1, look_at: null })
}
