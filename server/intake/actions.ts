import { rulesOfRow } from '../alert-sources/rules/compile.ts'
import { decideRules, effectOf, type RuleDecision } from '../alert-sources/rules/decide.ts'
import { payloadOf } from '../alert-sources/rules/fields.ts'
import { loadPlaces } from '../alert-sources/rules/places.ts'
import type { RuleError } from '../alert-sources/rules/schema.ts'
import { loadCounts, saveCounts } from '../alert-sources/rules/store.ts'
import { warningText } from '../alert-sources/rules/words.ts'
import { rulesOf, ruleWarning, type SourceRow, settingsOf, sourceById, warnSource } from '../alert-sources/store.ts'
import { receiveVerification } from '../alert-sources/verifications/actions.ts'
import { applyEvent, type EventRuling } from '../alerts/events.ts'
import { tellConnector } from '../alerts/facts.ts'
import { alertOfKey, foldKey } from '../alerts/store.ts'
import type { Database, Tx } from '../database/connection.ts'
import { isConnectionLoss } from '../database/failures.ts'
import { contained } from '../database/savepoint.ts'
import type { BatchSize } from '../engine/batch-size.ts'
import type { Life } from '../engine/life.ts'
import { decideAfterFailure } from '../engine/poison.ts'
import { policyByRoutingKey } from '../escalation/policies/store.ts'
import type { IncomingEvent, Integration } from '../integrations/contract.ts'
import { integrationByType } from '../integrations/index.ts'
import { type ActiveWindow, activeWindow } from '../maintenance/store.ts'
import { AlertPriorityRule } from '../oncall/support-hours/schema.ts'
import { priorityOfSource } from '../oncall/support-hours/store.ts'
import { invariant } from '../runtime/invariant.ts'
import type { Log } from '../runtime/log.ts'
import type { Secrets } from '../runtime/secrets.ts'
import { addSeconds } from '../runtime/time.ts'
import { addTrace } from '../trace/store.ts'
import { decideReading, LOOKUP_GIVE_UP_SECONDS, outcomeOf, type ReadingMark } from './decide.ts'
import { lookFirst } from './first-look.ts'
import { wantLookup } from './lookups/store.ts'
import {
  claimIdempotencyKey,
  type DeliveryRow,
  finishDelivery,
  holdSource,
  knownOf,
  markBegun,
  peekUnread,
  postponeDelivery,
  releaseSource,
  sourcesWithNews,
  takeBackMark,
  unreadDeliveries,
  type Verdict,
} from './store.ts'

export interface IntakeContext {
  db: Database
  secrets: Secrets
  /** How long a first page may wait for the record's facts, in milliseconds. */
  enrichmentWaitMs: number
  /** How many deliveries of one source are read in one transaction. */
  readAtOnce: BatchSize
  /** This run of the program: what another one left half-read is told apart. */
  life: Life
  /** By source: what this run began to read and could not take its marks from at once, oldest first. */
  interrupted: Map<number, readonly Begun[]>
  /** Sources that this run reads, or whose marks it takes back: one slot at a time. */
  busy: Set<number>
  log: Log
}

/** Deliveries that are marked as begun, and what the mark said before. */
interface Begun {
  ids: readonly string[]
  before: ReadingMark
}

const SOURCES_MAX = 50

/** One pass of the intake station: what arrived is read, source by source, in order of arrival. Returns how many deliveries moved. */
export async function readDeliveries(context: IntakeContext, now: Date): Promise<number> {
  await forgiveInterrupted(context)
  let moved = 0
  let trouble: unknown = null
  for (const sourceId of await sourcesWithNews(context.db, now, SOURCES_MAX)) {
    try {
      moved += await inOneSlot(context, sourceId, () =>
        context.db.connection().execute((connection) => readSource(context, connection, sourceId, now)),
      )
    } catch (cause) {
      if (isConnectionLoss(cause)) throw cause
      // The next source has its turn whatever holds this one up.
      context.log.error({ err: cause, alertSourceId: sourceId }, 'intake.source-failed')
      trouble ??= cause
    }
  }
  if (moved === 0 && trouble !== null) throw trouble
  return moved
}

/** Does something with a source unless the other slot does; the hold keeps other nodes away, this the marks apart. */
async function inOneSlot(context: IntakeContext, sourceId: number, work: () => Promise<number>): Promise<number> {
  if (context.busy.has(sourceId)) return 0
  context.busy.add(sourceId)
  try {
    return await work()
  } finally {
    context.busy.delete(sourceId)
  }
}

/** A lost connection speaks against no delivery; without this another node would read each of them alone. */
async function forgiveInterrupted(context: IntakeContext): Promise<void> {
  for (const sourceId of context.interrupted.keys()) {
    await inOneSlot(context, sourceId, async () => {
      try {
        await forgive(context, context.db, sourceId, context.interrupted.get(sourceId) ?? [])
        context.interrupted.delete(sourceId)
      } catch (cause) {
        if (isConnectionLoss(cause)) throw cause
        context.log.warn({ err: cause, alertSourceId: sourceId }, 'intake.marks-not-taken-back')
      }
      return 0
    })
  }
}

/** The process lives, so what it began to read and did not end is marked as it was before. */
async function forgive(
  { life }: IntakeContext,
  db: Database,
  alertSourceId: number,
  begun: readonly Begun[],
): Promise<void> {
  // The oldest first: what it found is what there was before.
  for (const { ids, before } of begun) await takeBackMark(db, alertSourceId, ids, life.id, before)
}

async function readSource(context: IntakeContext, connection: Database, sourceId: number, now: Date): Promise<number> {
  if (!(await holdSource(connection, sourceId))) return 0
  try {
    return await readNext(context, connection, sourceId, now)
  } finally {
    // Without an answer the connection is gone, and the hold with it.
    await releaseSource(connection, sourceId).catch((cause) => {
      if (!isConnectionLoss(cause)) throw cause
    })
  }
}

async function readNext(context: IntakeContext, connection: Database, sourceId: number, now: Date): Promise<number> {
  const peeked = await peekUnread(connection, sourceId, now, context.readAtOnce.now)
  const unread = peeked.map((row) => ({ id: row.id, begunBy: row.begun_by, begunAlone: row.begun_alone }))
  const reading = decideReading(unread, { id: context.life.id, livedSeconds: context.life.secondsAt(now) })
  if (!reading || reading.kind === 'wait') return 0
  if (reading.kind === 'set-aside') {
    const reason = `it ended the process that read it, ${reading.times} times.`
    context.log.error({ alertSourceId: sourceId, deliveryId: reading.id }, 'intake.delivery-ends-process')
    await connection
      .transaction()
      .execute((tx) => quarantine(tx, { alert_source_id: sourceId, id: reading.id }, 'ends-the-process', reason, now))
    return 1
  }
  const ids = reading.kind === 'batch' ? reading.ids : [reading.id]
  const times = reading.kind === 'batch' ? 0 : reading.times
  try {
    await markBegun(connection, sourceId, ids, { by: context.life.id, alone: times })
    const read = await connection.transaction().execute((tx) => readThese(context, tx, sourceId, ids, now))
    context.readAtOnce.grow()
    return read
  } catch (cause) {
    await noteInterruption(context, connection, sourceId, { ids, before: reading.before }, cause)
    throw cause
  }
}

/** Takes the marks back at once, while the source is held; what cannot be done on this connection is done by the next pass. */
async function noteInterruption(
  context: IntakeContext,
  connection: Database,
  sourceId: number,
  begun: Begun,
  cause: unknown,
): Promise<void> {
  const isLost = isConnectionLoss(cause)
  if (isLost) context.readAtOnce.shrink()
  const isDone =
    !isLost &&
    (await forgive(context, connection, sourceId, [begun]).then(
      () => true,
      () => false,
    ))
  if (!isDone) context.interrupted.set(sourceId, [...(context.interrupted.get(sourceId) ?? []), begun])
}

async function readThese(
  context: IntakeContext,
  tx: Tx,
  sourceId: number,
  ids: readonly string[],
  now: Date,
): Promise<number> {
  const deliveries = await unreadDeliveries(tx, sourceId, ids)
  const source = await sourceById(tx, sourceId)
  for (const delivery of deliveries) {
    const failure = await contained(tx, () => readDelivery(context, tx, source, delivery, now))
    if (failure !== null) await setAside(context, tx, delivery, failure, now)
  }
  return deliveries.length
}

/** A row that fails is tried again later, then set aside; its neighbours go on (invariants.md ING-5). */
async function setAside(
  context: IntakeContext,
  tx: Tx,
  delivery: DeliveryRow,
  cause: unknown,
  now: Date,
): Promise<void> {
  context.log.error({ err: cause, deliveryId: delivery.id, attempt: delivery.attempts + 1 }, 'intake.delivery-failed')
  const next = decideAfterFailure(delivery.attempts + 1, now)
  if (next.kind === 'set-aside') return quarantine(tx, delivery, 'failed-repeatedly', next.reason, now)
  await postponeDelivery(tx, delivery, { dueAt: next.dueAt, attempts: delivery.attempts + 1, reason: next.reason })
}

async function quarantine(
  tx: Tx,
  delivery: Pick<DeliveryRow, 'alert_source_id' | 'id'>,
  rule: string,
  reason: string,
  now: Date,
): Promise<void> {
  await finishDelivery(tx, delivery, verdict('QUARANTINED', rule, reason), now)
  await warnSource(
    tx,
    delivery.alert_source_id,
    { code: 'quarantined', text: `A delivery was set aside: ${reason}` },
    now,
  )
}

async function readDelivery(
  context: IntakeContext,
  tx: Tx,
  source: SourceRow | null,
  delivery: DeliveryRow,
  now: Date,
): Promise<void> {
  const verdict = await judge(context, tx, source, delivery, now)
  if (verdict) await finishDelivery(tx, delivery, verdict, now)
}

function verdict(
  outcome: Verdict['outcome'],
  rule: string,
  reason: string,
  more: Partial<Pick<Verdict, 'event' | 'alertKey' | 'alertId' | 'effect'>> = {},
): Verdict {
  return { outcome, rule, reason, event: null, alertKey: null, alertId: null, ...more }
}

/** What becomes of a delivery; null when it must wait. */
export async function judge(
  context: Pick<IntakeContext, 'secrets' | 'enrichmentWaitMs'>,
  tx: Tx,
  source: SourceRow | null,
  delivery: DeliveryRow,
  now: Date,
): Promise<Verdict | null> {
  if (!source) return verdict('IGNORED', 'source-deleted', 'The alert source was deleted.')
  if (!source.active) return verdict('IGNORED', 'source-disabled', 'The alert source is disabled.')
  const integration = integrationByType(source.integration_type)
  if (!integration)
    return verdict('QUARANTINED', 'unknown-type', `This version does not know the type ${source.integration_type}.`)

  const settings = settingsOf(source, integration, context.secrets)
  const received = integration.receive({ headers: delivery.headers, body: delivery.body.toString('utf8') }, settings)
  switch (received.kind) {
    case 'quarantine': {
      const { untyped, name } = received
      const understood = untyped
        ? await applyReceived(
            context,
            tx,
            source,
            integration,
            settings !== null,
            { name, event: untyped, isUnderstood: false, unchecked: null },
            delivery,
            now,
          )
        : null
      if (understood) return understood
      await warnSource(
        tx,
        source.id,
        { code: 'quarantined', text: `A delivery was set aside: ${received.reason}` },
        now,
      )
      return verdict('QUARANTINED', received.rule, received.reason, { event: received.name })
    }
    case 'ignore':
      return verdict('IGNORED', received.rule, received.reason, { event: received.name, alertKey: received.alertKey })
    case 'verify': {
      if (await isReplayed(tx, source, received.onceKey, delivery, now)) return sameToken({ event: received.name })
      const state = await receiveVerification(tx, source, settings, received, delivery, now)
      return verdict('APPLIED', 'verification', state, { event: received.name })
    }
    case 'event': {
      const { name, event, onceKey } = received
      const about = { event: name, alertKey: event.alertKey }
      if (await isReplayed(tx, source, onceKey, delivery, now)) return sameToken(about)
      if (event.warning) await warnSource(tx, source.id, event.warning, now)
      const look = await lookFirst(tx, source, integration, settings, event, delivery, now)
      if (look.kind === 'wait') return null
      if (look.kind === 'ignore') return verdict('IGNORED', look.rule, look.reason, about)
      const whole = { name, event: look.event, isUnderstood: true, unchecked: look.unchecked }
      return applyReceived(context, tx, source, integration, settings !== null, whole, delivery, now)
    }
  }
}

/** A token does its work once; a replay that somebody here asked for may bring it again. */
async function isReplayed(
  tx: Tx,
  source: SourceRow,
  onceKey: string | undefined,
  delivery: DeliveryRow,
  now: Date,
): Promise<boolean> {
  if (onceKey === undefined || delivery.replay_of !== null) return false
  return !(await claimIdempotencyKey(tx, source.id, onceKey, delivery.id, now))
}

function sameToken(about: Parameters<typeof verdict>[3]): Verdict {
  return verdict('DUPLICATE', 'same-token', 'An earlier delivery brought the same token.', about)
}

/** Dropped, and says so. What ends alerts is never dropped: it can page nobody. */
function inMaintenance(window: ActiveWindow, name: string | null, event: IncomingEvent): Verdict {
  return verdict('IGNORED', 'maintenance', maintenanceReason(window), { event: name, alertKey: event.alertKey })
}

function maintenanceReason({ id, summary, endsAt }: ActiveWindow): string {
  return `The alert source is in maintenance until ${endsAt.toISOString()}: ${summary} (window ${id}).`
}

/** An event under the source's rules: filtered out, or applied. Null: neither sender nor rules say what it is. */
async function applyReceived(
  context: Pick<IntakeContext, 'enrichmentWaitMs'>,
  tx: Tx,
  source: SourceRow,
  integration: Integration,
  canLookUp: boolean,
  received: { name: string | null; event: IncomingEvent; isUnderstood: boolean; unchecked: string | null },
  delivery: DeliveryRow,
  now: Date,
): Promise<Verdict | null> {
  const { name, isUnderstood } = received
  const decision = await ruled(tx, source, received, delivery.body.toString('utf8'), now)
  if (decision.kind === 'untyped') return null
  const { event } = decision
  if (!isUnderstood && decision.kind === 'event' && event.alertKey === null && event.type !== 'ALERT') return null

  const repeatKey = delivery.headers['idempotency-key']
  if (repeatKey && !(await claimIdempotencyKey(tx, source.id, repeatKey, delivery.id, now))) {
    return verdict('DUPLICATE', 'idempotency-key', 'An earlier delivery had the same Idempotency-Key.', {
      event: name,
      alertKey: event.alertKey,
    })
  }
  if (rulesOfRow(source).counts) await saveCounts(tx, source.id, decision.counts)
  await warnOfRules(tx, source, decision.errors, now)
  if (decision.kind === 'filtered') {
    await traceFiltered(tx, source, event, decision, now)
    return verdict('IGNORED', decision.rule, decision.reason, { event: name, alertKey: event.alertKey })
  }
  const window = event.type === 'ALERT' ? await activeWindow(tx, source.id, delivery.received_at) : null
  if (window) return inMaintenance(window, name, event)
  const { ruling, effect } = await routed(tx, source, decision, now)
  const lookup = canLookUp && integration.lookUp ? event.lookup : null
  const holdUntil = lookup ? addSeconds(now, context.enrichmentWaitMs / 1_000) : null
  const rules = rulesOf(source, integration)
  const applied = await applyEvent(tx, rules, event, holdUntil, now, ruling)
  const { alertId } = applied
  if (received.unchecked !== null && alertId !== null) await tellConnector(tx, rules, alertId, received.unchecked, now)
  if (lookup && event.alertKey && alertId !== null && applied.decision.kind !== 'duplicate') {
    await wantLookup(tx, {
      alertSourceId: source.id,
      folded: foldKey(event.alertKey),
      request: lookup,
      deliveryId: null,
      dueAt: now,
      giveUpAt: addSeconds(now, LOOKUP_GIVE_UP_SECONDS),
    })
  }
  return verdict(outcomeOf(applied.decision), applied.decision.rule, applied.decision.reason, {
    event: name,
    alertKey: event.alertKey,
    alertId,
    effect,
  })
}

/** What became of an event that no delivery brought. */
export type UntoldOutcome =
  | { kind: 'applied'; event: IncomingEvent; alertId: number | null }
  | { kind: 'kept-out'; rule: string; reason: string }
  /** Under the key and the type the source's rules give it, it is no news. */
  | { kind: 'known' }
  /** It would be applied. */
  | { kind: 'shown' }

/**
 * Applies an event no delivery brought as if one had, when the record changed: the source's rules and its maintenance count
 * for it too. `isDry` changes nothing; `unlessKnown` leaves out what is known so already.
 */
export async function applyUntold(
  tx: Tx,
  source: SourceRow,
  integration: Integration,
  told: { event: IncomingEvent; changedAt: Date; isDry: boolean; unlessKnown: boolean },
  now: Date,
): Promise<UntoldOutcome> {
  const decision = await ruled(tx, source, { event: told.event, isUnderstood: true }, '', told.changedAt)
  if (decision.kind === 'filtered') return { kind: 'kept-out', rule: decision.rule, reason: decision.reason }
  invariant(decision.kind === 'event', 'an event that says its type is typed')
  const { event } = decision
  if (event.type === 'ALERT') {
    const window = (await activeWindow(tx, source.id, told.changedAt)) ?? (await activeWindow(tx, source.id, now))
    if (window) return { kind: 'kept-out', rule: 'maintenance', reason: maintenanceReason(window) }
  }
  if (told.unlessKnown && event.alertKey !== null) {
    const known = await knownOf(tx, source.id, foldKey(event.alertKey))
    if (known?.eventType === event.type) return { kind: 'known' }
  }
  if (told.isDry) return { kind: 'shown' }
  if (rulesOfRow(source).counts) await saveCounts(tx, source.id, decision.counts)
  await warnOfRules(tx, source, decision.errors, now)
  const { ruling } = await routed(tx, source, decision, now)
  const { alertId } = await applyEvent(tx, rulesOf(source, integration), event, null, now, ruling)
  return { kind: 'applied', event, alertId }
}

/** What the source's rules make of an event. */
async function ruled(
  tx: Tx,
  source: SourceRow,
  { event, isUnderstood }: { event: IncomingEvent; isUnderstood: boolean },
  body: string,
  now: Date,
): Promise<RuleDecision> {
  const rules = rulesOfRow(source)
  const counts = rules.counts ? await loadCounts(tx, source.id) : {}
  const payload = payloadOf(source.integration_type, event, body)
  const isTyped = isUnderstood || event.type !== 'NONE'
  return decideRules(rules, { event, payload, isTyped }, { now, counts, isIn: await loadPlaces(tx, rules, now) })
}

/** A rule that fails stops no page; its owner is told. */
export async function warnOfRules(tx: Tx, source: SourceRow, errors: readonly RuleError[], now: Date): Promise<void> {
  for (const error of errors) {
    const code = ruleWarning(error.field.split('.')[0] ?? error.field)
    await warnSource(tx, source.id, { code, text: warningText(error) }, now)
  }
}

/** An open alert tells that news of it was kept out. */
async function traceFiltered(
  tx: Tx,
  source: SourceRow,
  event: IncomingEvent,
  { rule, reason }: { rule: string; reason: string },
  now: Date,
): Promise<void> {
  const alert = event.alertKey === null ? null : await alertOfKey(tx, source.id, foldKey(event.alertKey), null)
  if (!alert) return
  const line = { alertSourceId: source.id, alertId: alert.id, station: 'intake' as const, decision: 'ignore' }
  await addTrace(tx, { ...line, rule, reason: `${event.text} — ${reason}` }, now)
}

/** The policy the first known routing key names, if any; the source's own otherwise. */
async function routed(tx: Tx, source: SourceRow, { event, ruling }: RuleDecision & { kind: 'event' }, now: Date) {
  const { priority, honoursOwnPriority, routingKeys: keys, notes } = ruling
  const policy = keys.length > 0 ? await policyByRoutingKey(tx, keys) : null
  const key = `routing key${keys.length === 1 ? '' : 's'} ${keys.join(', ')}`
  const note = policy
    ? { decision: 'route', rule: 'policy-by-routing-key', reason: `${policy.name} is asked: ${key}.` }
    : {
        decision: 'route',
        rule: 'routing-key-unknown',
        reason: `No escalation policy has the ${key}: the source's own is asked.`,
      }
  const given: EventRuling = {
    priority,
    honoursOwnPriority,
    policy: policy ? { id: policy.id, because: `chosen by the ${key}` } : null,
    notes: keys.length > 0 ? [...notes, note] : notes,
  }
  const stand = {
    alertPriorityRule: AlertPriorityRule.parse(source.alert_priority_rule),
    supportHoursId: source.support_hours_id,
  }
  const ofSource = await priorityOfSource(tx, stand, now)
  const of = { priority: ofSource.priority, followsHours: ofSource.because !== null, policy }
  const shown = policy ? { id: policy.id, name: policy.name } : null
  return { ruling: given, effect: effectOf(event, ruling, { ...of, policy: shown }) }
}
