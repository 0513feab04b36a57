import { clearWarnings, settingsOf, sourceById, warnSource } from '../alert-sources/store.ts'
import type { Database, Tx } from '../database/connection.ts'
import { tellLive, wakeEngine } from '../database/notify.ts'
import { contained } from '../database/savepoint.ts'
import { everKnownPeople } from '../directory/store.ts'
import type { Deed, Outbound, OutgoingDeed, WriteOutcome } from '../integrations/contract.ts'
import { integrationByType } from '../integrations/index.ts'
import { compareSoon } from '../reconciliation/store.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import type { Secrets } from '../runtime/secrets.ts'
import { addSeconds } from '../runtime/time.ts'
import { addTimeline } from '../timeline/store.ts'
import { addTrace } from '../trace/store.ts'
import { giveUpAt, retryAt } from './decide.ts'
import type { WriteBackState } from './schema.ts'
import {
  claimRecord,
  finish,
  holdClaimed,
  insertWriteBack,
  postpone,
  rebase,
  recordsOfAlert,
  type WriteBackRow,
} from './store.ts'

const TEXT_LENGTH_MAX = 16_000
const DEED_WORDS: Record<Deed, string> = {
  ACCEPT: 'that it was accepted',
  RESOLVE: 'that it was resolved',
  COMMENT: 'the comment',
  REROUTE: 'that it was handed on',
}

/** Plans what people did to be written into the other system, if its source wants that. Only deeds of people or their programs: what the source told us itself is no news to it (invariants.md DED-6). */
export async function wantWriteBack(
  tx: Tx,
  what: {
    alertSourceId: number
    alertId: number
    deed: Deed
    personId: number | null
    text?: string | null
    policyId?: number
  },
  now: Date,
): Promise<void> {
  const source = await sourceById(tx, what.alertSourceId)
  const integration = source ? integrationByType(source.integration_type) : null
  if (!source || !integration?.write || !integration.wantsDeed?.(what.deed, source.settings)) return
  const records = await recordsOfAlert(tx, what.alertSourceId, what.alertId)
  for (const record of records) {
    await insertWriteBack(tx, {
      alertSourceId: what.alertSourceId,
      alertId: what.alertId,
      folded: record.folded,
      alertKey: record.alertKey,
      deed: what.deed,
      details: {
        personId: what.personId,
        text: what.text?.slice(0, TEXT_LENGTH_MAX) ?? null,
        policyId: what.policyId ?? null,
      },
      baseStatus: record.status,
      baseVersion: record.version,
      decidedAt: now,
      giveUpAt: giveUpAt(now),
    })
  }
  if (records.length === 0) return
  await addTrace(
    tx,
    {
      alertSourceId: what.alertSourceId,
      alertId: what.alertId,
      station: 'writeback',
      decision: 'plan',
      reason: `${integration.title} is told ${DEED_WORDS[what.deed]}.`,
      rule: `write-back-${what.deed.toLowerCase()}`,
      people: what.personId === null ? [] : [what.personId],
    },
    now,
  )
  await wakeEngine(tx, 'write-back')
}

/** Tells people about an alert, outside of its pages. */
export type TellPeople = (
  tx: Tx,
  alert: { alertSourceId: number; alertId: number },
  news: { text: string; people: readonly number[]; because: { reason: string; rule: string } },
  now: Date,
) => Promise<void>

export interface WriteBackContext {
  db: Database
  tellPeople: TellPeople
  clock: Clock
  secrets: Secrets
  outbound: Outbound
  log: Log
}

/** Longer than the slowest write, so that the lease needs no renewal. */
const LEASE_SECONDS = 60

/** One pass: claim a record with all that waits for it, write with no transaction open, save what came of it. Returns how many it moved. */
export async function writeOut(context: WriteBackContext, now: Date): Promise<number> {
  const claimed = await context.db.transaction().execute((tx) => claimRecord(tx, now, addSeconds(now, LEASE_SECONDS)))
  const [first] = claimed
  if (!first) return 0
  const outcome = await write(context, claimed)
  const then = await context.clock.now()
  await context.db.transaction().execute(async (tx) => {
    const held = await holdClaimed(tx, claimed)
    if (held.length === 0) return
    const failure = await contained(tx, () => settle(context, tx, held, outcome, then))
    if (failure === null) return
    context.log.error({ err: failure, alertSourceId: first.alert_source_id }, 'writeback.not-settled')
    await postpone(tx, held, retryAt(first.attempts, undefined, then), 'The outcome could not be saved.', false)
  })
  context.log.info(
    { alertSourceId: first.alert_source_id, alertId: first.alert_id, outcome: outcome.kind, attempt: first.attempts },
    'writeback.tried',
  )
  return claimed.length
}

type Result = WriteOutcome | { kind: 'dropped'; text: string }

async function write(context: WriteBackContext, rows: readonly WriteBackRow[]): Promise<Result> {
  const [first] = rows
  const source = first ? await sourceById(context.db, first.alert_source_id) : null
  const integration = source ? integrationByType(source.integration_type) : null
  const settings = source && integration ? settingsOf(source, integration, context.secrets) : null
  if (!first || !source || !integration?.write || !settings)
    return { kind: 'dropped', text: 'The alert source has no settings to write with any more.' }
  const wanted = rows.filter((row) => integration.wantsDeed?.(row.deed as Deed, source.settings))
  if (wanted.length === 0) return { kind: 'dropped', text: 'It was switched off before it could be written.' }
  try {
    const deeds = await Promise.all(wanted.map((row) => deedOf(context.db, row)))
    const isRepeat = wanted.some((row) => row.attempts > 1)
    return await integration.write(first.alert_key, deeds, settings, context.outbound, isRepeat)
  } catch (cause) {
    context.log.error({ err: cause, alertSourceId: first.alert_source_id }, 'writeback.broke')
    return { kind: 'retry', reason: 'The answer could not be read.', isForAll: false }
  }
}

async function deedOf(db: Database, row: WriteBackRow): Promise<OutgoingDeed> {
  const { personId, text, policyId } = row.details as {
    personId: number | null
    text: string | null
    policyId: number | null
  }
  const person = personId === null ? undefined : (await everKnownPeople(db, [personId])).get(personId)
  return {
    deed: row.deed as Deed,
    decidedAt: row.decided_at,
    baseStatus: row.base_status,
    person: person ? { name: `${person.firstName} ${person.lastName}`.trim(), email: person.email } : null,
    text,
    policyId,
  }
}

const STATES: Record<'written' | 'would-write' | 'nothing' | 'conflict' | 'refused' | 'dropped', WriteBackState> = {
  written: 'DONE',
  'would-write': 'DRY_RUN',
  nothing: 'NOTHING',
  conflict: 'CONFLICT',
  refused: 'FAILED',
  dropped: 'DROPPED',
}

async function settle(
  context: WriteBackContext,
  tx: Tx,
  rows: readonly WriteBackRow[],
  outcome: Result,
  now: Date,
): Promise<void> {
  const [first] = rows
  if (!first) return
  const source = await sourceById(tx, first.alert_source_id)
  const integration = source ? integrationByType(source.integration_type) : null
  const title = integration?.title ?? 'The other system'
  if (outcome.kind === 'retry') return settleRetry(tx, rows, outcome, title, now)

  await finish(tx, rows, STATES[outcome.kind], outcome.text, now)
  if (source && integration && outcome.kind !== 'dropped') {
    const { slug } = integration
    const over = ['unauthorized', 'unreachable', 'write-forbidden', 'write-refused']
    await clearWarnings(
      tx,
      source.id,
      over.map((code) => `${slug}-${code}`),
    )
    const warning = outcome.kind === 'written' ? outcome.warning : undefined
    if (warning) await warnSource(tx, source.id, warning, now)
    else if (outcome.kind === 'written') await clearWarnings(tx, source.id, [`${slug}-people-forbidden`])
  }
  if (outcome.kind === 'written' && outcome.status !== null) await rebase(tx, first, outcome.status)
  await tell(tx, rows, `${title}: ${outcome.text}`, outcome.kind, `write-back-${outcome.kind}`, now)
  const isConflict = outcome.kind === 'conflict' || (outcome.kind === 'written' && outcome.conflict !== undefined)
  if (!isConflict) return
  await compareSoon(tx, first.alert_source_id, now)
  await tellWhoDecided(context, tx, rows, `${title}: ${outcome.text}`, now)
}

/** Whoever accepted or resolved here thinks that it is so; the other system says otherwise, and they must hear it. */
async function tellWhoDecided(
  context: WriteBackContext,
  tx: Tx,
  rows: readonly WriteBackRow[],
  text: string,
  now: Date,
): Promise<void> {
  const decided = rows.filter((row) => row.deed === 'ACCEPT' || row.deed === 'RESOLVE')
  for (const alertId of new Set(decided.map((row) => row.alert_id))) {
    const own = decided.filter((row) => row.alert_id === alertId)
    const people = own.flatMap((row) => (typeof row.details.personId === 'number' ? [row.details.personId] : []))
    const because = { reason: 'What they decided does not stand there.', rule: 'write-back-conflict' }
    const where = { alertSourceId: own[0]?.alert_source_id ?? 0, alertId }
    await context.tellPeople(tx, where, { text, people, because }, now)
  }
}

async function settleRetry(
  tx: Tx,
  rows: readonly WriteBackRow[],
  outcome: WriteOutcome & { kind: 'retry' },
  title: string,
  now: Date,
): Promise<void> {
  const [first] = rows
  if (!first) return
  if (outcome.warning) await warnSource(tx, first.alert_source_id, outcome.warning, now)
  const again = retryAt(first.attempts, outcome.afterSeconds, now)
  const lost = rows.filter((row) => again >= row.give_up_at)
  const kept = rows.filter((row) => again < row.give_up_at)
  if (lost.length > 0) {
    const text = `Given up after a day: ${outcome.reason}`
    await finish(tx, lost, 'FAILED', text, now)
    await warnSource(tx, first.alert_source_id, { code: 'write-back-lost', text: `${first.alert_key}: ${text}` }, now)
    await tell(tx, lost, `${title} was not told. ${text}`, 'give-up', 'write-back-a-day', now)
  }
  await postpone(tx, kept, again, outcome.reason, outcome.isForAll)
  const isNew = kept.some((row) => row.attempts === 1 || row.result !== outcome.reason)
  if (kept.length > 0 && isNew && (first.attempts === 1 || !outcome.isForAll)) {
    await tell(tx, kept, `${title} was not told yet, trying again: ${outcome.reason}`, 'retry', 'write-back-retry', now)
  }
}

/** A line on the timeline of each alert, and why. */
async function tell(
  tx: Tx,
  rows: readonly WriteBackRow[],
  text: string,
  decision: string,
  rule: string,
  now: Date,
): Promise<void> {
  for (const alertId of new Set(rows.map((row) => row.alert_id))) {
    const alertSourceId = rows[0]?.alert_source_id ?? 0
    const where = { alertSourceId, alertId }
    await addTimeline(tx, { ...where, type: 'ConnectorResultLogEntry', text, filterTypes: ['CONNECTOR_EVENTS'] }, now)
    await addTrace(tx, { ...where, station: 'writeback', decision, reason: text, rule }, now)
    await tellLive(tx, { kind: 'alert', id: alertId })
  }
}
