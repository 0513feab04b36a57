import type { AlertRow } from '../../../../../server/alerts/store.ts'
import type * as real from '../../../../../server/alerts/timers/store.ts'
import { addMinutes } from '../../../../../server/runtime/time.ts'
import { all, earliest, type MemoryTables } from '../../../memory/tables.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/alerts/timers/store.ts'

type Timer = 'raise_at' | 'return_at'

function waiting(tables: MemoryTables, timer: Timer): Iterable<AlertRow> {
  return all(timer === 'raise_at' ? tables.raising : tables.returning)
}

export const claimTimers = twin((tables, timer: Timer, now: Date, limit: number) => {
  const dueMs = (row: AlertRow) => row[timer]?.getTime() ?? Number.POSITIVE_INFINITY
  return [...waiting(tables, timer)]
    .filter((row) => dueMs(row) <= now.getTime())
    .sort((one, other) => dueMs(one) - dueMs(other))
    .slice(0, limit)
}) satisfies typeof real.claimTimers

export const nextTimer = twin((tables, timer: Timer) =>
  earliest([...waiting(tables, timer)].map((row) => row[timer])),
) satisfies typeof real.nextTimer

export const setTimer = twin((tables, alertId: number, timer: Timer, at: Date | null) => {
  const row = tables.alert.get(alertId)
  if (row) tables.alert.update(row, timer === 'raise_at' ? { raise_at: at } : { return_at: at })
}) satisfies typeof real.setTimer

export const planReturn = twin((tables, alertId: number, now: Date) => {
  const row = tables.alert.get(alertId)
  const policy = row && tables.escalation_policy.get(row.escalation_policy_id)
  if (!row || !policy) return
  const minutes = policy.accept_timeout_minutes
  tables.alert.update(row, { return_at: minutes === null ? null : addMinutes(now, minutes) })
}) satisfies typeof real.planReturn

/** Lines of a timeline that somebody's work leaves. */
const PROGRESS = [
  'AlertCommentAddedLogEntry',
  'AlertCommentAddedBySystemLogEntry',
  'AlertSummaryChangedLogEntry',
  'AlertResponderAddedLogEntry',
  'AlertSourceResponseLogEntry',
  'UserResponseLogEntry',
]

/** A record that changes was worked on; a monitor that repeats itself was not. */
const PROGRESS_OF_RECORDS = [...PROGRESS, 'AlertReceivedLogEntry']

export const lastProgress = twin((tables, alertId: number, isOfRecord: boolean) => {
  const types = isOfRecord ? PROGRESS_OF_RECORDS : PROGRESS
  let last: Date | null = null
  for (const line of tables.linesOfAlert.of(alertId)) {
    if (types.includes(line.type) && (last === null || line.at > last)) last = line.at
  }
  return last
}) satisfies typeof real.lastProgress

export const wasRaised = twin((tables, alertId: number) =>
  [...tables.linesOfAlert.of(alertId)].some((line) => line.type === 'AlertRaisedByUserLogEntry'),
) satisfies typeof real.wasRaised

type Owned = Pick<AlertRow, 'alert_source_id' | 'escalation_policy_id'>

export const rulesOfAlert = twin((tables, alert: Owned) => {
  const source = tables.alert_source.get(alert.alert_source_id)
  const policy = tables.escalation_policy.get(alert.escalation_policy_id)
  if (!source || !policy) throw new Error('no result')
  return {
    sourceName: source.name,
    integrationType: source.integration_type,
    rule: source.alert_priority_rule,
    supportHoursId: source.support_hours_id,
    acceptTimeoutMinutes: policy.accept_timeout_minutes,
  }
}) satisfies typeof real.rulesOfAlert
