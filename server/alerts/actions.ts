import { audit } from '../audit/store.ts'
import type { Database, Tx } from '../database/connection.ts'
import { tellLive } from '../database/notify.ts'
import { contained } from '../database/savepoint.ts'
import { stopEscalation } from '../escalation/actions.ts'
import { cancelNotifications } from '../notifications/actions.ts'
import { tellSubscribers } from '../notifications/subscribers/actions.ts'
import { enqueueUpdates } from '../notifications/updates.ts'
import { invariant } from '../runtime/invariant.ts'
import type { Log } from '../runtime/log.ts'
import { Problem } from '../runtime/problem.ts'
import { addMinutes } from '../runtime/time.ts'
import { addTimeline } from '../timeline/store.ts'
import { addTrace } from '../trace/store.ts'
import { wantWriteBack } from '../writeback/actions.ts'
import {
  type AlertRow,
  claimAutoResolutions,
  lockAlert,
  planAutoResolution,
  setAccepted,
  setResolved,
} from './store.ts'
import { planReturn } from './timers/store.ts'
import { promoteMerged } from './verbs/anew.ts'
import { lockFamilies, namedResponders, openMerged, putResponder } from './verbs/store.ts'

/** Who did it, for the timeline. */
export type By =
  | { kind: 'person'; personId: number; name: string; through: string }
  | { kind: 'automation' }
  | { kind: 'source'; text: string; entryType?: string }
  | { kind: 'auto-resolution' }

/** Accepts in the caller's transaction; false when somebody was faster. */
export async function acceptInTransaction(tx: Tx, alertId: number, by: By, now: Date): Promise<boolean> {
  const alert = await lockAlert(tx, alertId)
  invariant(alert, 'an alert that is accepted exists')
  if (!(await setAccepted(tx, alertId, by.kind === 'person' ? by.personId : null, now))) return false
  await planReturn(tx, alertId, now)
  const line = answerLine('Accepted', by, null)
  await addTimeline(tx, { alertSourceId: alert.alert_source_id, alertId, ...line }, now)
  await traceAnswer(tx, alert.alert_source_id, alertId, 'accept', by, line.text, now)
  await tellUpdate(tx, alert.alert_source_id, alertId, 'ALERT_ACCEPTED', by, now)
  await settle(tx, alert.alert_source_id, alertId, `accepted by ${nameOf(by)}`, now)
  if (by.kind === 'person') await putResponder(tx, whereOf(alert), by.personId, now, now)
  await tellSubscribers(tx, { ...whereOf(alert), subject: alert.summary }, newsOf(line.text, by), now)
  // What was merged into it is the same trouble: whoever works on one works on all.
  for (const merged of await openMerged(tx, alertId)) await acceptInTransaction(tx, merged, by, now)
  await handOn(tx, alert.alert_source_id, alertId, 'ACCEPT', by, null, now)
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
  const line = answerLine('Resolved', by, comment)
  await addTimeline(tx, { alertSourceId: alert.alert_source_id, alertId, ...line }, now)
  await traceAnswer(tx, alert.alert_source_id, alertId, 'resolve', by, line.text, now)
  await tellUpdate(tx, alert.alert_source_id, alertId, 'ALERT_RESOLVED', by, now)
  await settle(tx, alert.alert_source_id, alertId, `resolved by ${nameOf(by)}`, now)
  await tellSubscribers(tx, { ...whereOf(alert), subject: alert.summary }, newsOf(line.text, by), now)
  await handOn(tx, alert.alert_source_id, alertId, 'RESOLVE', by, comment, now)
  if (by.kind === 'source' || by.kind === 'auto-resolution') await promoteMerged(tx, alertId, now)
  else for (const merged of await openMerged(tx, alertId)) await resolveInTransaction(tx, merged, by, comment, now)
  return true
}

function whereOf(alert: AlertRow) {
  return { alertSourceId: alert.alert_source_id, alertId: alert.id }
}

function newsOf(text: string, by: By) {
  return { text, by: by.kind === 'person' ? by.personId : null }
}

/** What people decided, and only that, goes back to where the alert came from. */
async function handOn(
  tx: Tx,
  alertSourceId: number,
  alertId: number,
  deed: 'ACCEPT' | 'RESOLVE',
  by: By,
  text: string | null,
  now: Date,
): Promise<void> {
  if (by.kind !== 'person' && by.kind !== 'automation') return
  const personId = by.kind === 'person' ? by.personId : null
  await wantWriteBack(tx, { alertSourceId, alertId, deed, personId, text }, now)
}

const ANSWER_RULES: Record<By['kind'], string> = {
  person: 'answered-by-person',
  automation: 'answered-by-api',
  source: 'answered-by-source',
  'auto-resolution': 'auto-resolution-timeout',
}

async function traceAnswer(
  tx: Tx,
  alertSourceId: number,
  alertId: number,
  decision: 'accept' | 'resolve',
  by: By,
  reason: string,
  now: Date,
): Promise<void> {
  await addTrace(
    tx,
    {
      alertSourceId,
      alertId,
      station: 'alerts',
      decision,
      reason,
      rule: ANSWER_RULES[by.kind],
      people: by.kind === 'person' ? [by.personId] : [],
    },
    now,
  )
}

/** Those who were asked and want to know hear of the answer. */
async function tellUpdate(
  tx: Tx,
  alertSourceId: number,
  alertId: number,
  type: 'ALERT_ACCEPTED' | 'ALERT_RESOLVED',
  by: By,
  now: Date,
): Promise<void> {
  const who = { personId: by.kind === 'person' ? by.personId : null, name: nameOf(by) }
  await enqueueUpdates(tx, { alertSourceId, alertId, type, by: who }, now)
}

/** Downstream, an answer stops the climb and every page that has not left yet. */
async function settle(tx: Tx, alertSourceId: number, alertId: number, reason: string, now: Date): Promise<void> {
  await stopEscalation(tx, alertSourceId, alertId, reason, now)
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
  const trigger = verb === 'Accepted' ? ('alert-acknowledged' as const) : ('alert-resolved' as const)
  if (by.kind === 'source') {
    return {
      trigger,
      type: by.entryType ?? 'AlertSourceResponseLogEntry',
      text: `${verb} by ${by.text}`,
      filterTypes: ['ALERT_SOURCE_EVENTS' as const],
    }
  }
  if (by.kind === 'auto-resolution') {
    return {
      trigger: 'alert-auto-resolved' as const,
      type: 'AlertAutoResolvedLogEntry',
      text: "Resolved: the source's auto-resolution timeout ran out.",
      filterTypes: ['ALERT_UPDATES' as const],
    }
  }
  const through = by.kind === 'person' ? ` ${by.through}` : ''
  return {
    trigger,
    type: 'UserResponseLogEntry',
    text: `${verb} by ${nameOf(by)}${through}${suffix}`,
    filterTypes: ['ALERT_UPDATES' as const],
    vars: { by: by.kind, ...(by.kind === 'person' ? { personId: by.personId } : {}), comment },
  }
}

/** Who answers for themselves, and so is in the audit log. */
export type AnsweringBy = By & { kind: 'person' | 'automation' }

/**
 * Accepts an alert for a person or the automation; of a merged one, the alert it is merged into. What is accepted is
 * accepted by this person too; what is resolved cannot be accepted.
 */
export async function acceptAlert(
  db: Database,
  alertId: number,
  by: AnsweringBy,
  now: Date,
): Promise<'done' | 'already'> {
  return db.transaction().execute(async (tx) => {
    const alert = await requireMain(tx, alertId)
    if (alert.status === 'RESOLVED') throw new Problem('already-done', `Alert ${alert.id} is already resolved.`)
    const isDone = (await acceptInTransaction(tx, alert.id, by, now)) || (await acceptToo(tx, alert, by, now))
    if (!isDone) return 'already'
    await audit(tx, by, { action: 'alert.accepted', objectType: 'alert', objectId: alert.id }, now)
    return 'done'
  })
}

/** Somebody else works on it already: this person does too. */
async function acceptToo(tx: Tx, alert: AlertRow, by: AnsweringBy, now: Date): Promise<boolean> {
  if (by.kind !== 'person' || alert.accepted_by === by.personId) return false
  const named = (await namedResponders(tx, [alert.id])).find((one) => one.person_id === by.personId)
  if (named?.accepted_at) return false
  await putResponder(tx, whereOf(alert), by.personId, now, now)
  const line = answerLine('Accepted', by, null)
  await addTimeline(tx, { ...whereOf(alert), ...line, text: `${line.text}, too`, trigger: null }, now)
  await traceAnswer(tx, alert.alert_source_id, alert.id, 'accept', by, `${line.text}, too`, now)
  const off = { whom: { personId: by.personId }, rule: 'answered-first' }
  await cancelNotifications(tx, alert.alert_source_id, alert.id, `accepted by ${by.name}`, now, off)
  await tellLive(tx, { kind: 'alert', id: alert.id })
  return true
}

/** Resolves an alert for a person or the automation. Resolving what is resolved changes nothing. */
export async function resolveAlert(
  db: Database,
  alertId: number,
  by: AnsweringBy,
  comment: string | null,
  now: Date,
): Promise<'done' | 'already'> {
  return db.transaction().execute(async (tx) => {
    const family = await lockFamilies(tx, [alertId])
    if (!family.some((alert) => alert.id === alertId)) throw noSuchAlert(alertId)
    if (!(await resolveInTransaction(tx, alertId, by, comment, now))) return 'already'
    const details = comment === null ? {} : { comment }
    await audit(tx, by, { action: 'alert.resolved', objectType: 'alert', objectId: alertId, details }, now)
    return 'done'
  })
}

/** The alert that stands for this one, both locked. */
async function requireMain(tx: Tx, alertId: number): Promise<AlertRow> {
  const family = await lockFamilies(tx, [alertId])
  const alert = family.find((one) => one.id === alertId)
  if (!alert) throw noSuchAlert(alertId)
  return family.find((one) => one.id === alert.merged_into_id) ?? alert
}

/** The answer to an alert that does not exist. */
export function noSuchAlert(alertId: number): Problem {
  return new Problem('not-found', `There is no alert ${alertId}.`)
}

const AUTO_RESOLUTIONS_MAX = 100

/** One that fails is tried again after this long. */
const TRY_AGAIN_MINUTES = 1

/** Resolves the open alerts whose timeout ran out. Returns how many it moved. */
export async function autoResolve({ db, log }: { db: Database; log: Log }, now: Date): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const due = await claimAutoResolutions(tx, now, AUTO_RESOLUTIONS_MAX)
    for (const { id } of due) {
      const failure = await contained(
        tx,
        async () => void (await resolveInTransaction(tx, id, { kind: 'auto-resolution' }, null, now)),
      )
      if (failure === null) continue
      log.error({ err: failure, alertId: id }, 'alerts.auto-resolution-failed')
      await planAutoResolution(tx, id, addMinutes(now, TRY_AGAIN_MINUTES))
    }
    return due.length
  })
}
