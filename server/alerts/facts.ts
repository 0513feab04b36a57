import type { Tx } from '../database/connection.ts'
import { tellLive } from '../database/notify.ts'
import { expediteEscalation } from '../escalation/actions.ts'
import { lockUnstarted } from '../escalation/store.ts'
import type { AlertFacts } from '../integrations/contract.ts'
import type { AlertPriorityRule } from '../oncall/support-hours/schema.ts'
import { priorityOfSource } from '../oncall/support-hours/store.ts'
import { addTimeline } from '../timeline/store.ts'
import { addTrace } from '../trace/store.ts'
import { priorityFor, type Reopening } from './decide.ts'
import { DETAILS_LENGTH_MAX, IMAGES_MAX, LABELS_MAX, LINKS_MAX, type Priority, SUMMARY_LENGTH_MAX } from './schema.ts'
import { type AlertChange, type AlertRow, changeAlert, lockAlert } from './store.ts'
import { wasRaised } from './timers/store.ts'
import { raiseAlert } from './verbs/anew.ts'

/** What the alerts station must know of the source an event came by. */
export interface SourceRules {
  id: number
  name: string
  tracksRecords: boolean
  reopening: Reopening
  escalationPolicyId: number
  alertCreation: string
  alertGroupingWindow: string | null
  autoResolutionTimeout: string | null
  alertPriorityRule: AlertPriorityRule
  supportHoursId: number | null
  /** True when a low priority becomes a high one at the edge of the support hours. */
  autoRaiseAlerts: boolean
}

/** Whatever a sender brings, stored facts stay within their limits. */
export function boundedFacts(facts: AlertFacts): AlertFacts {
  return {
    ...facts,
    ...(facts.details === undefined ? {} : { details: facts.details.slice(0, DETAILS_LENGTH_MAX) }),
    ...(facts.links ? { links: facts.links.slice(0, LINKS_MAX) } : {}),
    ...(facts.images ? { images: facts.images.slice(0, IMAGES_MAX) } : {}),
    ...(facts.labels ? { labels: Object.fromEntries(Object.entries(facts.labels).slice(0, LABELS_MAX)) } : {}),
  }
}

/** Fills in what a look-up found, and lets the first page go; `mapped`: what the source's priority mapping makes of it. A line on the timeline says what changed. */
export async function applyFacts(
  tx: Tx,
  source: SourceRules,
  alertId: number,
  found: AlertFacts,
  mapped: Priority | null,
  now: Date,
): Promise<void> {
  const alert = await lockAlert(tx, alertId)
  if (!alert) return
  const facts = boundedFacts(found)
  const change: AlertChange = {
    ...(facts.summary ? { summary: facts.summary.slice(0, SUMMARY_LENGTH_MAX) } : {}),
    ...(facts.details === undefined ? {} : { details: facts.details }),
    ...(facts.severity === undefined ? {} : { severity: facts.severity }),
    ...(facts.links ? { links: facts.links } : {}),
    ...(facts.labels ? { labels: { ...alert.labels, ...facts.labels } } : {}),
  }
  await changeAlert(tx, alertId, change)
  await reweigh(tx, source, alert, { ofRecord: facts.priority, mapped }, now)
  const isNew =
    alert.summary !== (change.summary ?? alert.summary) || alert.details !== (change.details ?? alert.details)
  const told = changedLabels(alert.labels, facts.labels ?? {})
  if (told !== '') {
    await addTimeline(
      tx,
      {
        alertSourceId: source.id,
        alertId,
        type: 'AlertLabelsChangedLogEntry',
        text: `Changed in ${source.name}: ${told}`,
        filterTypes: ['CONNECTOR_EVENTS'],
      },
      now,
    )
  }
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

/** What a person who answers would want to know; the rest of a record changes without a word. */
const TOLD_LABELS = ['impact', 'service', 'team', 'member', 'major incident']

function changedLabels(before: Record<string, string>, after: Record<string, string>): string {
  return TOLD_LABELS.filter((name) => before[name] !== undefined && after[name] !== undefined)
    .filter((name) => before[name] !== after[name])
    .map((name) => `${name} ${before[name]} → ${after[name]}`)
    .join(', ')
}

/**
 * The record's own weight, or what the mapping makes of it, which goes first: heavier at any time, lighter only while
 * nobody was asked, and never what a person raised.
 */
async function reweigh(
  tx: Tx,
  source: SourceRules,
  alert: AlertRow,
  { ofRecord, mapped }: { ofRecord: Priority | undefined; mapped: Priority | null },
  now: Date,
): Promise<void> {
  if ((ofRecord === undefined && mapped === null) || alert.status === 'RESOLVED') return
  const priority = mapped ?? (await weightOfRecord(tx, source, ofRecord, now))
  if (priority === alert.priority) return
  if (priority === 'LOW' && ((await lockUnstarted(tx, alert.id)) === null || (await wasRaised(tx, alert.id)))) return
  const rule = mapped === null ? 'priority-of-record' : 'priority-mapping'
  const cause = mapped === null ? `the record in ${source.name} says so` : 'what was read of the record is mapped to it'
  const text = `Priority ${alert.priority} → ${priority}: ${cause}.`
  const where = { alertSourceId: source.id, alertId: alert.id }
  await addTimeline(tx, { ...where, type: 'AlertPriorityChangedLogEntry', text, filterTypes: ['ALERT_UPDATES'] }, now)
  await addTrace(tx, { ...where, station: 'lookups', decision: 'prioritise', reason: text, rule }, now)
  if (priority === 'LOW') return changeAlert(tx, alert.id, { priority })
  await raiseAlert(tx, alert, { reason: `${cause}.`, rule }, now)
}

async function weightOfRecord(
  tx: Tx,
  source: SourceRules,
  ofRecord: Priority | undefined,
  now: Date,
): Promise<Priority> {
  const { priority: ofSource, because } = await priorityOfSource(tx, source, now)
  const facts = { ofSource, followsHours: because !== null, ofEvent: ofRecord, mapped: null, honoursOwn: false }
  return priorityFor(facts).priority
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
