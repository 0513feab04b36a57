import { type Actor, requireRight } from '../../access/actor.ts'
import { audit } from '../../audit/store.ts'
import type { Database, Tx } from '../../database/connection.ts'
import { tellLive, wakeEngine } from '../../database/notify.ts'
import { contained } from '../../database/savepoint.ts'
import { startEscalation } from '../../escalation/actions.ts'
import { endEscalation } from '../../escalation/store.ts'
import type { Log } from '../../runtime/log.ts'
import { addSeconds } from '../../runtime/time.ts'
import { addTimeline } from '../../timeline/store.ts'
import type { Evidence } from '../../trace/schema.ts'
import { addTrace } from '../../trace/store.ts'
import { claimRound, setMark } from '../marks/store.ts'
import { type Fault, faultText, findFaults } from './decide.ts'
import {
  type AuditedRow,
  alertsToAudit,
  alertsWithTimerLeft,
  dismissFindings,
  insertFinding,
  lockAudited,
  restoreClimb,
  restorePage,
} from './store.ts'

export const AUDIT_ROUND = 'auditor'
/** How often every open alert is looked at: what is damaged must be found within two minutes (invariants.md OPS-3). */
export const AUDIT_SECONDS = 20
const BATCH = 500
const TIMERS_LEFT_MAX = 200

export interface AuditContext {
  db: Database
  log: Log
}

/** One round of the auditor, when it is time: compares what stands with what was decided, and mends it. Returns how much it mended. */
export async function auditAlerts(context: AuditContext, now: Date): Promise<number> {
  const isTime = await context.db
    .transaction()
    .execute((tx) => claimRound(tx, AUDIT_ROUND, addSeconds(now, -AUDIT_SECONDS), now))
  if (!isTime) return 0
  let mended = 0
  for (const alert of await alertsWithTimerLeft(context.db, TIMERS_LEFT_MAX)) mended += await look(context, alert, now)
  let after = 0
  for (;;) {
    const alerts = await alertsToAudit(context.db, after, BATCH)
    for (const alert of alerts) mended += await look(context, alert, now)
    const last = alerts.at(-1)
    if (!last || alerts.length < BATCH) return mended
    after = last.id
  }
}

async function look(context: AuditContext, seen: AuditedRow, now: Date): Promise<number> {
  if (findFaults(seen, now).length === 0) return 0
  return context.db.transaction().execute(async (tx) => {
    // Seen without locks it may have been between two moments: only what is still wrong under them is wrong.
    const alert = await lockAudited(tx, seen.id)
    const faults = alert ? findFaults(alert, now) : []
    if (!alert || faults.length === 0) return 0
    let mended = 0
    for (const fault of faults) {
      const failure = await contained(tx, () => mend(tx, alert, fault, now))
      if (failure === null) mended++
      else context.log.error({ err: failure, alertId: alert.id, fault: fault.kind }, 'watch.auditor-could-not-mend')
      context.log.error({ alertId: alert.id, fault: fault.kind }, 'watch.auditor-found')
    }
    await wakeEngine(tx)
    await tellLive(tx, { kind: 'alert', id: alert.id })
    await tellLive(tx, { kind: 'status' })
    return mended
  })
}

async function mend(tx: Tx, alert: AuditedRow, fault: Fault, now: Date): Promise<void> {
  const text = `The auditor found that ${faultText(fault)}, and put it right.`
  await insertFinding(tx, { kind: fault.kind, text, alert_source_id: alert.alertSourceId, alert_id: alert.id }, now)
  const where = { alertSourceId: alert.alertSourceId, alertId: alert.id }
  await addTimeline(tx, { ...where, type: 'AlertRepairedLogEntry', text, filterTypes: ['ALERT_UPDATES'] }, now)
  const evidence = await restore(tx, alert, fault, now)
  await addTrace(
    tx,
    {
      ...where,
      station: 'auditor',
      decision: 'repair',
      reason: text,
      rule: fault.kind,
      ...(evidence ? { evidence } : {}),
    },
    now,
  )
}

/** Puts the rows right; returns what they must say from now on, where that is new. */
async function restore(tx: Tx, alert: AuditedRow, fault: Fault, now: Date): Promise<Evidence | null> {
  switch (fault.kind) {
    case 'timer-missing': {
      const { evidence } = fault
      if (evidence) {
        await restoreClimb(tx, alert, { ...evidence, startedAt: new Date(evidence.startedAt) })
        return null
      }
      const climb = { alertSourceId: alert.alertSourceId, alertId: alert.id, policyId: alert.policyId, notBefore: now }
      await startEscalation(tx, climb, now)
      return null
    }
    case 'timer-altered':
      await restoreClimb(tx, alert, { policy: fault.policy, startedAt: now, climb: fault.climb, next: fault.next })
      return null
    case 'timer-left':
      await endEscalation(tx, alert.id, 'it was over', now)
      return { next: null, stopped: 'it was over' }
    case 'page-missing':
    case 'page-altered':
      await restorePage(tx, alert, fault.plan, fault.ended, now)
      return null
  }
}

/** Takes the findings from the banner; they stay in the list. */
export async function dismissAll(db: Database, actor: Actor, now: Date): Promise<void> {
  requireRight(actor, 'edit')
  await db.transaction().execute(async (tx) => {
    const count = await dismissFindings(tx, now)
    if (count === 0) return
    await setMark(tx, 'alarm/findings', 0, now)
    await audit(
      tx,
      actor,
      { action: 'findings.dismissed', objectType: 'finding', objectId: 0, details: { count } },
      now,
    )
    await tellLive(tx, { kind: 'status' })
  })
}
