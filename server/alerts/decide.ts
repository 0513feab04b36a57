import { addMinutes, isoDurationMinutes } from '../runtime/time.ts'
import type { AlertStatus, EventType, Priority } from './schema.ts'

/** The part of an event the rules look at. `NONE` is a status without effect. */
export interface EventFacts {
  type: EventType | 'NONE'
  alertKey: string | null
  version: number | null
  birth: boolean
  /** True when it tells how the record stands now, whatever its place in the order. */
  isCurrent?: true
}

/** What becomes of an alert whose record is opened again. */
export type Reopening = 'NEW_ALERT' | 'REOPEN' | 'IGNORE'

/** What is known of the record behind an alert key, whatever order its deliveries came in. */
export interface KnownRecord {
  version: number | null
  eventType: string | null
  alertId: number | null
  marks: VersionMarks
}

/** Where a record's changes lie in its own order. They only ever grow together, so any order of arrival ends in the same marks. */
export interface VersionMarks {
  firstAlert: number | null
  lastAlert: number | null
  accept: number | null
  resolve: number | null
}

export const NO_MARKS: VersionMarks = { firstAlert: null, lastAlert: null, accept: null, resolve: null }

/** The marks once this event is known too. */
export function marksWith(marks: VersionMarks, event: Pick<EventFacts, 'type' | 'version'>): VersionMarks {
  const { type, version } = event
  if (version === null) return marks
  const newest = (known: number | null) => Math.max(known ?? version, version)
  switch (type) {
    case 'ALERT':
      return {
        ...marks,
        firstAlert: Math.min(marks.firstAlert ?? version, version),
        lastAlert: newest(marks.lastAlert),
      }
    case 'ACCEPT':
      return { ...marks, accept: newest(marks.accept) }
    case 'RESOLVE':
      return { ...marks, resolve: newest(marks.resolve) }
    default:
      return marks
  }
}

/** How a record stands after its changes in their own order; null when nothing opened it yet. */
function standing({ firstAlert, lastAlert, accept, resolve }: VersionMarks, reopening: Reopening): AlertStatus | null {
  if (firstAlert === null || lastAlert === null) return null
  const resolvedAt = resolve ?? Number.NEGATIVE_INFINITY
  if (reopening === 'IGNORE' && resolvedAt > firstAlert) return 'RESOLVED'
  if (accept !== null && accept > resolvedAt && accept > firstAlert) return 'ACCEPTED'
  return lastAlert > resolvedAt ? 'PENDING' : 'RESOLVED'
}

export interface KnownAlert {
  id: number
  status: AlertStatus
}

export interface EventSituation {
  event: EventFacts
  /** False for monitors: their keys come back after a resolve, and arrival is the only order. */
  tracksRecords: boolean
  reopening: Reopening
  /** Null when the key was never seen, or the event has none. */
  record: KnownRecord | null
  /** The open alert of this key, or the one this record's alert was grouped into. */
  alert: KnownAlert | null
  /** The alert the source's grouping would join; null: open a new one. */
  groupInto: KnownAlert | null
  /** How many other records of the same alert are not resolved yet. */
  othersStillOpen: number
}

export type EventDecision =
  | { kind: 'open'; status: AlertStatus; rule: string; reason: string; previousAlertId: number | null }
  /** The alert that was resolved goes on. */
  | { kind: 'reopen'; alertId: number; status: 'PENDING' | 'ACCEPTED'; rule: string; reason: string }
  | { kind: 'join'; alertId: number; rule: string; reason: string }
  | { kind: 'accept'; alertId: number; rule: string; reason: string }
  | { kind: 'resolve'; alertId: number; rule: string; reason: string }
  | { kind: 'comment'; alertId: number; rule: string; reason: string }
  /** Nothing changes but what is known of the record; `alertId` gets a line on its timeline. */
  | { kind: 'record'; alertId: number | null; rule: string; reason: string }
  | { kind: 'duplicate'; alertId: number | null; rule: string; reason: string }

/** What one event does, whatever came before it and in whatever order (invariants.md DED-1, 3, 4, 5). */
export function decideEvent(situation: EventSituation): EventDecision {
  const { event, record, alert } = situation
  const stale = situation.tracksRecords && record ? decideStale(situation, record) : null
  if (stale) return stale

  switch (event.type) {
    case 'ALERT':
      return decideAlert(situation)
    case 'ACCEPT':
      return decideAccept(situation)
    case 'RESOLVE':
      return decideResolve(situation)
    case 'COMMENT':
      if (alert && alert.status !== 'RESOLVED') {
        return { kind: 'comment', alertId: alert.id, rule: 'comment', reason: 'The comment was added to the alert.' }
      }
      return nothingOpen('comment')
    case 'NONE':
      return {
        kind: 'record',
        alertId: alert?.id ?? null,
        rule: 'status-without-effect',
        reason: 'This status has no effect on alerts.',
      }
  }
}

/** The same change again, or one older than what is known. Null when the event is news. */
function decideStale(situation: EventSituation, record: KnownRecord): EventDecision | null {
  const { event, groupInto } = situation
  if (event.version !== null && record.version !== null) {
    if (event.version === record.version) {
      return {
        kind: 'duplicate',
        alertId: record.alertId,
        rule: 'same-change',
        reason: 'This change of the record was already applied.',
      }
    }
    if (event.version > record.version) return null
    return decideLate(situation, record)
  }
  if (!event.birth) return null
  if (record.alertId === null) {
    return event.type === 'ALERT' ? bornLate(statusOf(record.eventType), groupInto) : null
  }
  return {
    kind: 'duplicate',
    alertId: record.alertId,
    rule: 'born-once',
    reason: 'The record was already announced: it is created only once.',
  }
}

/** A change that others overtook counts where it lies in the record's own order. */
function decideLate({ event, alert, groupInto, reopening }: EventSituation, record: KnownRecord): EventDecision {
  const before = standing(record.marks, reopening)
  const after = standing(marksWith(record.marks, event), reopening)
  if (record.alertId === null && event.type === 'ALERT') return bornLate(after, groupInto)
  if (before === 'PENDING' && after === 'ACCEPTED' && alert?.status === 'PENDING') {
    return { kind: 'accept', alertId: alert.id, rule: 'accepted-late', reason: 'That it was accepted was told late.' }
  }
  if (before === 'ACCEPTED' && after === 'PENDING' && alert?.status === 'ACCEPTED') {
    const reason = 'That it was resolved, and then opened again, was told late.'
    return reopened(reopening, 'PENDING', alert.id, 'reopened-late', reason)
  }
  if (after === 'RESOLVED' && before !== 'RESOLVED' && alert && alert.status !== 'RESOLVED' && reopening === 'IGNORE') {
    const reason = 'That it was resolved was told late; what came after opens nothing here.'
    return { kind: 'resolve', alertId: alert.id, rule: 'resolved-late', reason }
  }
  return {
    kind: 'record',
    alertId: record.alertId,
    rule: 'older-than-known',
    reason: 'It is older than what is already known of the record.',
  }
}

function statusOf(eventType: string | null): AlertStatus | null {
  if (eventType === 'RESOLVE') return 'RESOLVED'
  return eventType === 'ACCEPT' ? 'ACCEPTED' : null
}

/** The create arrives after what happened to the record since: the alert is born in the state that is already known. */
function bornLate(status: AlertStatus | null, groupInto: KnownAlert | null): EventDecision {
  if (status === 'RESOLVED') {
    return opened('RESOLVED', 'resolved-before-created', 'The record was already resolved when its creation arrived.')
  }
  if (status === 'ACCEPTED') {
    return opened('ACCEPTED', 'accepted-before-created', 'The record was already accepted when its creation arrived.')
  }
  return openOrJoin(groupInto)
}

function decideAlert({ event, tracksRecords, record, alert, groupInto, reopening }: EventSituation): EventDecision {
  if (alert && alert.status !== 'RESOLVED') {
    return {
      kind: 'join',
      alertId: alert.id,
      rule: 'same-key',
      reason: 'An open alert has this key: the event joined it.',
    }
  }
  if (!tracksRecords || !record) return openOrJoin(groupInto)
  if (record.eventType === 'RESOLVE') {
    // Without an order nobody can tell a reopening from a straggler, and what is terminal stays so.
    if (event.version === null && record.version !== null && !event.isCurrent) {
      return {
        kind: 'record',
        alertId: record.alertId,
        rule: 'terminal-wins',
        reason: 'The record is resolved, and this event does not say that it is newer.',
      }
    }
    if (record.alertId !== null) {
      return reopened(reopening, 'PENDING', record.alertId, 'reopened', 'The record was opened again.')
    }
    return openOrJoin(groupInto)
  }
  if (record.alertId !== null) {
    return {
      kind: 'record',
      alertId: record.alertId,
      rule: 'resolved-here',
      reason: 'Its alert was resolved here, and the record was not resolved in between.',
    }
  }
  return openOrJoin(groupInto)
}

function decideAccept({ tracksRecords, record, alert, reopening }: EventSituation): EventDecision {
  if (alert?.status === 'PENDING') {
    return { kind: 'accept', alertId: alert.id, rule: 'accept', reason: 'The alert was accepted.' }
  }
  if (alert?.status === 'ACCEPTED') {
    return { kind: 'record', alertId: alert.id, rule: 'already-accepted', reason: 'The alert is already accepted.' }
  }
  if (tracksRecords && record?.eventType === 'RESOLVE' && record.alertId !== null) {
    const reason = 'The record was opened again by somebody who works on it.'
    return reopened(reopening, 'ACCEPTED', record.alertId, 'reopened-accepted', reason)
  }
  return nothingOpen('accept')
}

function decideResolve({ alert, othersStillOpen }: EventSituation): EventDecision {
  if (!alert || alert.status === 'RESOLVED') return nothingOpen('resolve')
  if (othersStillOpen > 0) {
    return {
      kind: 'record',
      alertId: alert.id,
      rule: 'group-still-open',
      reason: `The alert stays open: ${othersStillOpen} more of its records ${othersStillOpen === 1 ? 'is' : 'are'} not resolved.`,
    }
  }
  return { kind: 'resolve', alertId: alert.id, rule: 'resolve', reason: 'The alert was resolved.' }
}

/** A record is opened again: what its source wants of that. */
function reopened(
  reopening: Reopening,
  status: 'PENDING' | 'ACCEPTED',
  alertId: number,
  rule: string,
  reason: string,
): EventDecision {
  switch (reopening) {
    case 'NEW_ALERT':
      return { ...opened(status, rule, reason), previousAlertId: alertId }
    case 'REOPEN':
      return { kind: 'reopen', alertId, status, rule, reason }
    case 'IGNORE':
      return {
        kind: 'record',
        alertId,
        rule: 'reopening-ignored',
        reason: `${reason} The source's settings ignore that.`,
      }
  }
}

function nothingOpen(what: string): EventDecision {
  return { kind: 'record', alertId: null, rule: 'no-open-alert', reason: `There is no open alert to ${what}.` }
}

function opened(status: AlertStatus, rule: string, reason: string) {
  return { kind: 'open' as const, status, rule, reason, previousAlertId: null }
}

function openOrJoin(groupInto: KnownAlert | null): EventDecision {
  if (!groupInto) return opened('PENDING', 'opened', 'A new alert was opened.')
  return {
    kind: 'join',
    alertId: groupInto.id,
    rule: 'grouped',
    reason: "The source's grouping joined it to an open alert.",
  }
}

export interface OpenAlertOfSource extends KnownAlert {
  summary: string
  reportTime: Date
}

/** Which open alert a new event joins under the source's grouping; `open` is newest first. */
export function groupFor(
  open: readonly OpenAlertOfSource[],
  grouping: { mode: string; window: string | null },
  summary: string,
  now: Date,
): KnownAlert | null {
  switch (grouping.mode) {
    case 'ONE_ALERT_PER_EMAIL_SUBJECT':
      return open.find((alert) => alert.summary === summary) ?? null
    case 'ONE_PENDING_ALERT_ALLOWED':
      return open.find((alert) => alert.status === 'PENDING') ?? null
    case 'ONE_OPEN_ALERT_ALLOWED':
      return open[0] ?? null
    case 'ONE_ALERT_GROUPED_PER_WINDOW': {
      const minutes = isoDurationMinutes(grouping.window ?? 'PT5M')
      return open.find((alert) => addMinutes(alert.reportTime, minutes) > now) ?? null
    }
    default:
      return null
  }
}

/** What a source says of the priority of one event. */
export interface PriorityFacts {
  /** The source's own priority for its alerts now. */
  ofSource: Priority
  /** True when it depends on support hours: then it wins over the event's own. */
  followsHours: boolean
  ofEvent: Priority | undefined
  /** What the source's mapping makes of the event; null: nothing. */
  mapped: Priority | null
  /** True when the source has a mapping: then the event's own priority counts too. */
  honoursOwn: boolean
}

/** An event's own priority counts where the source's default is HIGH or it has a mapping (ilert-behaviour.md rule 10). */
export function priorityFor(facts: PriorityFacts): { priority: Priority; rule: string } {
  const { ofSource, followsHours, ofEvent, mapped, honoursOwn } = facts
  if (ofEvent !== undefined && ((ofSource === 'HIGH' && !followsHours) || honoursOwn))
    return { priority: ofEvent, rule: 'priority-of-event' }
  if (mapped !== null) return { priority: mapped, rule: 'priority-mapping' }
  return { priority: ofSource, rule: followsHours ? 'support-hours' : 'priority-of-source' }
}
