import { randomUUID } from 'node:crypto'
import type { Priority } from '../alerts/schema.ts'
import type { Channel, Outcome, PageMessage } from '../channels/contract.ts'
import type { Database, Tx } from '../database/connection.ts'
import { tellLive, wakeEngine } from '../database/notify.ts'
import { contained, isPassing } from '../database/savepoint.ts'
import { everKnownPeople } from '../directory/store.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import { addSeconds } from '../runtime/time.ts'
import { every } from '../runtime/timers.ts'
import { addTimeline } from '../timeline/store.ts'
import type { Evidence } from '../trace/schema.ts'
import { addTrace, type TraceLine } from '../trace/store.ts'
import type { AnswerLinks } from './answers.ts'
import { type AfterAttempt, decideAfterAttempt } from './decide.ts'
import {
  type Calling,
  cancelAnswered,
  cancelUnsent,
  claimPage,
  type Ending,
  insertIntents,
  type NotificationRow,
  noteUnheard,
  type PageKind,
  pageFacts,
  renewLease,
  saveEnding,
} from './store.ts'

/** A node that dies loses its page to another after this long. */
export const LEASE_SECONDS = 10
const RENEW_MS = 3_000

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
  contacts: { id: number; personId: number; target: string }[]
}

/** Hands pages to this station: one intent per contact, in the escalation's own transaction. */
export async function enqueueNotifications(tx: Tx, page: PageOrder, now: Date): Promise<void> {
  const wanted = page.contacts.map((contact) => ({
    id: randomUUID(),
    alertSourceId: page.alertSourceId,
    alertId: page.alertId,
    personId: contact.personId,
    contactId: contact.id,
    channel: 'EMAIL',
    target: contact.target,
    round: page.round,
    levelIndex: page.levelIndex,
    priority: page.priority,
    subject: page.subject,
    climb: page.climb,
    kind: page.kind ?? 'PAGE',
    note: page.note ?? null,
  }))
  const inserted = new Set(await insertIntents(tx, wanted, now))
  const planned = wanted.filter((intent) => inserted.has(intent.id))
  if (planned.length === 0) return
  await addTrace(
    tx,
    {
      alertSourceId: page.alertSourceId,
      alertId: page.alertId,
      station: 'notifications',
      decision: 'plan',
      reason: `${page.because ? `${page.because.reason} ` : ''}By e-mail at once to ${planned.map((intent) => intent.target).join(', ')}.`,
      rule: page.because?.rule ?? 'every-verified-address',
      people: [...new Set(planned.map((intent) => intent.personId))],
      channels: ['EMAIL'],
      evidence: { intents: planned.map(({ alertSourceId, alertId, ...intent }) => intent) },
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

export interface MessagesContext {
  db: Database
  clock: Clock
  channels: readonly Channel[]
  links: AnswerLinks
  random: () => number
  log: Log
}

/** One pass of the notifications station: claim a page, talk with no transaction open, record what came of it. Returns how many it moved. */
export async function sendPage(context: MessagesContext, now: Date): Promise<number> {
  const { db } = context
  const claimed = await db.transaction().execute(async (tx) => {
    const cancelled = await cancelAnswered(tx, now, 50)
    for (const row of cancelled) {
      const ending = { decision: 'cancel', status: 'CANCELLED', rule: 'answered-first' } as const
      await tellEnding(tx, row, ending, `The page to ${row.target} was called off: somebody answered first.`, now)
    }
    return { row: await claimPage(tx, now, addSeconds(now, LEASE_SECONDS)), cancelled: cancelled.length }
  })
  if (!claimed.row) return claimed.cancelled

  const outcome = await underLease(context, claimed.row)
  if (outcome !== null) await record(context, claimed.row, outcome)
  return claimed.cancelled + 1
}

/** Sends while the lease is renewed; null when the lease was lost and another node has the page. */
async function underLease(context: MessagesContext, row: NotificationRow): Promise<Outcome | null> {
  const channel = context.channels.find((candidate) => candidate.method === row.channel)
  if (!channel) return { kind: 'retry', reason: 'There is no way to send e-mail: SMTP_URL is not set.' }
  const lost = new AbortController()
  const renewing = every(RENEW_MS, async () => {
    const until = addSeconds(await context.clock.now(), LEASE_SECONDS)
    if (!(await renewLease(context.db, row, until))) lost.abort()
  })
  try {
    const message = await messageFor(context, row)
    const outcome = await channel.send(message, lost.signal)
    return lost.signal.aborted ? null : outcome
  } catch (cause) {
    if (isPassing(cause)) throw cause
    context.log.error(
      { err: cause, notificationId: row.id, attempt: row.attempts },
      'notifications.could-not-be-written',
    )
    return { kind: 'retry', reason: 'The message could not be written.' }
  } finally {
    renewing.stop()
  }
}

async function messageFor(context: MessagesContext, row: NotificationRow): Promise<PageMessage> {
  const { alert, person } = await pageFacts(context.db, row)
  return {
    id: row.id,
    target: row.target,
    person,
    alert,
    round: row.round,
    levelIndex: row.level_index,
    isLastResort: row.level_index === LAST_RESORT_STEP.levelIndex,
    isByHand: row.kind !== 'UPDATE' && (row.level_index === BY_HAND_STEP.levelIndex || row.note !== null),
    update: row.kind === 'UPDATE' ? (row.note ?? '') : null,
    alertUrl: context.links.alertUrl(row.alert_id),
    acceptUrl: context.links.answerUrl(row.id, 'accept'),
    resolveUrl: context.links.answerUrl(row.id, 'resolve'),
  }
}

async function record(context: MessagesContext, row: NotificationRow, outcome: Outcome): Promise<void> {
  const now = await context.clock.now()
  const after = decideAfterAttempt(outcome, row.attempts, row.created_at, context.random(), now)
  try {
    await context.db.transaction().execute((tx) => saveOutcome(tx, row, after, now))
  } catch (cause) {
    if (isPassing(cause)) throw cause
    // Without an ending the page would be sent again after every lease: better one that is told nowhere.
    context.log.error({ err: cause, notificationId: row.id }, 'notifications.outcome-not-told')
    await context.db.transaction().execute((tx) => savePlainly(tx, row, after, now))
  }
  const facts = { alertId: row.alert_id, notificationId: row.id, attempt: row.attempts }
  if (after.kind === 'sent') context.log.info(facts, 'notifications.sent')
  else
    context.log.warn(
      { ...facts, reason: after.reason },
      after.kind === 'again' ? 'notifications.will-retry' : 'notifications.failed',
    )
}

async function saveOutcome(tx: Tx, row: NotificationRow, after: AfterAttempt, now: Date): Promise<void> {
  if (!(await saveEnding(tx, row, endingOf(after), now))) return
  switch (after.kind) {
    case 'sent': {
      const ending = { decision: 'send', status: 'SUCCESS', rule: 'handed-over' } as const
      await tellEnding(tx, row, ending, `E-mail handed over for ${row.target}.`, now)
      break
    }
    case 'again':
      await tellRetry(tx, row, after.reason, now)
      break
    case 'failed': {
      const ending = { decision: 'fail', status: 'ERROR', rule: after.rule } as const
      await tellEnding(tx, row, ending, `E-mail to ${row.target} failed: ${after.reason}`, now)
      await tellUnheard(tx, row, now)
      break
    }
  }
  await tellLive(tx, { kind: 'alert', id: row.alert_id })
}

/** The ending and the evidence of it, and nothing for people. */
async function savePlainly(tx: Tx, row: NotificationRow, after: AfterAttempt, now: Date): Promise<void> {
  if (!(await saveEnding(tx, row, endingOf(after), now)) || after.kind === 'again') return
  const status = after.kind === 'sent' ? 'SUCCESS' : 'ERROR'
  const reason = `The page to ${row.target} ended; the timeline could not be written.`
  const evidence: Evidence = { ended: [{ intent: row.id, status }] }
  const line = { decision: after.kind === 'sent' ? 'send' : 'fail', reason, rule: 'told-plainly', evidence }
  await contained(tx, () => trace(tx, row, line, now))
}

function endingOf(after: AfterAttempt): Ending {
  switch (after.kind) {
    case 'sent':
      return { status: 'SUCCESS', receipt: after.receipt }
    case 'again':
      return { status: 'SCHEDULED', dueAt: after.dueAt, error: after.reason }
    case 'failed':
      return { status: 'ERROR', error: after.reason }
  }
}

/** The first time, and whenever the reason is another one, so that a day of retries does not fill the timeline. */
async function tellRetry(tx: Tx, row: NotificationRow, reason: string, now: Date): Promise<void> {
  if (row.error === reason) return
  const text = `E-mail to ${row.target} did not get through, trying again: ${reason}`
  await tell(tx, row, text, now)
  await trace(tx, row, { decision: 'retry', reason: text, rule: 'temporary-failure' }, now)
}

/** When no page of its step got through, escalation need not wait for an answer. */
async function tellUnheard(tx: Tx, row: NotificationRow, now: Date): Promise<void> {
  if (row.level_index < LAST_RESORT_STEP.levelIndex || !(await noteUnheard(tx, row, now))) return
  await wakeEngine(tx)
}

type Page = Pick<NotificationRow, 'alert_source_id' | 'alert_id' | 'id' | 'person_id' | 'channel'>

/** How a page ended, for the timeline and the trace. */
async function tellEnding(
  tx: Tx,
  row: Page,
  ending: { decision: string; status: 'SUCCESS' | 'ERROR' | 'CANCELLED'; rule: string },
  text: string,
  now: Date,
): Promise<void> {
  await tell(tx, row, text, now)
  const evidence = { ended: [{ intent: row.id, status: ending.status }] }
  await trace(tx, row, { decision: ending.decision, reason: text, rule: ending.rule, evidence }, now)
}

async function tell(tx: Tx, row: Page, text: string, now: Date): Promise<void> {
  await addTimeline(
    tx,
    {
      alertSourceId: row.alert_source_id,
      alertId: row.alert_id,
      type: 'NotificationLogEntry',
      text,
      filterTypes: ['NOTIFICATIONS'],
      vars: { notificationId: row.id, personId: row.person_id },
    },
    now,
  )
}

async function trace(
  tx: Tx,
  row: Page,
  line: Pick<TraceLine, 'decision' | 'reason' | 'rule' | 'evidence'>,
  now: Date,
): Promise<void> {
  await addTrace(
    tx,
    {
      alertSourceId: row.alert_source_id,
      alertId: row.alert_id,
      station: 'notifications',
      people: [row.person_id],
      channels: [row.channel],
      ...line,
    },
    now,
  )
}
