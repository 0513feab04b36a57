import { type Actor, type Right, requireRight } from '../../access/actor.ts'
import { audit } from '../../audit/store.ts'
import type { Database, Tx } from '../../database/connection.ts'
import { tellLive } from '../../database/notify.ts'
import { tellSubscribers } from '../../notifications/subscribers/actions.ts'
import { Problem } from '../../runtime/problem.ts'
import { addTimeline } from '../../timeline/store.ts'
import { addTrace } from '../../trace/store.ts'
import { type AnsweringBy, noSuchAlert } from '../actions.ts'
import type { AlertStatus } from '../schema.ts'
import type { AlertRow } from '../store.ts'
import type { Refusal, Stand } from './decide.ts'
import { lockFamilies } from './store.ts'

/** One verb of one person on one alert, in one transaction; the alert and what it is merged with are locked. */
export interface Act {
  tx: Tx
  alert: AlertRow
  by: AnsweringBy
  now: Date
}

/** Who acts, as the timeline names them. */
export function byOf(actor: Actor): AnsweringBy {
  if (actor.kind === 'automation') return { kind: 'automation' }
  return { kind: 'person', personId: actor.personId, name: actor.name, through: 'in the web app' }
}

/** Does `work` on an alert for somebody who may answer alerts, or needs the right only that is named. */
export async function actOn(
  db: Database,
  actor: Actor,
  alertId: number,
  now: Date,
  work: (act: Act, others: readonly AlertRow[]) => Promise<void>,
  needs: { right?: Right; alsoLocks?: readonly number[] } = {},
): Promise<void> {
  requireRight(actor, needs.right ?? 'answer')
  await db.transaction().execute(async (tx) => {
    const locked = await lockFamilies(tx, [alertId, ...(needs.alsoLocks ?? [])])
    const alert = locked.find((one) => one.id === alertId)
    if (!alert) throw noSuchAlert(alertId)
    await work({ tx, alert, by: byOf(actor), now }, locked)
    await tellLive(tx, { kind: 'alert', id: alertId })
    await tellLive(tx, { kind: 'alert-source', id: alert.alert_source_id })
  })
}

/** An alert as the rules look at it. */
export function standOf(alert: AlertRow): Stand {
  return {
    id: alert.id,
    status: alert.status as AlertStatus,
    priority: alert.priority === 'LOW' ? 'LOW' : 'HIGH',
    mergedIntoId: alert.merged_into_id,
    isUnattended: alert.unattended_since !== null,
  }
}

/** Throws what a rule refused; gives back what it allowed. */
export function allowed<T extends { kind: string }>(decision: T | Refusal): Exclude<T, Refusal> {
  if (decision.kind === 'refuse') throw new Problem('already-done', (decision as Refusal).reason)
  return decision as Exclude<T, Refusal>
}

export interface Told {
  /** ilert's name of the timeline entry. */
  type: string
  /** What happened, without who did it. */
  text: string
  /** What follows who did it, its comma or colon included. */
  after?: string
  /** `alert.verb` of the audit log. */
  action: string
  decision: string
  rule: string
  people?: readonly number[]
  vars?: Record<string, unknown>
  details?: Record<string, unknown>
  /** True for what followers of the alert want to know. */
  isNews?: boolean
}

/** The verb on the timeline, in the trace and in the audit log, and to who follows the alert. */
export async function tell({ tx, alert, by, now }: Act, told: Told): Promise<void> {
  const where = { alertSourceId: alert.alert_source_id, alertId: alert.id }
  const text = `${told.text} by ${nameOf(by)}${told.after ?? ''}`
  await addTimeline(
    tx,
    { ...where, type: told.type, text, filterTypes: ['ALERT_UPDATES'], vars: { by: by.kind, ...told.vars } },
    now,
  )
  await addTrace(
    tx,
    {
      ...where,
      station: 'alerts',
      decision: told.decision,
      reason: `${text}.`,
      rule: told.rule,
      people: told.people ?? [],
    },
    now,
  )
  await audit(
    tx,
    by,
    {
      action: told.action,
      objectType: 'alert',
      objectId: alert.id,
      ...(told.details ? { details: told.details } : {}),
    },
    now,
  )
  if (!told.isNews) return
  const news = { text, by: by.kind === 'person' ? by.personId : null }
  await tellSubscribers(tx, { ...where, subject: alert.summary }, news, now)
}

/** Who did it, as a sentence ends. */
export function nameOf(by: AnsweringBy): string {
  return by.kind === 'person' ? `${by.name} ${by.through}` : 'Automation'
}
