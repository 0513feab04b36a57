import type { Tx } from '../database/connection.ts'
import { tellLive, wakeEngine } from '../database/notify.ts'
import { addMinutes, earlier, later } from '../runtime/time.ts'
import { addTimeline } from '../timeline/store.ts'
import { nextEvidence } from '../trace/evidence.ts'
import { addTrace } from '../trace/store.ts'
import { policySnapshot } from './policies/store.ts'
import { endEscalation, insertEscalation, lockClimb, lockUnstarted, moveEscalation } from './store.ts'

/** Begins the climb of a new alert. The first level is asked at `notBefore`, or after the policy's delay when that is later. */
export async function startEscalation(
  tx: Tx,
  alert: { alertSourceId: number; alertId: number; policyId: number; notBefore: Date },
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
      reason: `${policy.policyName}, the policy of the alert source, begins ${whenFirst(policy.delayMinutes, dueAt > now)}.`,
      rule: policy.delayMinutes > 0 ? 'delay-of-policy' : 'policy-of-source',
      evidence: {
        policy,
        startedAt: now.toISOString(),
        next: nextEvidence({ levelIndex: 0, round: 1, dueAt }),
      },
    },
    now,
  )
}

function whenFirst(delayMinutes: number, isLater: boolean): string {
  if (delayMinutes > 0) return `after its delay of ${delayMinutes} min`
  return isLater ? 'once the facts of the record are read, or after a moment without them' : 'at once'
}

/** Somebody answered: nobody else is asked. */
export async function stopEscalation(
  tx: Tx,
  alertSourceId: number,
  alertId: number,
  reason: string,
  now: Date,
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
      rule: 'answer-ends-climb',
      evidence: { next: null, stopped: reason },
    },
    now,
  )
}

/** Somebody passes it on: the next level is asked now. False when nobody is left to ask, or somebody answered. */
export async function escalateNow(
  tx: Tx,
  alertId: number,
  by: { personId: number; text: string },
  now: Date,
): Promise<boolean> {
  const climb = await lockClimb(tx, alertId)
  if (!climb || climb.due_at === null || climb.alert_status !== 'PENDING') return false
  // Before anybody was asked there is nothing to pass on, and after the last level the next step is the end.
  const isFirst = climb.level_index === 0 && climb.round === 1
  if (isFirst || climb.level_index >= climb.policy.levels.length) return false
  const next = { levelIndex: climb.level_index, round: climb.round, dueAt: now }
  await moveEscalation(tx, alertId, next)
  const where = { alertSourceId: climb.alert_source_id, alertId }
  const text = `Escalated by ${by.text}`
  await addTimeline(
    tx,
    { ...where, type: 'UserResponseLogEntry', text, filterTypes: ['ALERT_UPDATES'], vars: { personId: by.personId } },
    now,
  )
  await addTrace(
    tx,
    {
      ...where,
      station: 'escalation',
      decision: 'hurry',
      reason: `${text}: the next level is asked now.`,
      rule: 'escalated-by-person',
      people: [by.personId],
      evidence: { next: nextEvidence(next) },
    },
    now,
  )
  await wakeEngine(tx)
  await tellLive(tx, { kind: 'alert', id: alertId })
  return true
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
