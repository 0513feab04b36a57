import type { Tx } from '../../../../server/database/connection.ts'
import { addSeconds } from '../../../../server/runtime/time.ts'
import * as real from '../../../../server/timeline/store.ts'
import { triggersOf } from '../../../../server/timeline/triggers.ts'
import { sessionOf } from '../../memory/database.ts'
import type { MemoryTables } from '../../memory/tables.ts'
import { isOfSource } from '../alert-actions/store.ts'

export * from '../../../../server/timeline/store.ts'

const TEXT_LENGTH_MAX = 2_000

export const addTimeline = (async (tx: Tx, line: real.TimelineLine, now: Date) => {
  await sessionOf(tx).statement((tables) => add(tables, line, now))
}) satisfies typeof real.addTimeline

function add(tables: MemoryTables, line: real.TimelineLine, now: Date): void {
  const entry = tables.timeline_entry.insert({
    alert_source_id: line.alertSourceId,
    alert_id: line.alertId,
    id: tables.next('timeline_entry'),
    at: now,
    type: line.type,
    text: line.text.slice(0, TEXT_LENGTH_MAX),
    filter_types: line.filterTypes,
    vars: line.vars ?? {},
  })
  const triggers = triggersOf(line)
  if (triggers.length === 0) return
  const wanted = [...tables.alert_action.rows]
    .filter((action) => action.deleted_at === null && action.trigger_mode === 'AUTOMATIC')
    .filter((action) => isOfSource(tables, action.id, line.alertSourceId))
    .sort((one, other) => one.id - other.id)
    .flatMap((action) => triggers.flatMap((type) => (action.trigger_types.includes(type) ? [{ action, type }] : [])))
  for (const { action, type } of wanted) {
    const dueAt = addSeconds(now, waitOf(action, type))
    tables.alert_action_run.insert({
      id: tables.next('alert_action_run'),
      alert_action_id: action.id,
      alert_source_id: line.alertSourceId,
      alert_id: line.alertId,
      trigger_type: type,
      timeline_entry_id: entry.id,
      asked_by: null,
      resend_of: null,
      news: entry.text,
      triggered_at: now,
      due_at: dueAt,
      give_up_at: addSeconds(dueAt, real.RUN_GIVE_UP_SECONDS),
      status: 'SCHEDULED',
      attempts: 0,
      lease_until: null,
      fence: 0,
      finished_at: null,
      http_status: null,
      reason: null,
      message: null,
    })
  }
}

function waitOf(
  action: { not_resolved_delay_seconds: number; escalation_ended_delay_seconds: number },
  trigger: string,
): number {
  if (trigger === 'v-alert-not-resolved') return action.not_resolved_delay_seconds
  return trigger === 'alert-escalation-ended' ? action.escalation_ended_delay_seconds : 0
}
