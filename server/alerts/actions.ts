import type { Database, Tx } from '../database/connection.ts'
import { tellLive } from '../database/notify.ts'
import { stopEscalation } from '../escalation/actions.ts'
import { cancelNotifications } from '../notifications/actions.ts'
import { invariant } from '../runtime/invariant.ts'
import { Problem } from '../runtime/problem.ts'
import { addTimeline } from '../timeline/store.ts'
import { claimAutoResolutions, lockAlert, setAccepted, setResolved } from './store.ts'

/** Who did it, for the timeline. */
export type By =
  | { kind: 'person'; personId: number; name: string; through: string }
  | { kind: 'automation' }
  | { kind: 'source'; text: string }
  | { kind: 'auto-resolution' }

/** Accepts in the caller's transaction; false when somebody was faster. */
export async function acceptInTransaction(tx: Tx, alertId: number, by: By, now: Date): Promise<boolean> {
  const alert = await lockAlert(tx, alertId)
  invariant(alert, 'an alert that is accepted exists')
  if (!(await setAccepted(tx, alertId, by.kind === 'person' ? by.personId : null, now))) return false
  await addTimeline(tx, { alertSourceId: alert.alert_source_id, alertId, ...answerLine('Accepted', by, null) }, now)
  await settle(tx, alert.alert_source_id, alertId, `accepted by ${nameOf(by)}`, now)
  return true
}

/** Resolves in the caller's transaction; false when somebody was faster. */
export async function resolveInTransaction(
  tx: Tx,
  alertId: number,
  by: By,
  comment: string | null,
  now: Date,
): Promise<boolean> {
  const alert = await lockAlert(tx, alertId)
  invariant(alert, 'an alert that is resolved exists')
  if (!(await setResolved(tx, alertId, by.kind === 'person' ? by.personId : null, now))) return false
  await addTimeline(tx, { alertSourceId: alert.alert_source_id, alertId, ...answerLine('Resolved', by, comment) }, now)
  await settle(tx, alert.alert_source_id, alertId, `resolved by ${nameOf(by)}`, now)
  return true
}

/** Downstream, an answer stops the climb and every page that has not left yet. */
async function settle(tx: Tx, alertSourceId: number, alertId: number, reason: string, now: Date): Promise<void> {
  await stopEscalation(tx, alertId, reason, now)
  await cancelNotifications(tx, alertSourceId, alertId, reason, now)
  await tellLive(tx, { kind: 'alert', id: alertId })
  await tellLive(tx, { kind: 'alert-source', id: alertSourceId })
}

function nameOf(by: By): string {
  switch (by.kind) {
    case 'person':
      return by.name
    case 'automation':
      return 'Automation'
    case 'source':
      return 'the alert source'
    case 'auto-resolution':
      return 'the auto-resolution timeout'
  }
}

function answerLine(verb: 'Accepted' | 'Resolved', by: By, comment: string | null) {
  const suffix = comment ? ` — ${comment}` : ''
  if (by.kind === 'source') {
    return {
      type: 'AlertSourceResponseLogEntry',
      text: `${verb} by ${by.text}`,
      filterTypes: ['ALERT_SOURCE_EVENTS' as const],
    }
  }
  if (by.kind === 'auto-resolution') {
    return {
      type: 'AlertAutoResolvedLogEntry',
      text: "Resolved: the source's auto-resolution timeout ran out.",
      filterTypes: ['ALERT_UPDATES' as const],
    }
  }
  const through = by.kind === 'person' ? ` ${by.through}` : ''
  return {
    type: 'UserResponseLogEntry',
    text: `${verb} by ${nameOf(by)}${through}${suffix}`,
    filterTypes: ['ALERT_UPDATES' as const],
    vars: { by: by.kind, ...(by.kind === 'person' ? { personId: by.personId } : {}), comment },
  }
}

/** Accepts an alert for a person or the automation. Accepting what is accepted changes nothing; what is resolved cannot be accepted. */
export async function acceptAlert(db: Database, alertId: number, by: By, now: Date): Promise<'done' | 'already'> {
  return db.transaction().execute(async (tx) => {
    const alert = await requireAlert(tx, alertId)
    if (alert.status === 'RESOLVED') throw new Problem('already-done', `Alert ${alertId} is already resolved.`)
    return (await acceptInTransaction(tx, alertId, by, now)) ? 'done' : 'already'
  })
}

/** Resolves an alert for a person or the automation. Resolving what is resolved changes nothing. */
export async function resolveAlert(
  db: Database,
  alertId: number,
  by: By,
  comment: string | null,
  now: Date,
): Promise<'done' | 'already'> {
  return db.transaction().execute(async (tx) => {
    await requireAlert(tx, alertId)
    return (await resolveInTransaction(tx, alertId, by, comment, now)) ? 'done' : 'already'
  })
}

async function requireAlert(tx: Tx, alertId: number) {
  const alert = await lockAlert(tx, alertId)
  if (!alert) throw new Problem('not-found', `There is no alert ${alertId}.`)
  return alert
}

const AUTO_RESOLUTIONS_MAX = 100

/** Resolves the open alerts whose timeout ran out. Returns how many. */
export async function autoResolve(db: Database, now: Date): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const due = await claimAutoResolutions(tx, now, AUTO_RESOLUTIONS_MAX)
    for (const { id } of due) await resolveInTransaction(tx, id, { kind: 'auto-resolution' }, null, now)
    return due.length
  })
}
