import type { Database, Tx } from '../database/connection.ts'
import { tellLive, wakeEngine } from '../database/notify.ts'
import { expediteEscalation, startEscalation, stopEscalation } from '../escalation/actions.ts'
import type { AlertFacts, IncomingEvent } from '../integrations/contract.ts'
import { cancelNotifications } from '../notifications/actions.ts'
import { invariant } from '../runtime/invariant.ts'
import { Problem } from '../runtime/problem.ts'
import { addMinutes, isoDurationMinutes } from '../runtime/time.ts'
import { addTimeline } from '../timeline/store.ts'
import {
  decideEvent,
  type EventDecision,
  groupFor,
  type KnownAlert,
  type KnownRecord,
  marksWith,
  NO_MARKS,
  priorityFor,
} from './decide.ts'
import { DETAILS_LENGTH_MAX, IMAGES_MAX, LABELS_MAX, LINKS_MAX, type Priority, SUMMARY_LENGTH_MAX } from './schema.ts'
import {
  type AlertChange,
  alertOfKey,
  changeAlert,
  claimAutoResolutions,
  countEvent,
  foldKey,
  insertAlert,
  lockAlert,
  lockGrouping,
  lockRecord,
  openAlertsOfSource,
  othersStillOpen,
  saveRecord,
  setAccepted,
  setResolved,
} from './store.ts'

/** Who did it, for the timeline. */
export type By =
  | { kind: 'person'; personId: number; name: string; through: string }
  | { kind: 'automation' }
  | { kind: 'source'; text: string }
  | { kind: 'auto-resolution' }

/** What the alerts station must know of the source an event came by. */
export interface SourceRules {
  id: number
  name: string
  tracksRecords: boolean
  escalationPolicyId: number
  alertCreation: string
  alertGroupingWindow: string | null
  autoResolutionTimeout: string | null
  alertPriorityRule: Priority
}

export interface AppliedEvent {
  decision: EventDecision
  /** The alert the event touched, if any. */
  alertId: number | null
}

/** Applies one event: one decision, saved and handed on in the caller's transaction. `holdUntil`: when the first page may leave at the latest. */
export async function applyEvent(
  tx: Tx,
  source: SourceRules,
  event: IncomingEvent,
  holdUntil: Date | null,
  now: Date,
): Promise<AppliedEvent> {
  const folded = event.alertKey === null ? null : foldKey(event.alertKey)
  const record = folded === null ? null : await lockRecord(tx, source.id, folded, now)
  const alert = folded === null ? null : await alertOfKey(tx, source.id, folded, record?.alertId ?? null)
  const decision = decideEvent({
    event,
    tracksRecords: source.tracksRecords,
    record,
    alert,
    groupInto: event.type === 'ALERT' ? await findGroup(tx, source, event, now) : null,
    othersStillOpen: await countOthers(tx, source, event, alert, folded),
  })

  const alertId = await carryOut(tx, source, event, decision, holdUntil, now)
  if (folded !== null) await remember(tx, source.id, folded, event, decision, record, alertId, now)
  if (alertId !== null) await tellLive(tx, { kind: 'alert', id: alertId })
  return { decision, alertId }
}

async function findGroup(tx: Tx, source: SourceRules, event: IncomingEvent, now: Date): Promise<KnownAlert | null> {
  if (source.alertCreation === 'ONE_ALERT_PER_EMAIL') return null
  await lockGrouping(tx, source.id)
  const grouping = { mode: source.alertCreation, window: source.alertGroupingWindow }
  return groupFor(await openAlertsOfSource(tx, source.id), grouping, summaryOf(event), now)
}

async function countOthers(
  tx: Tx,
  source: SourceRules,
  event: IncomingEvent,
  alert: KnownAlert | null,
  folded: string | null,
): Promise<number> {
  if (event.type !== 'RESOLVE' || !source.tracksRecords || !alert || folded === null) return 0
  return othersStillOpen(tx, source.id, alert.id, folded)
}

async function carryOut(
  tx: Tx,
  source: SourceRules,
  event: IncomingEvent,
  decision: EventDecision,
  holdUntil: Date | null,
  now: Date,
): Promise<number | null> {
  switch (decision.kind) {
    case 'open':
      return openAlert(tx, source, event, decision, holdUntil, now)
    case 'join':
      await countEvent(tx, decision.alertId)
      await tellEvent(
        tx,
        source,
        decision.alertId,
        event,
        decision.rule === 'grouped' ? ` (${decision.reason})` : '',
        now,
      )
      await addComments(tx, source, decision.alertId, event, now)
      return decision.alertId
    case 'accept':
      await acceptInTransaction(tx, decision.alertId, { kind: 'source', text: event.text }, now)
      return decision.alertId
    case 'resolve':
      await resolveInTransaction(tx, decision.alertId, { kind: 'source', text: event.text }, null, now)
      return decision.alertId
    case 'comment':
      await addComments(tx, source, decision.alertId, event, now)
      return decision.alertId
    case 'record':
      if (decision.alertId !== null) await tellEvent(tx, source, decision.alertId, event, ` — ${decision.reason}`, now)
      return decision.alertId
    case 'duplicate':
      return decision.alertId
  }
}

async function openAlert(
  tx: Tx,
  source: SourceRules,
  event: IncomingEvent,
  decision: EventDecision & { kind: 'open' },
  holdUntil: Date | null,
  now: Date,
): Promise<number> {
  // The resolve that lies between came late: the alert before ends first, as the key has one open alert.
  if (decision.previousAlertId !== null) {
    await resolveInTransaction(tx, decision.previousAlertId, { kind: 'source', text: event.text }, null, now)
  }
  const facts = bounded(event.facts)
  const priority = priorityFor(source.alertPriorityRule, facts.priority)
  const timeout = source.autoResolutionTimeout
  const alertId = await insertAlert(
    tx,
    {
      alertSourceId: source.id,
      alertKey: event.alertKey,
      summary: summaryOf(event),
      details: facts.details ?? '',
      status: decision.status,
      priority,
      severity: facts.severity ?? null,
      escalationPolicyId: source.escalationPolicyId,
      autoResolveAt: timeout === null ? null : addMinutes(now, isoDurationMinutes(timeout)),
      links: facts.links ?? [],
      images: facts.images ?? [],
      labels: facts.labels ?? {},
      customDetails: event.customDetails,
      previousAlertId: decision.previousAlertId,
    },
    now,
  )
  await tellEvent(tx, source, alertId, event, decision.rule === 'opened' ? '' : ` — ${decision.reason}`, now)
  if (decision.previousAlertId !== null) {
    await addTimeline(
      tx,
      {
        alertSourceId: source.id,
        alertId: decision.previousAlertId,
        type: 'AlertReopenedLogEntry',
        text: `${decision.reason} It continues as alert ${alertId}.`,
        filterTypes: ['ALERT_UPDATES'],
        vars: { alertId },
      },
      now,
    )
  }
  await addComments(tx, source, alertId, event, now)
  if (decision.status === 'PENDING') {
    await startEscalation(
      tx,
      { alertSourceId: source.id, alertId, policyId: source.escalationPolicyId, notBefore: holdUntil ?? now },
      now,
    )
  }
  await tellLive(tx, { kind: 'alert-source', id: source.id })
  await wakeEngine(tx)
  return alertId
}

async function remember(
  tx: Tx,
  alertSourceId: number,
  folded: string,
  event: IncomingEvent,
  decision: EventDecision,
  record: KnownRecord | null,
  alertId: number | null,
  now: Date,
): Promise<void> {
  if (decision.kind === 'duplicate') return
  const isStale = record !== null && event.version !== null && record.version !== null && event.version < record.version
  const saysNothing = event.type === 'NONE' || event.type === 'COMMENT'
  await saveRecord(
    tx,
    alertSourceId,
    folded,
    {
      // A comment or a status without effect says nothing about open or resolved, and makes no other change late.
      version: isStale || saysNothing ? null : event.version,
      eventType: isStale || (record && saysNothing) ? null : event.type,
      status: isStale ? null : event.status,
      alertId: decision.kind === 'open' || decision.kind === 'join' ? alertId : null,
      marks: marksWith(record?.marks ?? NO_MARKS, event),
    },
    now,
  )
}

async function tellEvent(
  tx: Tx,
  source: SourceRules,
  alertId: number,
  event: IncomingEvent,
  suffix: string,
  now: Date,
): Promise<void> {
  await addTimeline(
    tx,
    {
      alertSourceId: source.id,
      alertId,
      type: 'AlertReceivedLogEntry',
      text: `${event.text}${suffix}`,
      filterTypes: ['ALERT_SOURCE_EVENTS'],
      vars: { alertSource: source.name, alertKey: event.alertKey, status: event.status },
    },
    now,
  )
}

async function addComments(
  tx: Tx,
  source: SourceRules,
  alertId: number,
  event: IncomingEvent,
  now: Date,
): Promise<void> {
  for (const comment of event.comments) {
    await addTimeline(
      tx,
      {
        alertSourceId: source.id,
        alertId,
        type: 'AlertCommentAddedBySystemLogEntry',
        text: `${comment.creator ?? source.name}: ${comment.content}`,
        filterTypes: ['ALERT_UPDATES'],
      },
      now,
    )
  }
}

function summaryOf(event: IncomingEvent): string {
  const summary = (event.facts.summary ?? '').trim()
  return (summary === '' ? (event.alertKey ?? 'Alert without a summary') : summary).slice(0, SUMMARY_LENGTH_MAX)
}

/** Whatever a sender brings, stored facts stay within their limits. */
function bounded(facts: AlertFacts): AlertFacts {
  return {
    ...facts,
    ...(facts.details === undefined ? {} : { details: facts.details.slice(0, DETAILS_LENGTH_MAX) }),
    ...(facts.links ? { links: facts.links.slice(0, LINKS_MAX) } : {}),
    ...(facts.images ? { images: facts.images.slice(0, IMAGES_MAX) } : {}),
    ...(facts.labels ? { labels: Object.fromEntries(Object.entries(facts.labels).slice(0, LABELS_MAX)) } : {}),
  }
}

/** Fills in what a look-up found, and lets the first page go. A line on the timeline says what changed. */
export async function applyFacts(
  tx: Tx,
  source: SourceRules,
  alertId: number,
  found: AlertFacts,
  now: Date,
): Promise<void> {
  const alert = await lockAlert(tx, alertId)
  if (!alert) return
  const facts = bounded(found)
  const change: AlertChange = {
    ...(facts.summary ? { summary: facts.summary.slice(0, SUMMARY_LENGTH_MAX) } : {}),
    ...(facts.details === undefined ? {} : { details: facts.details }),
    ...(facts.severity === undefined ? {} : { severity: facts.severity }),
    ...(facts.links ? { links: facts.links } : {}),
    ...(facts.labels ? { labels: { ...alert.labels, ...facts.labels } } : {}),
  }
  await changeAlert(tx, alertId, change)
  const isNew =
    alert.summary !== (change.summary ?? alert.summary) || alert.details !== (change.details ?? alert.details)
  if (isNew) {
    await addTimeline(
      tx,
      {
        alertSourceId: source.id,
        alertId,
        type: 'AlertSummaryChangedLogEntry',
        text: `Read from ${source.name}: ${change.summary ?? alert.summary}`,
        filterTypes: ['CONNECTOR_EVENTS'],
      },
      now,
    )
  }
  await expediteEscalation(tx, alertId, now)
  await tellLive(tx, { kind: 'alert', id: alertId })
}

/** Nothing more will be learnt for now: the first page need not wait. */
export async function giveUpWaiting(tx: Tx, alertId: number, now: Date): Promise<void> {
  await expediteEscalation(tx, alertId, now)
}

/** A line about the outside system on an alert's timeline. */
export async function tellConnector(
  tx: Tx,
  source: SourceRules,
  alertId: number,
  text: string,
  now: Date,
): Promise<void> {
  await addTimeline(
    tx,
    { alertSourceId: source.id, alertId, type: 'ConnectorResultLogEntry', text, filterTypes: ['CONNECTOR_EVENTS'] },
    now,
  )
  await tellLive(tx, { kind: 'alert', id: alertId })
}

async function acceptInTransaction(tx: Tx, alertId: number, by: By, now: Date): Promise<boolean> {
  const alert = await lockAlert(tx, alertId)
  invariant(alert, 'an alert that is accepted exists')
  if (!(await setAccepted(tx, alertId, by.kind === 'person' ? by.personId : null, now))) return false
  await addTimeline(tx, { alertSourceId: alert.alert_source_id, alertId, ...answerLine('Accepted', by, null) }, now)
  await settle(tx, alert.alert_source_id, alertId, `accepted by ${nameOf(by)}`, now)
  return true
}

async function resolveInTransaction(
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
