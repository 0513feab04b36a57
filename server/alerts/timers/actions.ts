import type { Database, Tx } from '../../database/connection.ts'
import { tellLive } from '../../database/notify.ts'
import { contained } from '../../database/savepoint.ts'
import { everKnownPeople } from '../../directory/store.ts'
import { integrationByType } from '../../integrations/index.ts'
import { AlertPriorityRule } from '../../oncall/support-hours/schema.ts'
import { priorityOfSource } from '../../oncall/support-hours/store.ts'
import type { Log } from '../../runtime/log.ts'
import { addMinutes } from '../../runtime/time.ts'
import { addTimeline } from '../../timeline/store.ts'
import { addTrace } from '../../trace/store.ts'
import type { AlertRow } from '../store.ts'
import { askAnewFromTheFirst } from '../verbs/anew.ts'
import { claimTimers, lastProgress, rulesOfAlert, setTimer } from './store.ts'

const BATCH = 50
/** One that fails is tried again after this long. */
const TRY_AGAIN_MINUTES = 1

export interface TimerContext {
  db: Database
  log: Log
}

/** Raises pending alerts of low priority whose support hours begin, or end where the rule is the other way round. */
export async function raiseAtEdge({ db, log }: TimerContext, now: Date): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const due = await claimTimers(tx, 'raise_at', now, BATCH)
    for (const alert of due) await inOrder(tx, alert, 'raise_at', () => raise(tx, alert, now), log, now)
    return due.length
  })
}

/** Raises one alert, if its support hours say so now. The caller has locked it. */
export async function raise(tx: Tx, alert: AlertRow, now: Date): Promise<void> {
  if (alert.priority !== 'LOW') return setTimer(tx, alert.id, 'raise_at', null)
  const source = await rulesOfAlert(tx, alert)
  const stand = { alertPriorityRule: AlertPriorityRule.parse(source.rule), supportHoursId: source.supportHoursId }
  const { priority, raiseAt, because } = await priorityOfSource(tx, stand, now)
  // The hours may have been changed since.
  if (priority === 'LOW' || because === null) return setTimer(tx, alert.id, 'raise_at', raiseAt)
  const text = `Raised to high priority: ${because}.`
  await tell(tx, alert, { type: 'AlertRaisedBySystemLogEntry', text, decision: 'raise', rule: 'support-hours' }, now)
  await setTimer(tx, alert.id, 'raise_at', null)
  const reason = `Every level is asked in its turn, from the first on: ${because}.`
  const callsOff = 'raised to high priority'
  await askAnewFromTheFirst(tx, alert, { reason, rule: 'support-hours', callsOff, priority: 'HIGH' }, now)
}

/** Accepted alerts that nobody got on with wait for an answer again, as their policy says. */
export async function returnUnworked({ db, log }: TimerContext, now: Date): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const due = await claimTimers(tx, 'return_at', now, BATCH)
    for (const alert of due) await inOrder(tx, alert, 'return_at', () => giveBack(tx, alert, now), log, now)
    return due.length
  })
}

async function giveBack(tx: Tx, alert: AlertRow, now: Date): Promise<void> {
  const { acceptTimeoutMinutes, integrationType } = await rulesOfAlert(tx, alert)
  if (acceptTimeoutMinutes === null) return setTimer(tx, alert.id, 'return_at', null)
  const isOfRecord = integrationByType(integrationType)?.tracksRecords === true
  const last = (await lastProgress(tx, alert.id, isOfRecord)) ?? alert.accepted_at ?? now
  const dueAt = addMinutes(last, acceptTimeoutMinutes)
  if (dueAt > now) return setTimer(tx, alert.id, 'return_at', dueAt)
  const people = await everKnownPeople(tx, alert.accepted_by === null ? [] : [alert.accepted_by])
  const person = people.get(alert.accepted_by ?? 0)
  const who = person ? `${person.firstName} ${person.lastName}`.trim() : 'somebody'
  const text = `Nothing happened for ${acceptTimeoutMinutes} min after ${who} accepted it: it waits for an answer again.`
  await tell(tx, alert, { type: 'AlertReturnedLogEntry', text, decision: 'return', rule: 'accept-timeout' }, now)
  await setTimer(tx, alert.id, 'return_at', null)
  await askAnewFromTheFirst(tx, alert, { reason: text, rule: 'accept-timeout', callsOff: null }, now)
}

/** One that fails does not stop the others. */
async function inOrder(
  tx: Tx,
  alert: AlertRow,
  timer: 'raise_at' | 'return_at',
  work: () => Promise<void>,
  log: Log,
  now: Date,
): Promise<void> {
  const failure = await contained(tx, work)
  if (failure === null) return
  log.error({ err: failure, alertId: alert.id }, 'alerts.timer-failed')
  await setTimer(tx, alert.id, timer, addMinutes(now, TRY_AGAIN_MINUTES))
}

async function tell(
  tx: Tx,
  alert: AlertRow,
  line: { type: string; text: string; decision: string; rule: string },
  now: Date,
): Promise<void> {
  const where = { alertSourceId: alert.alert_source_id, alertId: alert.id }
  await addTimeline(tx, { ...where, type: line.type, text: line.text, filterTypes: ['ALERT_UPDATES'] }, now)
  const { decision, rule, text } = line
  await addTrace(tx, { ...where, station: 'alerts', decision, reason: text, rule }, now)
  await tellLive(tx, { kind: 'alert', id: alert.id })
  await tellLive(tx, { kind: 'alert-source', id: alert.alert_source_id })
}
