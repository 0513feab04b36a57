import { later } from '../../../../../server/runtime/time.ts'
import type { Evidence, NextStepEvidence, PlannedIntent } from '../../../../../server/trace/schema.ts'
import type * as real from '../../../../../server/watch/auditor/store.ts'
import { all, keyOf, type MemoryTables } from '../../../memory/tables.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/watch/auditor/store.ts'

type Audited = Pick<real.AuditedRow, 'id' | 'alertSourceId'>

export const alertsToAudit = twin((tables, after: number, limit: number) => {
  const ids = new Set([...all(tables.pending)].map((row) => row.id))
  for (const one of tables.alert_responder.rows) {
    const isAsked = one.accepted_at === null && one.removed_at === null
    if (isAsked && tables.alert.get(one.alert_id)?.status === 'ACCEPTED') ids.add(one.alert_id)
  }
  return audited(
    tables,
    [...ids].filter((id) => id > after),
    limit,
  )
}) satisfies typeof real.alertsToAudit

export const alertsWithTimerLeft = twin((tables, limit: number) => {
  const ids = [...all(tables.climbing)].map((row) => row.alert_id)
  return audited(
    tables,
    ids.filter((id) => tables.alert.get(id)?.status !== 'PENDING'),
    limit,
  )
}) satisfies typeof real.alertsWithTimerLeft

export const lockAudited = twin(
  (tables, alertId: number) => audited(tables, tables.alert.get(alertId) ? [alertId] : [], 1)[0] ?? null,
) satisfies typeof real.lockAudited

function audited(tables: MemoryTables, ids: readonly number[], limit: number): real.AuditedRow[] {
  return [...ids]
    .sort((one, other) => one - other)
    .slice(0, limit)
    .flatMap((id) => auditedRow(tables, id) ?? [])
}

function auditedRow(tables: MemoryTables, id: number): real.AuditedRow | null {
  const alert = tables.alert.get(id)
  if (!alert) return null
  const climb = tables.escalation.get(id)
  return {
    id,
    alertSourceId: alert.alert_source_id,
    policyId: alert.escalation_policy_id,
    status: alert.status,
    climb: climb && {
      policy: climb.policy,
      climb: climb.climb,
      levelIndex: climb.level_index,
      round: climb.round,
      dueAt: climb.due_at,
      stoppedAt: climb.stopped_at,
    },
    intents: [...tables.notificationsOfAlert.of(id)].map((page) => ({
      id: page.id,
      personId: page.person_id,
      contactId: page.contact_id,
      channel: page.channel,
      target: page.target,
      status: page.status,
      dueAt: page.due_at,
      leaseUntil: page.lease_until,
    })),
    trace: [...tables.stepsOfAlert.of(id)]
      .filter((step) => Object.keys(step.facts).length > 0)
      .map((step) => ({ at: step.at, evidence: step.facts as Evidence })),
  }
}

export const restoreClimb = twin(
  (tables, alert: Audited, climb: { policy: unknown; startedAt: Date; climb: number; next: NextStepEvidence }) => {
    const stand = {
      policy: climb.policy as never,
      level_index: climb.next.levelIndex,
      round: climb.next.round,
      due_at: new Date(climb.next.dueAt),
      stopped_at: null,
      reason: null,
      failures: 0,
      climb: climb.climb,
    }
    const known = tables.escalation.get(alert.id)
    if (known) tables.escalation.update(known, stand)
    else {
      const row = { alert_source_id: alert.alertSourceId, alert_id: alert.id, started_at: climb.startedAt, ...stand }
      tables.escalation.insert({ ...row, left_out: [] })
    }
  },
) satisfies typeof real.restoreClimb

export const restorePage = twin((tables, alert: Audited, plan: PlannedIntent, ended: string | null, now: Date) => {
  const stand = {
    person_id: plan.personId,
    contact_id: plan.contactId,
    channel: plan.channel,
    target: plan.target,
    status: ended ?? 'SCHEDULED',
    due_at: plan.dueAt === undefined ? now : later(now, new Date(plan.dueAt)),
    lease_until: null,
    finished_at: ended === null ? null : now,
    error: null,
  }
  const known = tables.notification.get(keyOf(alert.alertSourceId, plan.id))
  if (known) {
    tables.notification.update(known, { ...stand, fence: known.fence + 1 })
    return
  }
  tables.notification.insert({
    alert_source_id: alert.alertSourceId,
    id: plan.id,
    alert_id: alert.id,
    round: plan.round,
    level_index: plan.levelIndex,
    priority: plan.priority,
    subject: plan.subject,
    attempts: 0,
    created_at: now,
    fence: 0,
    receipt: null,
    bundle_id: null,
    stands_in_for: null,
    receipt_state: null,
    receipt_due_at: null,
    climb: plan.climb ?? 1,
    kind: plan.kind ?? 'PAGE',
    note: plan.note ?? null,
    ...stand,
  })
}) satisfies typeof real.restorePage

type Finding = Parameters<typeof real.insertFinding>[1]

export const insertFinding = twin((tables, finding: Finding, now: Date) => {
  tables.finding.insert({ ...finding, id: tables.next('finding'), at: now, dismissed_at: null })
}) satisfies typeof real.insertFinding
