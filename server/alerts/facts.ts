import type { Tx } from '../database/connection.ts'
import { tellLive } from '../database/notify.ts'
import { expediteEscalation } from '../escalation/actions.ts'
import type { AlertFacts } from '../integrations/contract.ts'
import type { AlertPriorityRule } from '../oncall/support-hours/schema.ts'
import { addTimeline } from '../timeline/store.ts'
import { DETAILS_LENGTH_MAX, IMAGES_MAX, LABELS_MAX, LINKS_MAX, SUMMARY_LENGTH_MAX } from './schema.ts'
import { type AlertChange, changeAlert, lockAlert } from './store.ts'

/** What the alerts station must know of the source an event came by. */
export interface SourceRules {
  id: number
  name: string
  tracksRecords: boolean
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
  const facts = boundedFacts(found)
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
