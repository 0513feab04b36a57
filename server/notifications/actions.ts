import { randomUUID } from 'node:crypto'
import type { Priority } from '../alerts/schema.ts'
import type { Tx } from '../database/connection.ts'
import { wakeEngine } from '../database/notify.ts'
import { everKnownPeople } from '../directory/store.ts'
import { addMinutes } from '../runtime/time.ts'
import { addTimeline } from '../timeline/store.ts'
import type { PlannedIntent } from '../trace/schema.ts'
import { addTrace } from '../trace/store.ts'
import type { Way, Ways } from './reach/decide.ts'
import { type Calling, cancelUnsent, type Intent, insertIntents, type PageKind } from './store.ts'
import { channelName, tellEnding } from './telling.ts'

/** The step under which the last resort is told. */
export const LAST_RESORT_STEP = { round: 1, levelIndex: -1 }

/** The steps under which people ask others by hand, and subscribers are told. */
export const BY_HAND_STEP = { round: 1, levelIndex: -2 }
export const UPDATE_STEP = { round: 1, levelIndex: -3 }

export interface PageOrder {
  alertSourceId: number
  alertId: number
  climb: number
  round: number
  levelIndex: number
  priority: Priority
  subject: string
  kind?: PageKind
  /** What an update tells, or how people came to be asked by hand. */
  note?: string
  /** Why these people are told; without it, because their step is due. */
  because?: { reason: string; rule: string }
  /** Who is paged, and by which ways: the person's rules decide. */
  recipients: { personId: number; name: string; ways: Ways }[]
}

/** Hands pages to this station: one intent per way of a person, in the escalation's own transaction. */
export async function enqueueNotifications(tx: Tx, page: PageOrder, now: Date): Promise<void> {
  const wanted = page.recipients.flatMap(({ personId, ways }) =>
    ways.ways.map((way) => intentOf(page, personId, way, now)),
  )
  const inserted = new Set(await insertIntents(tx, wanted, now))
  const planned = wanted.filter((intent) => inserted.has(intent.id))
  for (const { personId, name, ways } of page.recipients) {
    const own = planned.filter((intent) => intent.personId === personId)
    if (own.length === 0) continue
    for (const out of ways.leftOut ?? []) await traceLeftOut(tx, page, { personId, name }, out, now)
    if (ways.warning !== null) await warn(tx, page, personId, `${name} ${ways.warning}: by ${wordsOf(own, now)}.`, now)
    await addTrace(
      tx,
      {
        ...page,
        station: 'notifications',
        decision: 'plan',
        reason: `${page.because ? `${page.because.reason} ` : ''}${name} by ${wordsOf(own, now)}.`,
        rule: page.because?.rule ?? (ways.warning === null ? 'rules-of-person' : 'rules-lead-nowhere'),
        people: [personId],
        channels: [...new Set(own.map((intent) => intent.channel))],
        evidence: { intents: own.map((intent) => evidenceOf(intent, now)) },
      },
      now,
    )
  }
  if (planned.length > 0) await wakeEngine(tx, 'notifications')
}

/** A way that the person's rules name, and that leads nowhere just now. */
async function traceLeftOut(
  tx: Tx,
  page: PageOrder,
  { personId, name }: { personId: number; name: string },
  out: Way & { trouble: string },
  now: Date,
): Promise<void> {
  const when = out.delayMinutes === 0 ? '' : ` after ${out.delayMinutes} min`
  const reason = `${name} wants ${channelName(out.method)}${when} to ${out.target}, which ${out.trouble}: it is left out.`
  const line = { station: 'notifications', decision: 'leave-out', rule: 'contact-does-not-work', reason } as const
  await addTrace(tx, { ...page, ...line, people: [personId], channels: [out.method] }, now)
}

function intentOf(page: PageOrder, personId: number, way: Way, now: Date): Intent {
  return {
    id: randomUUID(),
    alertSourceId: page.alertSourceId,
    alertId: page.alertId,
    personId,
    contactId: way.contactId,
    channel: way.method,
    target: way.target,
    round: page.round,
    levelIndex: page.levelIndex,
    priority: page.priority,
    subject: page.subject,
    climb: page.climb,
    kind: page.kind ?? 'PAGE',
    note: page.note ?? null,
    dueAt: addMinutes(now, way.delayMinutes),
    standsInFor: null,
  }
}

/** An intent as the trace keeps it. */
export function evidenceOf(intent: Intent, now: Date): PlannedIntent {
  const { alertSourceId, alertId, dueAt, standsInFor, ...plan } = intent
  return dueAt > now ? { ...plan, dueAt: dueAt.toISOString() } : plan
}

function wordsOf(intents: readonly Intent[], now: Date): string {
  return intents
    .map((intent) => {
      const minutes = Math.round((intent.dueAt.getTime() - now.getTime()) / 60_000)
      return `${channelName(intent.channel)} ${minutes === 0 ? 'at once' : `after ${minutes} min`} to ${intent.target}`
    })
    .join(', ')
}

async function warn(tx: Tx, page: PageOrder, personId: number, text: string, now: Date): Promise<void> {
  await addTimeline(
    tx,
    {
      alertSourceId: page.alertSourceId,
      alertId: page.alertId,
      type: 'NotificationLogEntry',
      text,
      filterTypes: ['NOTIFICATIONS'],
      vars: { personId },
    },
    now,
  )
}

/** Pages that have not left do not leave any more. Each leaves a line saying why. */
export async function cancelNotifications(
  tx: Tx,
  alertSourceId: number,
  alertId: number,
  reason: string,
  now: Date,
  off: { whom: Calling; rule: string } = { whom: 'everybody', rule: 'answered-first' },
): Promise<void> {
  const cancelled = await cancelUnsent(tx, alertSourceId, alertId, { reason, whom: off.whom }, now)
  if (cancelled.length === 0) return
  const people = await everKnownPeople(
    tx,
    cancelled.map((row) => row.person_id),
  )
  for (const row of cancelled) {
    const name = people.get(row.person_id)?.firstName ?? row.target
    await tellEnding(
      tx,
      { ...row, alert_source_id: alertSourceId, alert_id: alertId },
      { decision: 'cancel', status: 'CANCELLED', rule: off.rule },
      `${name} is not notified any more: ${reason}.`,
      now,
    )
  }
}
