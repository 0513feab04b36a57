import { randomUUID } from 'node:crypto'
import type { Priority } from '../alerts/schema.ts'
import type { Channel, PageMessage } from '../channels/contract.ts'
import type { Database, Tx } from '../database/connection.ts'
import { tellLive } from '../database/notify.ts'
import { peopleByIds } from '../directory/store.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import { addSeconds } from '../runtime/time.ts'
import { every } from '../runtime/timers.ts'
import { addTimeline } from '../timeline/store.ts'
import type { AnswerLinks } from './answers.ts'
import { decideAfterAttempt } from './decide.ts'
import {
  cancelAnswered,
  cancelUnsent,
  claimPage,
  insertIntents,
  type NotificationRow,
  pageFacts,
  renewLease,
  saveEnding,
} from './store.ts'

/** A node that dies loses its page to another after this long. */
export const LEASE_SECONDS = 10
const RENEW_MS = 3_000

/** Hands pages to this station: one intent per contact, in the escalation's own transaction. */
export async function enqueueNotifications(
  tx: Tx,
  page: {
    alertSourceId: number
    alertId: number
    round: number
    levelIndex: number
    priority: Priority
    subject: string
    contacts: { id: number; personId: number; target: string }[]
  },
  now: Date,
): Promise<void> {
  await insertIntents(
    tx,
    page.contacts.map((contact) => ({
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
    })),
    now,
  )
}

/** Somebody answered: pages that have not left do not leave. Each leaves a line saying why. */
export async function cancelNotifications(
  tx: Tx,
  alertSourceId: number,
  alertId: number,
  reason: string,
  now: Date,
): Promise<void> {
  const cancelled = await cancelUnsent(tx, alertSourceId, alertId, reason, now)
  const people = new Map(
    (
      await peopleByIds(
        tx,
        cancelled.map((row) => row.person_id),
      )
    ).map((person) => [person.id, person]),
  )
  for (const row of cancelled) {
    const name = people.get(row.person_id)?.firstName ?? row.target
    await tell(
      tx,
      { alert_source_id: alertSourceId, alert_id: alertId },
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
    for (const row of cancelled)
      await tell(tx, row, `The page to ${row.target} was called off: somebody answered first.`, now)
    return { row: await claimPage(tx, now, addSeconds(now, LEASE_SECONDS)), cancelled: cancelled.length }
  })
  if (!claimed.row) return claimed.cancelled

  const outcome = await underLease(context, claimed.row, (channel, message, signal) => channel.send(message, signal))
  if (outcome !== null) await record(context, claimed.row, outcome)
  return claimed.cancelled + 1
}

/** Runs a call while its lease is renewed; null when the lease was lost and another node has the page. */
async function underLease(
  context: MessagesContext,
  row: NotificationRow,
  call: (channel: Channel, message: PageMessage, signal: AbortSignal) => Promise<Awaited<ReturnType<Channel['send']>>>,
) {
  const channel = context.channels.find((candidate) => candidate.method === row.channel)
  if (!channel) return { kind: 'retry' as const, reason: 'There is no way to send e-mail: SMTP_URL is not set.' }
  const lost = new AbortController()
  const renewing = every(RENEW_MS, async () => {
    const until = addSeconds(await context.clock.now(), LEASE_SECONDS)
    if (!(await renewLease(context.db, row, until))) lost.abort()
  })
  try {
    const message = await messageFor(context, row)
    const outcome = await call(channel, message, lost.signal)
    return lost.signal.aborted ? null : outcome
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
    alertUrl: context.links.alertUrl(row.alert_id),
    acceptUrl: context.links.answerUrl(row.id, 'accept'),
    resolveUrl: context.links.answerUrl(row.id, 'resolve'),
  }
}

async function record(
  context: MessagesContext,
  row: NotificationRow,
  outcome: Awaited<ReturnType<Channel['send']>>,
): Promise<void> {
  const now = await context.clock.now()
  const after = decideAfterAttempt(outcome, row.attempts, row.created_at, context.random(), now)
  await context.db.transaction().execute(async (tx) => {
    switch (after.kind) {
      case 'sent': {
        if (!(await saveEnding(tx, row, { status: 'SUCCESS', receipt: after.receipt }, now))) return
        await tell(tx, row, `E-mail handed over for ${row.target}.`, now)
        break
      }
      case 'again': {
        if (!(await saveEnding(tx, row, { status: 'SCHEDULED', dueAt: after.dueAt, error: after.reason }, now))) return
        if (row.attempts === 1)
          await tell(tx, row, `E-mail to ${row.target} did not get through, trying again: ${after.reason}`, now)
        break
      }
      case 'failed': {
        if (!(await saveEnding(tx, row, { status: 'ERROR', error: after.reason }, now))) return
        await tell(tx, row, `E-mail to ${row.target} failed: ${after.reason}`, now)
        break
      }
    }
    await tellLive(tx, { kind: 'alert', id: row.alert_id })
  })
  const facts = { alertId: row.alert_id, notificationId: row.id, attempt: row.attempts }
  if (after.kind === 'sent') context.log.info(facts, 'notifications.sent')
  else
    context.log.warn(
      { ...facts, reason: after.reason },
      after.kind === 'again' ? 'notifications.will-retry' : 'notifications.failed',
    )
}

async function tell(
  tx: Tx,
  row: Pick<NotificationRow, 'alert_source_id' | 'alert_id'> & Partial<NotificationRow>,
  text: string,
  now: Date,
): Promise<void> {
  await addTimeline(
    tx,
    {
      alertSourceId: row.alert_source_id,
      alertId: row.alert_id,
      type: 'NotificationLogEntry',
      text,
      filterTypes: ['NOTIFICATIONS'],
      ...(row.id ? { vars: { notificationId: row.id, personId: row.person_id } } : {}),
    },
    now,
  )
}
