import { randomUUID } from 'node:crypto'
import type { Outcome, PageMessage } from '../channels/contract.ts'
import type { Tx } from '../database/connection.ts'
import { isPassing } from '../database/failures.ts'
import { tellLive } from '../database/notify.ts'
import { contained } from '../database/savepoint.ts'
import { addSeconds } from '../runtime/time.ts'
import type { Evidence } from '../trace/schema.ts'
import { BY_HAND_STEP, LAST_RESORT_STEP } from './actions.ts'
import { tellBroken } from './contacts/broken.ts'
import { openTarget } from './contacts/store.ts'
import { type AfterAttempt, decideAfterAttempt } from './decide.ts'
import { decideStorm, LOOK_BACK_SECONDS, type StormVerdict } from './decide-storm.ts'
import { insertNotice, lockWaiting } from './notices/store.ts'
import { LEASE_SECONDS, type MessagesContext, underLease } from './outbox.ts'
import { quietUntil } from './quiet.ts'
import { RECEIPT_SECONDS } from './receipts/decide.ts'
import { callOffOtherWay, takeSecondWay, tellUnheard } from './second-way.ts'
import {
  cancelUnwanted,
  confirmPage,
  type Ending,
  findDuePage,
  lockStepPages,
  type NotificationRow,
  pageFacts,
  recipientOf,
  renewLease,
  saveEnding,
  sentTo,
  setBundled,
  setWaiting,
  takePage,
} from './store.ts'
import { channelName, tell, tellEnding, tracePage } from './telling.ts'
import { pageTexts, textsOf } from './texts.ts'

/** One pass of the notifications station: claim a page, talk with no transaction open, record what came of it. Returns how many it moved. */
export async function sendPage(context: MessagesContext, now: Date): Promise<number> {
  const claimed = await context.db.transaction().execute(async (tx) => {
    const found = await findDuePage(tx, now)
    // Those that nobody wants are never sent; to look for them at each page of a storm would hold the others up.
    const cancelled = found ? [] : await cancelUnwanted(tx, now, 50)
    for (const { row, rule, reason } of cancelled) {
      const ending = { decision: 'cancel', status: 'CANCELLED', rule } as const
      await tellEnding(tx, row, ending, `The page to ${row.target} was called off: ${reason}.`, now)
    }
    const isBundled = found !== null && (await heldBack(tx, context, found, now))
    const row = found && !isBundled ? await takePage(tx, found, addSeconds(now, LEASE_SECONDS)) : null
    return { row, moved: cancelled.length + (isBundled ? 1 : 0) }
  })
  const { row, moved } = claimed
  if (!row) return moved

  const outcome = await underLease(context, row, {
    confirm: (until) => confirmPage(context.db, row, until),
    renew: (until) => renewLease(context.db, row, until),
    write: () => messageFor(context, row),
  })
  if (outcome !== null) await record(context, row, outcome)
  return moved + 1
}

/** True when the page does not leave now: it is told of in a summary, was told already, or waits a moment. Always with its reason. */
export async function heldBack(
  tx: Tx,
  context: Pick<MessagesContext, 'stormPages'>,
  row: NotificationRow,
  now: Date,
  sentBefore = sentTo,
): Promise<boolean> {
  // Who follows an alert asked for every word of it.
  if (row.kind === 'UPDATE') return false
  const sent = await sentBefore(tx, row, addSeconds(now, -LOOK_BACK_SECONDS), now)
  const person = await recipientOf(tx, row.person_id)
  const verdict = decideStorm(
    {
      page: {
        alertSourceId: row.alert_source_id,
        contactId: row.contact_id,
        channel: row.channel,
        subject: row.subject,
        priority: row.priority === 'LOW' ? 'LOW' : 'HIGH',
      },
      isLastResort: row.level_index === LAST_RESORT_STEP.levelIndex,
      sent,
      quietUntil: quietUntil(person, now),
      sourceMax: context.stormPages,
    },
    now,
  )
  if (verdict.kind === 'send') return false
  await holdBack(tx, row, verdict, now)
  await tellLive(tx, { kind: 'alert', id: row.alert_id })
  return true
}

async function holdBack(
  tx: Tx,
  row: NotificationRow,
  verdict: Exclude<StormVerdict, { kind: 'send' }>,
  now: Date,
): Promise<void> {
  const what = `${channelName(row.channel)} to ${row.target}`
  if (verdict.kind === 'wait') {
    await setWaiting(tx, row, verdict.until, verdict.reason)
    if (row.error === verdict.reason) return
    const text = `${what} waits a moment: ${verdict.reason}.`
    await tell(tx, row, text, now)
    return tracePage(tx, row, { decision: 'wait', reason: text, rule: verdict.rule }, now)
  }
  const bundleId = verdict.kind === 'bundle' ? await summaryFor(tx, row, verdict, now) : null
  await setBundled(tx, row, bundleId, verdict.reason, now)
  const text =
    verdict.kind === 'drop'
      ? `${what} is not sent: ${verdict.reason}.`
      : `${what} is told in one summary at ${verdict.until.toISOString().slice(11, 16)} UTC: ${verdict.reason}.`
  await tellEnding(tx, row, { decision: 'bundle', status: 'BUNDLED', rule: verdict.rule }, text, now)
}

const TRIES = 3

/** The summary that waits for this contact, source and reason; a new one when none does. */
async function summaryFor(
  tx: Tx,
  row: NotificationRow,
  verdict: StormVerdict & { kind: 'bundle' },
  now: Date,
): Promise<string> {
  const source = verdict.rule === 'storm-of-source' ? row.alert_source_id : 'all'
  const bundleKey = `${row.contact_id}/${row.channel}/${verdict.rule}/${source}`
  for (let tries = 0; tries < TRIES; tries++) {
    await insertNotice(
      tx,
      {
        id: randomUUID(),
        kind: 'SUMMARY',
        personId: row.person_id,
        contactId: row.contact_id,
        channel: row.channel,
        target: row.target,
        facts: { rule: verdict.rule, priority: row.priority },
        bundleKey,
        dueAt: verdict.until,
      },
      now,
    )
    const waiting = await lockWaiting(tx, bundleKey)
    if (waiting) return waiting.id
  }
  throw new Error('No summary would wait.')
}

async function messageFor(context: MessagesContext, row: NotificationRow): Promise<PageMessage | Outcome> {
  const { links } = context
  const { alert, person, contact } = await pageFacts(context.db, row)
  if (contact.gone !== null) return { kind: 'refused', reason: contact.gone }
  const isLastResort = row.level_index === LAST_RESORT_STEP.levelIndex
  const texts = textsOf(person.language)
  const step = { round: row.round, levelIndex: row.level_index, isLastResort }
  const update = row.kind === 'UPDATE' ? (row.note ?? '') : null
  const words = pageTexts({ ...alert, ...step }, person.language)
  return {
    kind: 'page',
    id: row.id,
    // Of a secret address the row keeps only what may be shown.
    target: contact.sealed_target === null ? row.target : openTarget(context.secrets, contact),
    person,
    priority: alert.priority,
    ...(update === null ? words : { title: words.title, text: update, spoken: `${words.title}. ${update}` }),
    answers: (update === null ? (['accept', 'resolve', 'escalate'] as const) : []).map((verb) => ({
      verb,
      label: texts[verb],
      url: links.answerUrl(row.id, verb),
    })),
    token: links.token(row.id),
    callbackUrl: links.callbackUrl(row.id),
    thread: `alert-${alert.id}`,
    url: links.alertUrl(row.alert_id),
    alert,
    ...step,
    isByHand: row.kind !== 'UPDATE' && (row.level_index === BY_HAND_STEP.levelIndex || row.note !== null),
    update,
    alertUrl: links.alertUrl(row.alert_id),
    acceptUrl: links.answerUrl(row.id, 'accept'),
    resolveUrl: links.answerUrl(row.id, 'resolve'),
  }
}

async function record(context: MessagesContext, row: NotificationRow, outcome: Outcome): Promise<void> {
  const now = await context.clock.now()
  const after = decideAfterAttempt(outcome, row.attempts, row.created_at, context.random(), now)
  const awaitsReceipt = outcome.kind === 'sent' && outcome.awaitsReceipt === true
  const isGone = outcome.kind === 'refused' && outcome.isGone === true
  try {
    await context.db.transaction().execute((tx) => saveOutcome(tx, row, after, { awaitsReceipt, isGone }, now))
  } catch (cause) {
    if (isPassing(cause)) throw cause
    // Without an ending the page would be sent again after every lease: better one that is told nowhere.
    context.log.error({ err: cause, notificationId: row.id }, 'notifications.outcome-not-told')
    await context.db.transaction().execute((tx) => savePlainly(tx, row, after, now))
  }
  const facts = { alertId: row.alert_id, notificationId: row.id, channel: row.channel, attempt: row.attempts }
  if (after.kind === 'sent') context.log.info(facts, 'notifications.sent')
  else
    context.log.warn(
      { ...facts, reason: after.reason },
      after.kind === 'again' ? 'notifications.will-retry' : 'notifications.failed',
    )
}

/** Saves what came of an attempt, tells it, and takes another way where it did not get through. */
export async function saveOutcome(
  tx: Tx,
  row: NotificationRow,
  of: AfterAttempt,
  how: { awaitsReceipt: boolean; isGone: boolean },
  now: Date,
): Promise<void> {
  const receiptDueAt = row.priority === 'HIGH' ? addSeconds(now, RECEIPT_SECONDS) : null
  const stored = (await lockStepPages(tx, row)).find((page) => page.id === row.id)
  const after = stored?.receipt_state === 'UNDELIVERED' ? undelivered(of, stored.error) : of
  if (!(await saveEnding(tx, row, endingOf(after, how.awaitsReceipt ? receiptDueAt : undefined), now))) return
  const name = channelName(row.channel)
  switch (after.kind) {
    case 'sent': {
      const ending = { decision: 'send', status: 'SUCCESS', rule: 'handed-over' } as const
      await tellEnding(tx, row, ending, `${name} handed over for ${row.target}.`, now)
      // What the provider will confirm has got through only then.
      if (!how.awaitsReceipt) await callOffOtherWay(tx, row, now)
      break
    }
    case 'again': {
      const isFirstFailure = row.error === null || row.attempts === 1
      await tellRetry(tx, row, after.reason, now)
      const because = `${name} to ${row.target} did not get through`
      await takeSecondWay(tx, row, { isOver: false, isFirstFailure, because }, now)
      break
    }
    case 'failed': {
      const ending = { decision: 'fail', status: 'ERROR', rule: after.rule } as const
      await tellEnding(tx, row, ending, `${name} to ${row.target} failed: ${after.reason}`, now)
      // What is broken is no way any more.
      if (how.isGone) await tellBroken(tx, row.contact_id, after.reason, now)
      const because = `${name} to ${row.target} failed`
      await takeSecondWay(tx, row, { isOver: true, isFirstFailure: false, because }, now)
      await tellUnheard(tx, row, now)
      break
    }
  }
  await tellLive(tx, { kind: 'alert', id: row.alert_id })
}

/** The gateway took it, and had said already that it did not arrive. */
function undelivered(after: AfterAttempt, reason: string | null): AfterAttempt {
  if (after.kind !== 'sent') return after
  return { kind: 'failed', reason: reason ?? 'It did not arrive.', rule: 'receipt-of-provider' }
}

/** The ending and the evidence of it, and nothing for people. */
async function savePlainly(tx: Tx, row: NotificationRow, after: AfterAttempt, now: Date): Promise<void> {
  if (!(await saveEnding(tx, row, endingOf(after, undefined), now)) || after.kind === 'again') return
  const status = after.kind === 'sent' ? 'SUCCESS' : 'ERROR'
  const reason = `The page to ${row.target} ended; the timeline could not be written.`
  const evidence: Evidence = { ended: [{ intent: row.id, status }] }
  const line = { decision: after.kind === 'sent' ? 'send' : 'fail', reason, rule: 'told-plainly', evidence }
  await contained(tx, () => tracePage(tx, row, line, now))
}

function endingOf(after: AfterAttempt, receiptDueAt: Date | null | undefined): Ending {
  switch (after.kind) {
    case 'sent':
      return { status: 'SUCCESS', receipt: after.receipt, ...(receiptDueAt === undefined ? {} : { receiptDueAt }) }
    case 'again':
      return { status: 'SCHEDULED', dueAt: after.dueAt, error: after.reason }
    case 'failed':
      return { status: 'ERROR', error: after.reason }
  }
}

/** The first time, and whenever the reason is another one, so that a day of retries does not fill the timeline. */
async function tellRetry(tx: Tx, row: NotificationRow, reason: string, now: Date): Promise<void> {
  if (row.error === reason) return
  const text = `${channelName(row.channel)} to ${row.target} did not get through, trying again: ${reason}`
  await tell(tx, row, text, now)
  await tracePage(tx, row, { decision: 'retry', reason: text, rule: 'temporary-failure' }, now)
}
