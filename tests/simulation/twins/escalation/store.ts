import type * as real from '../../../../server/escalation/store.ts'
import { checkViolation } from '../../memory/database-error.ts'
import { all, type MemoryTables } from '../../memory/tables.ts'
import { twin } from '../../memory/twin.ts'

export * from '../../../../server/escalation/store.ts'

type NewClimb = Parameters<typeof real.insertEscalation>[1]
type Step = Parameters<typeof real.moveEscalation>[2]

export const insertEscalation = twin((tables, climb: NewClimb, now: Date) => {
  tables.escalation.insert({
    alert_source_id: climb.alertSourceId,
    alert_id: climb.alertId,
    policy: climb.policy,
    level_index: 0,
    round: 1,
    due_at: climb.dueAt,
    started_at: now,
    stopped_at: null,
    reason: null,
    failures: 0,
    climb: 1,
    left_out: [],
  })
}) satisfies typeof real.insertEscalation

type Which = NonNullable<Parameters<typeof real.claimDueEscalations>[3]>

export const claimDueEscalations = twin((tables, now: Date, limit: number, { only, but = [] }: Which = {}) => {
  const due: real.DueEscalation[] = []
  for (const row of all(tables.climbing)) {
    if (row.due_at === null || row.due_at > now) continue
    if ((only && !only.includes(row.alert_id)) || but.includes(row.alert_id)) continue
    const alert = tables.alert.get(row.alert_id)
    if (alert?.status !== 'PENDING') continue
    due.push({ ...row, due_at: row.due_at, alert_priority: alert.priority, alert_summary: alert.summary })
  }
  return due.sort(mostUrgentFirst).slice(0, limit)
}) satisfies typeof real.claimDueEscalations

function mostUrgentFirst(one: real.DueEscalation, other: real.DueEscalation): number {
  if (one.alert_priority !== other.alert_priority) return one.alert_priority < other.alert_priority ? -1 : 1
  return one.due_at.getTime() - other.due_at.getTime()
}

export const nextStepAt = twin((tables) => {
  let next: Date | null = null
  for (const { due_at: at } of all(tables.climbing)) if (at !== null && (next === null || at < next)) next = at
  return next
}) satisfies typeof real.nextStepAt

export const moveEscalation = twin((tables, alertId: number, step: Step) => {
  const row = tables.escalation.get(alertId)
  if (!row) return
  if (row.stopped_at !== null) throw checkViolation('escalation_check')
  tables.escalation.update(row, { level_index: step.levelIndex, round: step.round, due_at: step.dueAt, failures: 0 })
}) satisfies typeof real.moveEscalation

export const endEscalation = twin((tables, alertId: number, reason: string, now: Date) => {
  const row = tables.escalation.get(alertId)
  if (row?.stopped_at !== null) return false
  tables.escalation.update(row, { due_at: null, stopped_at: now, reason })
  return true
}) satisfies typeof real.endEscalation

export const lockUnstarted = twin((tables, alertId: number) => {
  const row = tables.escalation.get(alertId)
  return row?.stopped_at === null && row.level_index === 0 && row.round === 1 ? row : null
}) satisfies typeof real.lockUnstarted

export const lockRunning = twin((tables, alertId: number) => {
  const row = tables.escalation.get(alertId)
  return row?.stopped_at === null ? row : null
}) satisfies typeof real.lockRunning

export const postponeStep = twin((tables, alertId: number, change: { dueAt: Date; failures: number }) => {
  const row = tables.escalation.get(alertId)
  if (!row) return
  if (row.stopped_at !== null) throw checkViolation('escalation_check')
  tables.escalation.update(row, { due_at: change.dueAt, failures: change.failures })
}) satisfies typeof real.postponeStep

type Restart = Parameters<typeof real.restartEscalation>[1]

export const restartEscalation = twin((tables, climb: Restart, now: Date) => {
  const known = tables.escalation.get(climb.alertId)
  const stand = {
    policy: climb.policy,
    level_index: climb.levelIndex,
    round: climb.round,
    due_at: climb.dueAt,
    started_at: now,
    stopped_at: null,
    reason: null,
    failures: 0,
    climb: (known?.climb ?? 0) + 1,
    left_out: (known?.left_out ?? []).filter((id) => !climb.backIn.includes(id)),
  }
  if (known) tables.escalation.update(known, stand)
  else tables.escalation.insert({ alert_source_id: climb.alertSourceId, alert_id: climb.alertId, ...stand })
  return stand.climb
}) satisfies typeof real.restartEscalation

export const claimUnheard = twin((tables, now: Date, limit: number) =>
  [...tables.unheard_step.rows]
    .filter((step) => step.at <= now)
    .sort((one, other) => one.at.getTime() - other.at.getTime())
    .slice(0, limit),
) satisfies typeof real.claimUnheard

export const endUnheard = twin((tables, step: real.UnheardStep) => {
  const known = unheard(tables, step)
  if (known) tables.unheard_step.delete(known)
}) satisfies typeof real.endUnheard

export const postponeUnheard = twin((tables, step: real.UnheardStep, at: Date) => {
  const known = unheard(tables, step)
  if (known) tables.unheard_step.update(known, { at })
}) satisfies typeof real.postponeUnheard

function unheard(tables: MemoryTables, step: real.UnheardStep) {
  const { alert_id, climb, round, level_index } = step
  return [...tables.unheard_step.rows].find(
    (one) => one.alert_id === alert_id && one.climb === climb && one.round === round && one.level_index === level_index,
  )
}

export const lockClimb = twin((tables, alertId: number) => {
  const row = tables.escalation.get(alertId)
  const alert = tables.alert.get(alertId)
  if (!row || !alert) return null
  return {
    ...row,
    alert_priority: alert.priority,
    alert_summary: alert.summary,
    alert_status: alert.status,
    alert_unattended_since: alert.unattended_since,
    alert_merged_into_id: alert.merged_into_id,
  }
}) satisfies typeof real.lockClimb
