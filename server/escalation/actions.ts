import type { Tx } from '../database/connection.ts'
import { wakeEngine } from '../database/notify.ts'
import type { PolicySnapshot } from '../database/tables.ts'
import { addMinutes, earlier, later } from '../runtime/time.ts'
import { nextEvidence } from '../trace/evidence.ts'
import { addTrace } from '../trace/store.ts'
import { policySnapshot } from './policies/store.ts'
import {
  endEscalation,
  insertEscalation,
  lockRunning,
  lockUnstarted,
  moveEscalation,
  restartEscalation,
} from './store.ts'

/**
 * Begins the climb of a new alert. The first level is asked at `notBefore`, or after the policy's delay when that is later.
 * `because`: why another policy than the source's.
 */
export async function startEscalation(
  tx: Tx,
  alert: { alertSourceId: number; alertId: number; policyId: number; notBefore: Date; because?: string | undefined },
  now: Date,
): Promise<void> {
  const { alertSourceId, alertId } = alert
  const policy = await policySnapshot(tx, alert.policyId)
  const dueAt = later(alert.notBefore, addMinutes(now, policy.delayMinutes))
  await insertEscalation(tx, { alertSourceId, alertId, policy, dueAt }, now)
  await addTrace(
    tx,
    {
      alertSourceId,
      alertId,
      station: 'escalation',
      decision: 'start',
      reason: `${policy.policyName}, ${alert.because ?? 'the policy of the alert source'}, begins ${whenFirst(policy.delayMinutes, dueAt > now)}.`,
      rule: policy.delayMinutes > 0 ? 'delay-of-policy' : alert.because ? 'policy-by-routing-key' : 'policy-of-source',
      evidence: {
        policy,
        startedAt: now.toISOString(),
        next: nextEvidence({ levelIndex: 0, round: 1, dueAt }),
      },
    },
    now,
  )
}

/** An alert goes on after it was over: its policy is climbed anew, and at once. */
export async function resumeEscalation(
  tx: Tx,
  alert: { alertSourceId: number; alertId: number; policyId: number },
  reason: string,
  now: Date,
): Promise<void> {
  const { alertSourceId, alertId, policyId } = alert
  const policy = await policySnapshot(tx, policyId)
  await beginClimb(tx, { alertSourceId, alertId, policy, levelIndex: 0, round: 1, reason, rule: 'reopened' }, now)
  await wakeEngine(tx)
}

/** Whoever is next is asked now: something else will not wait. */
export async function hastenEscalation(
  tx: Tx,
  alert: { alertSourceId: number; alertId: number },
  reason: string,
  now: Date,
): Promise<void> {
  const climb = await lockRunning(tx, alert.alertId)
  if (!climb?.due_at || climb.due_at <= now) return
  const step = { levelIndex: climb.level_index, round: climb.round, dueAt: now }
  await moveEscalation(tx, alert.alertId, step)
  await addTrace(
    tx,
    {
      ...alert,
      station: 'escalation',
      decision: 'hurry',
      reason: `${reason} The next level is asked now.`,
      rule: 'target-near',
      evidence: { next: nextEvidence(step) },
    },
    now,
  )
  await wakeEngine(tx)
}

function whenFirst(delayMinutes: number, isLater: boolean): string {
  if (delayMinutes > 0) return `after its delay of ${delayMinutes} min`
  return isLater ? 'once the facts of the record are read, or after a moment without them' : 'at once'
}

/** People send an alert anew: another climb begins, at this step and at once. The caller has locked the alert. */
export async function beginClimb(
  tx: Tx,
  climb: {
    alertSourceId: number
    alertId: number
    policy: PolicySnapshot
    levelIndex: number
    round: number
    backIn?: readonly number[]
    reason: string
    rule: string
  },
  now: Date,
): Promise<void> {
  const { alertSourceId, alertId, policy, levelIndex, round } = climb
  const step = { levelIndex, round, dueAt: now }
  const number = await restartEscalation(
    tx,
    { alertSourceId, alertId, policy, ...step, backIn: climb.backIn ?? [] },
    now,
  )
  await addTrace(
    tx,
    {
      alertSourceId,
      alertId,
      station: 'escalation',
      decision: 'start',
      reason: climb.reason,
      rule: climb.rule,
      evidence: { policy, startedAt: now.toISOString(), climb: number, next: nextEvidence(step) },
    },
    now,
  )
  await wakeEngine(tx)
}

/** Somebody answered: nobody else is asked. */
export async function stopEscalation(
  tx: Tx,
  alertSourceId: number,
  alertId: number,
  reason: string,
  now: Date,
  rule = 'answer-ends-climb',
): Promise<void> {
  if (!(await endEscalation(tx, alertId, reason, now))) return
  await addTrace(
    tx,
    {
      alertSourceId,
      alertId,
      station: 'escalation',
      decision: 'stop',
      reason: `Nobody else is asked: the alert was ${reason}.`,
      rule,
      evidence: { next: null, stopped: reason },
    },
    now,
  )
}

/** What the first page waited for is there: it leaves now, or after the policy's own delay. */
export async function expediteEscalation(tx: Tx, alertId: number, now: Date): Promise<void> {
  const climb = await lockUnstarted(tx, alertId)
  if (!climb?.due_at) return
  const dueAt = earlier(climb.due_at, later(now, addMinutes(climb.started_at, climb.policy.delayMinutes)))
  if (dueAt.getTime() === climb.due_at.getTime()) return
  const step = { levelIndex: 0, round: 1, dueAt }
  await moveEscalation(tx, alertId, step)
  await addTrace(
    tx,
    {
      alertSourceId: climb.alert_source_id,
      alertId,
      station: 'escalation',
      decision: 'hurry',
      reason: 'The first level need not wait any longer for facts of the record.',
      rule: 'facts-read',
      evidence: { next: nextEvidence(step) },
    },
    now,
  )
  await wakeEngine(tx)
}
