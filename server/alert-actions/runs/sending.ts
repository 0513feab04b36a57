import { loadPlacesAsked } from '../../alert-sources/rules/places.ts'
import type { Outcome } from '../../channels/contract.ts'
import type { Database, Tx } from '../../database/connection.ts'
import { isPassing } from '../../database/failures.ts'
import { tellLive } from '../../database/notify.ts'
import { contained } from '../../database/savepoint.ts'
import type { AnswerLinks } from '../../notifications/answers.ts'
import type { ChannelBook } from '../../notifications/channels/book.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Log } from '../../runtime/log.ts'
import type { Outbound } from '../../runtime/outbound.ts'
import type { Secrets } from '../../runtime/secrets.ts'
import { addSeconds } from '../../runtime/time.ts'
import { addTimeline } from '../../timeline/store.ts'
import { addTrace } from '../../trace/store.ts'
import { connectorById, openConnector } from '../connectors/store.ts'
import { type ActionEvent, judge, needless, placesAsked, retryAt, writeMessage } from '../decide.ts'
import { kindOf } from '../kinds/index.ts'
import {
  type ActionRow,
  actionById,
  alertForActions,
  lockAction,
  openAction,
  pauseAction,
  saveActionCounts,
} from '../store.ts'
import { claimRun, finishRun, holdRun, postponeRun, type RunRow, saveMessage } from './store.ts'

export interface RunContext {
  db: Database
  clock: Clock
  secrets: Secrets
  outbound: Outbound
  channels: Pick<ChannelBook, 'settingsOf'>
  links: Pick<AnswerLinks, 'alertUrl'>
  log: Log
}

/** Longer than the slowest call, so that the lease needs no renewal. */
const LEASE_SECONDS = 60
const REASON_LENGTH_MAX = 500
/** One message that never gets through holds up the others of its action no longer than a second attempt would wait. */
const PAUSED_LIKE_ATTEMPTS = 2

/** One pass: claim a run, decide and write its message once, send with no transaction open, save what came of it. Returns how many it moved. */
export async function runAlertAction(context: RunContext, now: Date): Promise<number> {
  const claimed = await context.db.transaction().execute((tx) => claim(tx, context, now))
  if (!claimed) return 0
  if (claimed.kind === 'ended') return 1
  const { row, action } = claimed
  const { outcome, httpStatus } = await send(context, row, action)
  const then = await context.clock.now()
  await context.db.transaction().execute(async (tx) => {
    if (!(await holdRun(tx, row))) return
    const failure = await contained(tx, () => settle(tx, row, action, outcome, httpStatus, then))
    if (failure === null) return
    context.log.error({ err: failure, runId: row.id }, 'alert-actions.not-settled')
    const dueAt = retryAt(row.attempts, undefined, then)
    await postponeRun(tx, row.id, { dueAt, reason: 'The outcome could not be saved.', httpStatus })
  })
  const facts = { runId: row.id, alertActionId: action.id, alertId: row.alert_id, attempt: row.attempts }
  if (outcome.kind === 'sent') context.log.info(facts, 'alert-actions.sent')
  else context.log.warn({ ...facts, reason: outcome.reason }, 'alert-actions.failed')
  return 1
}

type Claimed = { kind: 'ended' } | { kind: 'send'; row: RunRow; action: ActionRow }

async function claim(tx: Tx, context: RunContext, now: Date): Promise<Claimed | null> {
  const row = await claimRun(tx, now, addSeconds(now, LEASE_SECONDS))
  if (!row) return null
  const action = await actionById(tx, row.alert_action_id)
  const skip = async (reason: string): Promise<Claimed> => {
    await finishRun(tx, row.id, { status: 'SKIPPED', reason, httpStatus: null }, now)
    await tellLive(tx, { kind: 'alert-action' })
    return { kind: 'ended' }
  }
  if (!action) return skip('The alert action was deleted.')
  if (row.message !== null) return { kind: 'send', row, action }
  const alert = await alertForActions(tx, row.alert_id, context.links.alertUrl)
  if (!alert) return skip('The alert is gone.')
  const why = needless(row.trigger_type, alert.status)
  if (why !== null) return skip(why)
  // A person who pressed the button has decided.
  const reason = row.trigger_type === 'manual' ? null : await whyNot(tx, action, alert, now)
  if (reason !== null) return skip(reason)

  const event = { type: row.trigger_type, text: row.news, at: row.triggered_at.toISOString() } as ActionEvent
  const written = writeMessage(kindOf(action.connector_type).sends, action.params, alert, event)
  if (!written.ok) {
    await finishRun(tx, row.id, { status: 'FAILED', reason: written.reason, httpStatus: null }, now)
    await tell(
      tx,
      row,
      {
        type: 'AlertActionErrorLogEntry',
        decision: 'fail',
        rule: 'template',
        text: `${action.name}: not sent. ${written.reason}`,
      },
      now,
    )
    return { kind: 'ended' }
  }
  await saveMessage(tx, row.id, written.message)
  return { kind: 'send', row: { ...row, message: written.message }, action }
}

/** Null when the condition lets the alert through; counting what it counts. */
async function whyNot(
  tx: Tx,
  action: ActionRow,
  alert: Parameters<typeof judge>[1],
  now: Date,
): Promise<string | null> {
  if (action.conditions === null) return null
  const isCounting = action.conditions.includes('trigger_count')
  const counts = (isCounting ? await lockAction(tx, action.id) : action)?.counts ?? {}
  const places = placesAsked(action.conditions).map(({ place }) => place)
  const isIn = await loadPlacesAsked(tx, places, now)
  const judged = judge(action.conditions, alert, { counts, isIn }, now)
  if (isCounting) await saveActionCounts(tx, action.id, { ...judged.counts })
  if (judged.problem) return `The condition cannot be worked out: ${judged.problem.message}`
  return judged.holds ? null : 'The condition does not hold.'
}

async function send(
  context: RunContext,
  row: RunRow,
  action: ActionRow,
): Promise<{ outcome: Outcome; httpStatus: number | null }> {
  let httpStatus: number | null = null
  // Remembers what was answered, for the delivery log.
  const outbound: Outbound = async (request, signal) => {
    const answer = await context.outbound(request, signal)
    httpStatus = answer.status
    return answer
  }
  const kind = kindOf(action.connector_type)
  try {
    const own = openAction(context.secrets, action)
    const connector = action.connector_id === null ? null : await connectorById(context.db, action.connector_id)
    const held = connector ? openConnector(context.secrets, connector) : {}
    const channel = kind.channel === null ? null : ((await context.channels.settingsOf(kind.channel))?.settings ?? null)
    const message = row.message ?? { title: '', text: '', url: '', body: null }
    const outcome = await kind.send(
      {
        ...message,
        id: `tocsin_run_${row.resend_of === null ? row.id : `${row.resend_of}_${row.id}`}`,
        alertId: row.alert_id,
      },
      { ...held, ...action.params, ...own.params },
      { outbound, clock: context.clock, signingKey: own.signingKey, channel },
    )
    return { outcome, httpStatus }
  } catch (cause) {
    if (isPassing(cause)) throw cause
    context.log.error({ err: cause, runId: row.id }, 'alert-actions.could-not-be-sent')
    return { outcome: { kind: 'retry', reason: 'The message could not be made ready.' }, httpStatus }
  }
}

async function settle(
  tx: Tx,
  row: RunRow,
  action: ActionRow,
  outcome: Outcome,
  httpStatus: number | null,
  now: Date,
): Promise<void> {
  const where = kindOf(action.connector_type).title
  if (outcome.kind === 'sent') {
    await finishRun(tx, row.id, { status: 'SENT', reason: null, httpStatus }, now)
    await pauseAction(tx, action.id, null)
    const text = `${action.name}: sent to ${where}.`
    return tell(tx, row, { type: 'AlertActionSuccessLogEntry', decision: 'send', rule: 'handed-over', text }, now)
  }
  const reason = outcome.reason.slice(0, REASON_LENGTH_MAX)
  if (outcome.kind === 'retry') {
    const again = retryAt(row.attempts, outcome.afterSeconds, now)
    if (again < row.give_up_at) {
      await postponeRun(tx, row.id, { dueAt: again, reason, httpStatus })
      // What follows would likely fail as well: it waits a little, so that the place is not called again and again.
      const pausedUntil = retryAt(Math.min(row.attempts, PAUSED_LIKE_ATTEMPTS), outcome.afterSeconds, now)
      await pauseAction(tx, action.id, pausedUntil)
      const isNew = row.attempts === 1 || row.reason !== reason
      if (!isNew) return tellLive(tx, { kind: 'alert-action' })
      const text = `${action.name}: not sent yet, trying again: ${reason}`
      return tell(tx, row, { type: 'AlertActionFailLogEntry', decision: 'retry', rule: 'temporary-failure', text }, now)
    }
  }
  await finishRun(tx, row.id, { status: 'FAILED', reason, httpStatus }, now)
  const rule = outcome.kind === 'refused' ? 'refused' : 'given-up-after-a-day'
  const text =
    outcome.kind === 'refused'
      ? `${action.name}: not sent. ${reason}`
      : `${action.name}: given up after a day. ${reason}`
  return tell(tx, row, { type: 'AlertActionErrorLogEntry', decision: 'fail', rule, text }, now)
}

/** A line on the alert's timeline, and why. */
async function tell(
  tx: Tx,
  row: RunRow,
  what: { type: string; decision: string; rule: string; text: string },
  now: Date,
): Promise<void> {
  const where = { alertSourceId: row.alert_source_id, alertId: row.alert_id }
  const line = { ...where, type: what.type, text: what.text, filterTypes: ['CONNECTOR_EVENTS' as const] }
  await addTimeline(tx, { ...line, vars: { runId: String(row.id), trigger: row.trigger_type }, trigger: null }, now)
  await addTrace(
    tx,
    { ...where, station: 'alert-actions', decision: what.decision, reason: what.text, rule: what.rule },
    now,
  )
  await tellLive(tx, { kind: 'alert', id: row.alert_id })
  await tellLive(tx, { kind: 'alert-action' })
}
