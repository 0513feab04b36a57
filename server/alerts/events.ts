import type { Tx } from '../database/connection.ts'
import { tellLive, wakeEngine } from '../database/notify.ts'
import { resumeEscalation, startEscalation } from '../escalation/actions.ts'
import type { IncomingEvent } from '../integrations/contract.ts'
import { tellWorker } from '../notifications/subscribers/actions.ts'
import { priorityOfSource } from '../oncall/support-hours/store.ts'
import { addMinutes, isoDurationMinutes } from '../runtime/time.ts'
import { addTimeline } from '../timeline/store.ts'
import { addTrace } from '../trace/store.ts'
import { acceptInTransaction, type By, resolveInTransaction } from './actions.ts'
import { insertComment } from './comments/store.ts'
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
import { boundedFacts, type SourceRules } from './facts.ts'
import { type Priority, SUMMARY_LENGTH_MAX } from './schema.ts'
import {
  alertOfKey,
  countEvent,
  foldKey,
  insertAlert,
  lockAlert,
  lockGrouping,
  lockRecord,
  openAlertsOfSource,
  othersStillOpen,
  planAutoResolution,
  saveRecord,
  setReopened,
} from './store.ts'
import { planReturn } from './timers/store.ts'
import { raiseAlert } from './verbs/anew.ts'

/** What the source's own rules say of one event. */
export interface EventRuling {
  priority: Priority | null
  honoursOwnPriority: boolean
  /** The policy a routing key chose instead of the source's. */
  policy: { id: number; because: string } | null
  /** Which rules did what, for the trace of an alert that opens. */
  notes: { decision: string; rule: string; reason: string }[]
}

const NO_RULING: EventRuling = { priority: null, honoursOwnPriority: false, policy: null, notes: [] }

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
  ruling: EventRuling = NO_RULING,
): Promise<AppliedEvent> {
  const folded = event.alertKey === null ? null : foldKey(event.alertKey)
  const record = folded === null ? null : await lockRecord(tx, source.id, folded, now)
  const alert = folded === null ? null : await alertOfKey(tx, source.id, folded, record?.alertId ?? null)
  const decision = decideEvent({
    event,
    tracksRecords: source.tracksRecords,
    reopening: source.reopening,
    record,
    alert,
    groupInto: event.type === 'ALERT' ? await findGroup(tx, source, event, now) : null,
    othersStillOpen: await countOthers(tx, source, event, alert, folded),
  })

  const alertId = await carryOut(tx, source, event, ruling, decision, holdUntil, now)
  if (alertId !== null) await traceDecision(tx, source, alertId, event, decision, now)
  if (folded !== null) await remember(tx, source.id, folded, event, decision, record, alertId, now)
  if (alertId !== null) await tellLive(tx, { kind: 'alert', id: alertId })
  return { decision, alertId }
}

/** What an event did to its alert, and by which rule; an answer leaves its own line. */
async function traceDecision(
  tx: Tx,
  source: SourceRules,
  alertId: number,
  event: IncomingEvent,
  decision: EventDecision,
  now: Date,
): Promise<void> {
  // The line of a new alert comes before those of its climb: `openAlert` writes it.
  if (decision.kind === 'open' || decision.kind === 'resolve') return
  if (decision.kind === 'accept' && decision.rule === 'accept') return
  await addTrace(
    tx,
    {
      alertSourceId: source.id,
      alertId,
      station: 'alerts',
      decision: decision.kind,
      reason: `${event.text} — ${decision.reason}${decision.kind === 'join' ? ' Nobody is asked anew.' : ''}`,
      rule: decision.rule,
    },
    now,
  )
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
  ruling: EventRuling,
  decision: EventDecision,
  holdUntil: Date | null,
  now: Date,
): Promise<number | null> {
  switch (decision.kind) {
    case 'open':
      return openAlert(tx, source, event, ruling, decision, holdUntil, now)
    case 'reopen':
      return reopenAlert(tx, source, event, decision, now)
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
      await reconsider(tx, source, event, ruling, decision, now)
      return decision.alertId
    case 'accept':
      await acceptInTransaction(tx, decision.alertId, { kind: 'source', text: event.text }, now)
      return decision.alertId
    case 'resolve':
      await resolveInTransaction(tx, decision.alertId, sourceOf(event), null, now)
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

/** An event that joins hides nothing: one of high priority raises its alert, and who works on a group hears of it (invariants.md DED-7). */
async function reconsider(
  tx: Tx,
  source: SourceRules,
  event: IncomingEvent,
  ruling: EventRuling,
  decision: EventDecision & { kind: 'join' },
  now: Date,
): Promise<void> {
  const alert = await lockAlert(tx, decision.alertId)
  if (!alert) return
  const where = { alertSourceId: source.id, alertId: alert.id }
  // What a source gives to all its alerts was given when this one opened; its hours have a timer of their own.
  const weight = ruling.priority ?? event.facts.priority
  if (weight === 'HIGH' && alert.priority === 'LOW') {
    const { priority } = (await weigh(tx, source, event.facts.priority, ruling, now)).decided
    if (priority === 'HIGH') {
      const text = `Priority LOW → HIGH: ${event.text} joined, which is of high priority.`
      const type = 'AlertPriorityChangedLogEntry'
      await addTimeline(tx, { ...where, type, text, filterTypes: ['ALERT_UPDATES'] }, now)
      await raiseAlert(tx, alert, { reason: 'an event of high priority joined.', rule: 'joined-raises' }, now)
    }
  }
  if (decision.rule !== 'grouped' || alert.status !== 'ACCEPTED' || alert.accepted_by === null) return
  await tellWorker(tx, { ...where, subject: alert.summary, personId: alert.accepted_by }, event.text, now)
}

/** The priority of an event, and what the source itself says at this moment. */
async function weigh(tx: Tx, source: SourceRules, ofEvent: Priority | undefined, ruling: EventRuling, now: Date) {
  const ofSource = await priorityOfSource(tx, source, now)
  const decided = priorityFor({
    ofSource: ofSource.priority,
    followsHours: ofSource.because !== null,
    ofEvent,
    mapped: ruling.priority,
    honoursOwn: ruling.honoursOwnPriority,
  })
  return { ofSource, decided }
}

/** The same alert goes on: it waits for an answer again, and its policy is climbed anew; or somebody works on it already. */
async function reopenAlert(
  tx: Tx,
  source: SourceRules,
  event: IncomingEvent,
  decision: EventDecision & { kind: 'reopen' },
  now: Date,
): Promise<number> {
  const { alertId, status } = decision
  const alert = await setReopened(tx, alertId, status, now)
  await countEvent(tx, alertId)
  await tellEvent(tx, source, alertId, event, ` — ${decision.reason}`, now)
  await addTimeline(
    tx,
    {
      alertSourceId: source.id,
      alertId,
      type: 'AlertReopenedLogEntry',
      text: `${decision.reason} The alert goes on.`,
      filterTypes: ['ALERT_UPDATES'],
      trigger: 'alert-reopened',
    },
    now,
  )
  const timeout = source.autoResolutionTimeout
  if (timeout !== null) await planAutoResolution(tx, alertId, addMinutes(now, isoDurationMinutes(timeout)))
  if (status === 'PENDING') {
    const reason = `${source.name} opened the record again, and the policy of the alert begins anew.`
    const policyId = alert.escalation_policy_id
    await resumeEscalation(tx, { alertSourceId: source.id, alertId, policyId }, reason, now)
  } else await planReturn(tx, alertId, now)
  await tellLive(tx, { kind: 'alert-source', id: source.id })
  await wakeEngine(tx)
  return alertId
}

async function openAlert(
  tx: Tx,
  source: SourceRules,
  event: IncomingEvent,
  ruling: EventRuling,
  decision: EventDecision & { kind: 'open' },
  holdUntil: Date | null,
  now: Date,
): Promise<number> {
  // The resolve that lies between came late: the alert before ends first, as the key has one open alert.
  if (decision.previousAlertId !== null) {
    await resolveInTransaction(tx, decision.previousAlertId, { kind: 'source', text: event.text }, null, now)
  }
  const facts = boundedFacts(event.facts)
  const { ofSource, decided } = await weigh(tx, source, facts.priority, ruling, now)
  const { priority, rule } = decided
  const policyId = ruling.policy?.id ?? source.escalationPolicyId
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
      escalationPolicyId: policyId,
      autoResolveAt: timeout === null ? null : addMinutes(now, isoDurationMinutes(timeout)),
      links: facts.links ?? [],
      images: facts.images ?? [],
      labels: facts.labels ?? {},
      customDetails: event.customDetails,
      previousAlertId: decision.previousAlertId,
      raiseAt: rule === 'support-hours' && priority === 'LOW' && source.autoRaiseAlerts ? ofSource.raiseAt : null,
    },
    now,
  )
  if (decision.status === 'ACCEPTED') await planReturn(tx, alertId, now)
  const suffix = decision.rule === 'opened' ? '' : ` — ${decision.reason}`
  await tellEvent(tx, source, alertId, event, suffix, now, 'alert-created')
  await traceOpening(tx, source, alertId, event, ruling, decision, { priority, rule, because: ofSource.because }, now)
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
      { alertSourceId: source.id, alertId, policyId, notBefore: holdUntil ?? now, because: ruling.policy?.because },
      now,
    )
  }
  await tellLive(tx, { kind: 'alert-source', id: source.id })
  await wakeEngine(tx, 'escalation')
  return alertId
}

/** Why there is a new alert, and why of this priority. */
async function traceOpening(
  tx: Tx,
  source: SourceRules,
  alertId: number,
  event: IncomingEvent,
  ruling: EventRuling,
  decision: EventDecision & { kind: 'open' },
  { priority, rule, because }: { priority: Priority; rule: string; because: string | null },
  now: Date,
): Promise<void> {
  const line = { alertSourceId: source.id, alertId, station: 'alerts' as const }
  const opening = `${event.text} — ${decision.reason}`
  await addTrace(tx, { ...line, decision: 'open', reason: opening, rule: decision.rule }, now)
  for (const note of ruling.notes) await addTrace(tx, { ...line, ...note }, now)
  // The line of the mapping says it already.
  if (rule === 'priority-mapping') return
  const reason =
    rule === 'priority-of-event'
      ? `Priority ${priority}: the event says so.`
      : rule === 'support-hours'
        ? `Priority ${priority}: ${because}.`
        : `Priority ${priority}: ${source.name} gives it to all its alerts${source.alertPriorityRule === 'LOW' && event.facts.priority === 'HIGH' ? ', whatever an event says' : ''}.`
  await addTrace(tx, { ...line, decision: 'prioritise', reason, rule }, now)
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
      // An answer to a question: a delivery that says otherwise later is compared with the record first.
      toldAt: event.isCurrent ? now : null,
      marks: marksWith(record?.marks ?? NO_MARKS, event),
    },
    now,
  )
}

function sourceOf({ text, entryType }: IncomingEvent): By {
  return { kind: 'source', text, ...(entryType ? { entryType } : {}) }
}

async function tellEvent(
  tx: Tx,
  source: SourceRules,
  alertId: number,
  event: IncomingEvent,
  suffix: string,
  now: Date,
  trigger: 'alert-created' | null = null,
): Promise<void> {
  await addTimeline(
    tx,
    {
      alertSourceId: source.id,
      alertId,
      type: event.entryType ?? 'AlertReceivedLogEntry',
      text: `${event.text}${suffix}`,
      filterTypes: ['ALERT_SOURCE_EVENTS'],
      vars: { alertSource: source.name, alertKey: event.alertKey, status: event.status },
      trigger,
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
    const author = comment.creator ?? source.name
    const commentId = await insertComment(
      tx,
      { alertSourceId: source.id, alertId, personId: null, author, content: comment.content },
      now,
    )
    await addTimeline(
      tx,
      {
        alertSourceId: source.id,
        alertId,
        type: 'AlertCommentAddedBySystemLogEntry',
        text: `${author}: ${comment.content}`,
        filterTypes: ['ALERT_UPDATES'],
        vars: { commentId },
      },
      now,
    )
  }
}

function summaryOf(event: IncomingEvent): string {
  const summary = (event.facts.summary ?? '').trim()
  return (summary === '' ? (event.alertKey ?? 'Alert without a summary') : summary).slice(0, SUMMARY_LENGTH_MAX)
}
