import { clearWarnings, type SourceRow, settingsOf, sourceById, warnSource } from '../alert-sources/store.ts'
import { foldKey } from '../alerts/store.ts'
import type { Database, Tx } from '../database/connection.ts'
import { tellLive } from '../database/notify.ts'
import { contained } from '../database/savepoint.ts'
import { applyUntold } from '../intake/judge.ts'
import { wantLookup } from '../intake/lookups/store.ts'
import { saveReading } from '../intake/readings/store.ts'
import type {
  Integration,
  IntegrationSettings,
  ListedRecord,
  Listing,
  LookUpOutcome,
  Outbound,
} from '../integrations/contract.ts'
import { integrationByType } from '../integrations/index.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import { Problem } from '../runtime/problem.ts'
import type { Secrets } from '../runtime/secrets.ts'
import { addHours, addMinutes, addSeconds } from '../runtime/time.ts'
import { planTarget } from '../targets/store.ts'
import { type ComparedRecord, compare, missing, type OpenRecord } from './decide.ts'
import {
  BASELINE_SHOWN,
  type BaselineRecord,
  DIFFERENCES_SHOWN,
  type Difference,
  type Reconciliation,
} from './schema.ts'
import {
  addHealed,
  claim,
  claimDue,
  endComparison,
  hasUnread,
  holdClaim,
  knownStates,
  type ReconciliationRow,
  reconciliationOf,
} from './store.ts'

export interface ReconciliationContext {
  db: Database
  clock: Clock
  secrets: Secrets
  outbound: Outbound
  log: Log
}

/** Longer than the longest list takes. */
const LEASE_SECONDS = 300
/** Records asked one by one in one comparison; the rest come next time. */
const SINGLES_MAX = 50
const UNREAD_SECONDS = 5
const UNREAD_ATTEMPTS_MAX = 3
const FAILED_SECONDS_MAX = 300
const LOOKUP_HOURS = 24
const FAILED_WARNING = 'records-not-compared'
/** Records that a warning names. */
const FAILED_SHOWN = 5

interface How {
  dryRun: boolean
  includeBaseline: boolean
  /** Asked for by a person: nothing is left for next time. */
  isAsked: boolean
}

/** One pass of the station: the source whose turn it is. Returns how many it moved. */
export async function reconcileDue(context: ReconciliationContext, now: Date): Promise<number> {
  const row = await context.db.transaction().execute((tx) => claimDue(tx, now, addSeconds(now, LEASE_SECONDS)))
  if (!row) return 0
  await compareSource(context, row, { dryRun: false, includeBaseline: false, isAsked: false }, now)
  return 1
}

/** Compares a source at once, and says what differed. */
export async function reconcileNow(
  context: ReconciliationContext,
  alertSourceId: number,
  how: Pick<How, 'dryRun' | 'includeBaseline'>,
  now: Date,
): Promise<Reconciliation> {
  const row = await context.db
    .transaction()
    .execute((tx) => claim(tx, alertSourceId, now, addSeconds(now, LEASE_SECONDS)))
  if (!row) {
    if (!(await reconciliationOf(context.db, alertSourceId)))
      throw new Problem('not-found', 'This source has nothing to compare with: save its settings first.')
    throw new Problem('in-use', 'It is being compared just now. Try again in a moment.')
  }
  return compareSource(context, row, { ...how, isAsked: true }, now)
}

interface Read {
  source: SourceRow
  integration: Integration
  settings: IntegrationSettings
  listing: Listing
}

async function compareSource(
  context: ReconciliationContext,
  row: ReconciliationRow,
  how: How,
  startedAt: Date,
): Promise<Reconciliation> {
  const read = await readOpen(context, row.alert_source_id)
  const unread =
    read?.listing.kind === 'listed' && read.integration.lookUp ? await addSingles(context, read, startedAt) : []
  const now = await context.clock.now()
  return context.db.transaction().execute(async (tx) => {
    if (!(await holdClaim(tx, row))) throw new Problem('in-use', 'Another node compares it just now.')
    const result = await settle(context, tx, row, read, unread, how, startedAt, now)
    await tellLive(tx, { kind: 'alert-source', id: row.alert_source_id })
    return result
  })
}

async function readOpen(context: ReconciliationContext, alertSourceId: number): Promise<Read | null> {
  const source = await sourceById(context.db, alertSourceId)
  const integration = source ? integrationByType(source.integration_type) : null
  const settings = source && integration ? settingsOf(source, integration, context.secrets) : null
  if (!source || !integration?.listOpen || !settings) return null
  try {
    return { source, integration, settings, listing: await integration.listOpen(settings, context.outbound) }
  } catch (cause) {
    context.log.error({ err: cause, alertSourceId }, 'reconciliation.broke')
    return { source, integration, settings, listing: { kind: 'failed', reason: 'The list could not be read.' } }
  }
}

/**
 * Alerts are open for them, but no list has them: what became of these records is asked one by one. Returns those that could
 * not be asked.
 */
async function addSingles(context: ReconciliationContext, read: Read, startedAt: Date): Promise<string[]> {
  const { listing, integration, settings, source } = read
  if (listing.kind !== 'listed') return []
  const listed = new Set(listing.records.map((record) => foldKey(record.alertKey)))
  const known = await context.db.transaction().execute((tx) => knownStates(tx, source.id, []))
  const failed: string[] = []
  for (const folded of missing(listed, known, startedAt).slice(0, SINGLES_MAX)) {
    const request = integration.lookUpOf?.(folded) ?? null
    if (!request) continue
    let outcome: LookUpOutcome | undefined
    try {
      outcome = await integration.lookUp?.(request, settings, context.outbound)
    } catch (cause) {
      context.log.error({ err: cause, alertSourceId: source.id }, 'reconciliation.single-broke')
      failed.push(folded)
      continue
    }
    if (outcome?.kind === 'retry') break
    if (outcome?.kind !== 'found' || !outcome.reading) continue
    listing.records.push({
      alertKey: folded,
      title: outcome.facts.summary ?? folded,
      createdAt: startedAt,
      reading: outcome.reading,
    })
  }
  return failed
}

async function settle(
  context: ReconciliationContext,
  tx: Tx,
  row: ReconciliationRow,
  read: Read | null,
  unread: readonly string[],
  how: How,
  startedAt: Date,
  now: Date,
): Promise<Reconciliation> {
  if (!read) return fail(tx, row, 'The source has no settings to ask with.', FAILED_SECONDS_MAX, how, now)
  const { source, integration, settings, listing } = read
  const minutes = integration.reconcileMinutes?.(source.settings) ?? 5
  if (listing.kind === 'failed') {
    if (listing.warning) await warnSource(tx, source.id, listing.warning, now)
    const seconds = Math.max(listing.afterSeconds ?? 0, Math.min(minutes * 60, FAILED_SECONDS_MAX))
    return fail(tx, row, listing.reason, seconds, how, now)
  }
  const { slug } = integration
  await clearWarnings(tx, source.id, [`${slug}-unauthorized`, `${slug}-unreachable`])
  if (listing.isComplete) await clearWarnings(tx, source.id, [`${slug}-forbidden`])
  const isEarly = !how.isAsked && row.attempts < UNREAD_ATTEMPTS_MAX && (await hasUnread(tx, source.id, now))
  if (isEarly) {
    await endComparison(tx, row, { dueAt: addSeconds(now, UNREAD_SECONDS), failure: row.failure, isOver: false })
    return viewReconciliation(await reconciliationOf(tx, source.id))
  }

  const records = new Map(listing.records.map((record) => [foldKey(record.alertKey), record]))
  const open = [...records].map(([folded, record]) => openRecord(folded, record, integration, settings))
  const known = await knownStates(tx, source.id, [...records.keys()])
  const comparison = compare(open, known, {
    baselineAt: row.baseline_at,
    includeBaseline: how.includeBaseline,
    startedAt,
    patient: !how.isAsked,
  })
  const differences: Difference[] = []
  const failed = [...unread]
  const noteFailed = (alertKey: string, cause: unknown) => {
    context.log.error({ err: cause, alertSourceId: source.id, alertKey }, 'reconciliation.record-failed')
    failed.push(alertKey)
  }
  let isCut = false
  for (const difference of comparison.differences) {
    isCut = differences.length >= DIFFERENCES_SHOWN
    if (isCut) break
    const record = records.get(difference.folded)
    if (!record) continue
    const failure = await contained(tx, async () => {
      const healed = await heal(tx, read, record, difference, how, now)
      // What is kept out comes again each time: it must not take the place of what is not.
      if (healed && healed.action !== 'FILTERED') differences.push(healed)
    })
    if (failure !== null) noteFailed(record.alertKey, failure)
  }
  const isOpenHere = new Set(known.filter((one) => one.hasOpenAlert).map((one) => one.folded))
  for (const [folded, record] of records) {
    if (!isOpenHere.has(folded)) continue
    const failure = await contained(tx, () => keep(tx, read, folded, record, now))
    if (failure !== null) noteFailed(record.alertKey, failure)
  }
  await tellFailed(tx, source, failed, now)
  const result = {
    checked: listing.records.length,
    isComplete: listing.isComplete && !isCut,
    differences,
    baseline: comparison.baseline
      .slice(0, BASELINE_SHOWN)
      .flatMap((folded) => baselineRecord(records.get(folded), read)),
    baselineCount: comparison.baseline.length,
  }
  const healed = differences.filter((one) => one.action === 'APPLIED').length
  if (healed > 0) context.log.warn({ alertSourceId: source.id, healed }, 'reconciliation.healed')
  await endComparison(tx, row, {
    dueAt: addMinutes(now, minutes),
    failure: null,
    isOver: true,
    result: { at: now, json: result },
  })
  return viewReconciliation(await reconciliationOf(tx, source.id))
}

/** The source's owner hears which records could not be taken in; the others went on. */
async function tellFailed(tx: Tx, source: SourceRow, failed: readonly string[], now: Date): Promise<void> {
  if (failed.length === 0) return clearWarnings(tx, source.id, [FAILED_WARNING])
  const shown = failed.slice(0, FAILED_SHOWN).join(', ')
  const others = failed.length > FAILED_SHOWN ? ` and ${failed.length - FAILED_SHOWN} more` : ''
  const text = `A comparison could not take in ${shown}${others}: look at them yourself. They are tried again each time.`
  await warnSource(tx, source.id, { code: FAILED_WARNING, text }, now)
}

function openRecord(
  folded: string,
  record: ListedRecord,
  integration: Integration,
  settings: IntegrationSettings,
): OpenRecord {
  return {
    folded,
    createdAt: record.createdAt,
    changedAt: changeOf(record),
    state: integration.stateOf?.(record.reading, settings) ?? { type: 'NONE', status: null },
  }
}

/** When the record last changed there, if it says so. */
function changeOf(record: ListedRecord): Date | null {
  const changed = Date.parse(String(record.reading.updatedAt ?? ''))
  return Number.isNaN(changed) ? null : new Date(changed)
}

/** What the other system says counts as if it had told by itself; null when that is no news under the source's rules. */
async function heal(
  tx: Tx,
  { source, integration, settings }: Read,
  record: ListedRecord,
  difference: ComparedRecord,
  how: How,
  now: Date,
): Promise<Difference | null> {
  const state = integration.stateOf?.(record.reading, settings) ?? { type: 'NONE' as const, status: null }
  const told = {
    alertKey: record.alertKey,
    title: record.title,
    kind: state.type === 'RESOLVE' ? ('OVER' as const) : difference.kind,
    known: difference.known,
    found: state.status,
  }
  const event = integration.eventOf?.(record.reading, settings)
  const isOpening = difference.kind === 'UNKNOWN' || difference.kind === 'REOPENED'
  const refusal = isOpening ? (integration.filterRefusal?.(record.reading, settings) ?? null) : null
  if (refusal !== null && refusal !== 'unknown') return { ...told, action: 'FILTERED', alert: null }
  if (!event) return { ...told, action: 'SHOWN', alert: null }
  const untold = { event, changedAt: changeOf(record) ?? record.createdAt, isDry: how.dryRun, unlessKnown: true }
  const outcome = await applyUntold(tx, source, integration, untold, now)
  if (outcome.kind === 'known') return null
  if (outcome.kind === 'kept-out') return { ...told, action: 'FILTERED', alert: null }
  if (outcome.kind === 'shown') return { ...told, action: 'SHOWN', alert: null }
  const { alertId } = outcome
  if (alertId !== null && outcome.event.lookup && outcome.event.alertKey !== null) {
    await wantLookup(tx, {
      alertSourceId: source.id,
      folded: foldKey(outcome.event.alertKey),
      request: outcome.event.lookup,
      deliveryId: null,
      dueAt: now,
      giveUpAt: addHours(now, LOOKUP_HOURS),
    })
  }
  await keep(tx, { source, integration, settings }, foldKey(record.alertKey), record, now)
  await addHealed(tx, source.id, record.alertKey, event.text, now)
  return { ...told, action: 'APPLIED', alert: alertId === null ? null : { id: alertId } }
}

async function keep(
  tx: Tx,
  { source, integration, settings }: Pick<Read, 'source' | 'integration' | 'settings'>,
  folded: string,
  record: ListedRecord,
  now: Date,
): Promise<void> {
  const where = { alertSourceId: source.id, folded, alertKey: record.alertKey }
  await saveReading(tx, where, record.reading, now)
  await planTarget(tx, where, integration.targetOf?.(record.reading, settings) ?? null)
}

function baselineRecord(record: ListedRecord | undefined, { integration, settings }: Read): BaselineRecord[] {
  if (!record) return []
  const status = integration.stateOf?.(record.reading, settings).status ?? null
  return [{ alertKey: record.alertKey, title: record.title, status, createdAt: record.createdAt.toISOString() }]
}

async function fail(
  tx: Tx,
  row: ReconciliationRow,
  reason: string,
  seconds: number,
  how: How,
  now: Date,
): Promise<Reconciliation> {
  await endComparison(tx, row, { dueAt: addSeconds(now, seconds), failure: reason, isOver: how.isAsked })
  return viewReconciliation(await reconciliationOf(tx, row.alert_source_id))
}

const NOTHING = { checked: 0, isComplete: true, differences: [], baseline: [], baselineCount: 0 }

/** A comparison as the API shows it. */
export function viewReconciliation(row: ReconciliationRow | null): Reconciliation {
  return {
    ...NOTHING,
    ...(row?.last_result as Partial<Reconciliation> | null),
    at: row?.last_at?.toISOString() ?? null,
    baselineAt: row?.baseline_at.toISOString() ?? null,
    nextAt: row?.due_at.toISOString() ?? null,
    failure: row?.failure ?? null,
  }
}
