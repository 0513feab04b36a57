import { rulesOfRow } from '../../alert-sources/rules/compile.ts'
import { decideFacts } from '../../alert-sources/rules/decide.ts'
import {
  clearWarnings,
  rulesOf,
  type SourceRow,
  settingsOf,
  sourceById,
  warnSource,
} from '../../alert-sources/store.ts'
import { addRecordNotes } from '../../alerts/comments/from-record.ts'
import { applyFacts, applyOthersFacts, giveUpWaiting, type SourceRules, tellConnector } from '../../alerts/facts.ts'
import { alertOfRecord, lockAlert, lockAlertOfRecord } from '../../alerts/store.ts'
import type { Database, Tx } from '../../database/connection.ts'
import { wakeEngine } from '../../database/notify.ts'
import { contained } from '../../database/savepoint.ts'
import { ATTEMPTS_MAX } from '../../engine/poison.ts'
import type {
  AlertFacts,
  Integration,
  IntegrationSettings,
  LookUpOutcome,
  Outbound,
} from '../../integrations/contract.ts'
import { integrationByType } from '../../integrations/index.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Log } from '../../runtime/log.ts'
import type { Secrets } from '../../runtime/secrets.ts'
import { addSeconds } from '../../runtime/time.ts'
import { planTarget } from '../../targets/store.ts'
import { lookupRetryAt } from '../decide.ts'
import { warnOfRules } from '../judge.ts'
import { saveReading } from '../readings/store.ts'
import { deliveriesAskingFor, finishDelivery, lockDelivery, postponeDelivery } from '../store.ts'
import { claimLookup, endLookup, holdLookup, type LookupRow, postponeLookup } from './store.ts'

export interface LookupContext {
  db: Database
  clock: Clock
  secrets: Secrets
  outbound: Outbound
  log: Log
}

/** Longer than the slowest look-up, so that the lease needs no renewal. */
const LEASE_SECONDS = 20
/** How often a record is asked for once more only because its notes could not be read. */
const PARTIAL_ATTEMPTS_MAX = 5

/** One pass: claim a look-up, ask the other system with no transaction open, save what it said. Returns how many it moved. */
export async function runLookup(context: LookupContext, now: Date): Promise<number> {
  const row = await context.db.transaction().execute((tx) => claimLookup(tx, now, addSeconds(now, LEASE_SECONDS)))
  if (!row) return 0
  const outcome = await ask(context, row)
  const then = await context.clock.now()
  await context.db.transaction().execute(async (tx) => {
    // In intake's order: the deliveries that wait, the alert, and only then the look-up.
    const waiting = await whoWait(tx, row)
    for (const id of waiting) await lockDelivery(tx, row.alert_source_id, id)
    const alertId = await lockAlertOfRecord(tx, row.alert_source_id, row.alert_key_folded)
    const held = await holdLookup(tx, row)
    if (!held) return
    // Another alert stands behind it since: it is asked again for that one.
    if ((await alertOfRecord(tx, row.alert_source_id, row.alert_key_folded)) !== alertId)
      return postponeLookup(tx, held, then)
    // Who waits since for the same record is answered by the next look, which was wanted for it.
    const asked = { ...held, delivery_id: row.delivery_id }
    const failure = await contained(tx, () => settle(context, tx, asked, waiting, alertId, row.wanted, outcome, then))
    if (failure === null) return
    context.log.error({ err: failure, alertSourceId: row.alert_source_id }, 'intake.lookup-not-settled')
    await setAside(tx, held, row.wanted, then)
  })
  context.log.info(
    { alertSourceId: row.alert_source_id, outcome: outcome.kind, attempt: row.attempts },
    'intake.looked-up',
  )
  return 1
}

/** The deliveries that wait for an answer: the row names the last one that asked, others may wait for the same. */
async function whoWait(tx: Tx, row: LookupRow): Promise<string[]> {
  if (row.delivery_id === null) return []
  const asking = await deliveriesAskingFor(tx, row.alert_source_id, row.alert_key_folded)
  return [...new Set([...asking, row.delivery_id])]
}

/** An answer that cannot be taken in is asked for again later, and not for ever. */
async function setAside(tx: Tx, row: LookupRow, wantedAtClaim: number, now: Date): Promise<void> {
  if (row.attempts < ATTEMPTS_MAX) return postponeLookup(tx, row, lookupRetryAt(row.attempts, undefined, now))
  await endLookup(tx, row, wantedAtClaim, now)
}

async function ask(context: LookupContext, row: LookupRow): Promise<LookUpOutcome> {
  const source = await sourceById(context.db, row.alert_source_id)
  const integration = source ? integrationByType(source.integration_type) : null
  const settings = source && integration ? settingsOf(source, integration, context.secrets) : null
  if (!integration?.lookUp || !settings) return { kind: 'missing', reason: 'The source has no settings to ask with.' }
  try {
    return await integration.lookUp(row.request, settings, context.outbound)
  } catch (cause) {
    context.log.error({ err: cause, alertSourceId: row.alert_source_id }, 'intake.lookup-broke')
    return { kind: 'retry', reason: 'The answer could not be read.' }
  }
}

async function settle(
  context: LookupContext,
  tx: Tx,
  row: LookupRow,
  waiting: readonly string[],
  alertId: number | null,
  wantedAtClaim: number,
  outcome: LookUpOutcome,
  now: Date,
): Promise<void> {
  for (const id of waiting) await confirmDelivery(tx, row, id, outcome, now)
  const source = await sourceById(tx, row.alert_source_id)
  const integration = source ? integrationByType(source.integration_type) : null
  if (!source || !integration) return endLookup(tx, row, wantedAtClaim, now)
  const rules = rulesOf(source, integration)
  const settings = settingsOf(source, integration, context.secrets)

  switch (outcome.kind) {
    case 'found':
      await clearWarnings(tx, source.id, ['lookup', ...warningCodes(integration)])
      await keepReading(tx, row, source, integration, outcome, settings, now)
      if (alertId !== null) {
        await applyFound(tx, source, rules, row, alertId, outcome.facts, now)
        await addRecordNotes(tx, rules, alertId, outcome.notes ?? [], now)
        if (outcome.isPartial && row.attempts < PARTIAL_ATTEMPTS_MAX)
          return postponeLookup(tx, row, lookupRetryAt(row.attempts, undefined, now))
      }
      return endLookup(tx, row, wantedAtClaim, now)
    case 'missing':
      if (alertId !== null) {
        await tellConnector(tx, rules, alertId, `The record could not be read: ${outcome.reason}`, now)
        await giveUpWaiting(tx, alertId, now)
      }
      return endLookup(tx, row, wantedAtClaim, now)
    case 'retry': {
      if (outcome.warning) await warnSource(tx, source.id, outcome.warning, now)
      if (alertId !== null) {
        if (row.attempts === 1) {
          await tellConnector(tx, rules, alertId, `The record cannot be read yet, trying again: ${outcome.reason}`, now)
        }
        await giveUpWaiting(tx, alertId, now)
      }
      const retryAt = lookupRetryAt(row.attempts, outcome.afterSeconds, now)
      if (alertId === null || retryAt >= row.give_up_at) return endLookup(tx, row, wantedAtClaim, now)
      return postponeLookup(tx, row, retryAt)
    }
  }
}

/** What was found goes through the source's templates, as the delivery did. */
async function applyFound(
  tx: Tx,
  source: SourceRow,
  rules: SourceRules,
  row: LookupRow,
  alertId: number,
  found: AlertFacts,
  now: Date,
): Promise<void> {
  const alert = await lockAlert(tx, alertId)
  if (!alert) return
  if (alert.alert_key_folded !== row.alert_key_folded) return applyOthersFacts(tx, rules, alert, found, now)
  const payload = alert.custom_details
  const known = { alertKey: alert.alert_key, labels: alert.labels, payload }
  const { facts, errors, priority } = decideFacts(rulesOfRow(source), found, known)
  await warnOfRules(tx, source, errors, now)
  await applyFacts(tx, rules, alertId, facts, priority, now)
}

/** Filters, targets and reconciliation judge by what was read. */
async function keepReading(
  tx: Tx,
  row: LookupRow,
  source: SourceRow,
  integration: Integration,
  outcome: LookUpOutcome & { kind: 'found' },
  settings: IntegrationSettings | null,
  now: Date,
): Promise<void> {
  if (!outcome.reading || !settings) return
  const alertKey = integration.eventOf?.(outcome.reading, settings).alertKey ?? row.alert_key_folded
  await saveReading(tx, { alertSourceId: source.id, folded: row.alert_key_folded, alertKey }, outcome.reading, now)
  const target = integration.targetOf?.(outcome.reading, settings) ?? null
  await planTarget(tx, { alertSourceId: source.id, folded: row.alert_key_folded, alertKey }, target)
}

function warningCodes(integration: Integration): string[] {
  return [`${integration.slug}-unauthorized`, `${integration.slug}-forbidden`, `${integration.slug}-unreachable`]
}

/** A delivery that waited for this answer goes on; only a record that surely does not exist makes it a test. */
async function confirmDelivery(
  tx: Tx,
  row: LookupRow,
  deliveryId: string,
  outcome: LookUpOutcome,
  now: Date,
): Promise<void> {
  const delivery = { alert_source_id: row.alert_source_id, id: deliveryId }
  if (outcome.kind === 'missing') {
    await finishDelivery(
      tx,
      delivery,
      {
        outcome: 'IGNORED',
        rule: 'test-delivery',
        reason: 'A test delivery: the record it names does not exist.',
        event: null,
        alertKey: null,
        alertId: null,
      },
      now,
    )
    return
  }
  await postponeDelivery(tx, delivery, { dueAt: now, confirmation: outcome.kind === 'found' ? 'FOUND' : 'UNASKED' })
  await wakeEngine(tx)
}
