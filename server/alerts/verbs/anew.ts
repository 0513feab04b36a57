import type { Tx } from '../../database/connection.ts'
import { tellLive } from '../../database/notify.ts'
import type { PolicySnapshot } from '../../database/tables.ts'
import { beginClimb } from '../../escalation/actions.ts'
import { policySnapshot } from '../../escalation/policies/store.ts'
import { lockUnstarted } from '../../escalation/store.ts'
import { cancelNotifications } from '../../notifications/actions.ts'
import { addTimeline } from '../../timeline/store.ts'
import type { Priority } from '../schema.ts'
import { type AlertRow, lockAlert } from '../store.ts'
import { openMerged, setMergedInto, setPriority, setWaiting } from './store.ts'

export interface Anew {
  policy: PolicySnapshot
  levelIndex: number
  round: number
  assignedTo: number | null
  /** Belongs to this policy from now on. */
  escalationPolicyId?: number
  priority?: Priority
  /** People who are asked again although they were taken off. */
  backIn?: readonly number[]
  /** Why the pages of the climb before do not leave any more, as the end of a sentence; null: they do. */
  callsOff: string | null
  /** One sentence for the trace. */
  reason: string
  rule: string
}

/** An alert waits for an answer, and another climb begins at once. The caller has locked it. */
export async function askAnew(tx: Tx, alert: AlertRow, how: Anew, now: Date): Promise<void> {
  const { policy, levelIndex, round, rule, reason } = how
  const where = { alertSourceId: alert.alert_source_id, alertId: alert.id }
  if (how.callsOff !== null) {
    await cancelNotifications(tx, where.alertSourceId, alert.id, how.callsOff, now, { whom: 'climb', rule })
  }
  await setWaiting(tx, where, {
    assignedTo: how.assignedTo,
    ...(how.escalationPolicyId === undefined ? {} : { escalationPolicyId: how.escalationPolicyId }),
    ...(how.priority ? { priority: how.priority } : {}),
  })
  await beginClimb(tx, { ...where, policy, levelIndex, round, backIn: how.backIn ?? [], reason, rule }, now)
}

/** An alert's own policy is climbed from its first level. */
export async function askAnewFromTheFirst(
  tx: Tx,
  alert: AlertRow,
  how: Pick<Anew, 'reason' | 'rule' | 'callsOff' | 'priority'>,
  now: Date,
): Promise<void> {
  const policy = await policySnapshot(tx, alert.escalation_policy_id)
  await askAnew(tx, alert, { ...how, policy, levelIndex: 0, round: 1, assignedTo: alert.assigned_to }, now)
}

/**
 * An alert weighs more than it was asked about. While it waits for an answer every level is asked in its turn, from the
 * first on, as a low alert asked the first alone; what was not asked yet is asked as high priority anyway. False when it
 * was high already, or is over.
 */
export async function raiseAlert(
  tx: Tx,
  alert: AlertRow,
  how: { reason: string; rule: string },
  now: Date,
): Promise<boolean> {
  if (alert.priority === 'HIGH' || alert.status === 'RESOLVED') return false
  await tellLive(tx, { kind: 'alert', id: alert.id })
  const isAsked = alert.status === 'PENDING' && alert.merged_into_id === null
  if (isAsked && (await lockUnstarted(tx, alert.id)) === null) {
    const reason = `Every level is asked in its turn, from the first on: ${how.reason}`
    const callsOff = 'raised to high priority'
    await askAnewFromTheFirst(tx, alert, { reason, rule: how.rule, callsOff, priority: 'HIGH' }, now)
    return true
  }
  await setPriority(tx, alert.id, 'HIGH')
  const main = alert.merged_into_id === null ? null : await lockAlert(tx, alert.merged_into_id)
  if (main) await raiseAlert(tx, main, { ...how, reason: `alert ${alert.id}, merged into this one, became high.` }, now)
  return true
}

/** The main alert is over by itself, and what was merged into it is not: the loudest of them stands for the others now. */
export async function promoteMerged(tx: Tx, mainId: number, now: Date): Promise<void> {
  const [first, ...rest] = await openMerged(tx, mainId)
  if (first === undefined) return
  await setMergedInto(tx, [first], null)
  await setMergedInto(tx, rest, first)
  const alert = await lockAlert(tx, first)
  if (!alert) return
  const reason = `Alert ${mainId} is resolved, and this one, which was merged into it, is not.`
  await addTimeline(
    tx,
    {
      alertSourceId: alert.alert_source_id,
      alertId: first,
      type: 'AlertUnmergedLogEntry',
      text: rest.length === 0 ? reason : `${reason} It stands for ${rest.length} more.`,
      filterTypes: ['ALERT_UPDATES'],
      vars: { mainAlertId: mainId },
    },
    now,
  )
  if (alert.status === 'PENDING') {
    await askAnewFromTheFirst(tx, alert, { reason, rule: 'main-alert-resolved', callsOff: null }, now)
  }
}
