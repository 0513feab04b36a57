import { rulesOfRow } from '../alert-sources/rules/compile.ts'
import { decideRules, effectOf, type RuleDecision } from '../alert-sources/rules/decide.ts'
import { payloadOf } from '../alert-sources/rules/fields.ts'
import { loadPlaces } from '../alert-sources/rules/places.ts'
import type { RuleError } from '../alert-sources/rules/schema.ts'
import { loadCounts, saveCounts } from '../alert-sources/rules/store.ts'
import { warningText } from '../alert-sources/rules/words.ts'
import { rulesOf, ruleWarning, type SourceRow, settingsOf, warnSource } from '../alert-sources/store.ts'
import { receiveVerification } from '../alert-sources/verifications/actions.ts'
import { applyEvent, type EventRuling } from '../alerts/events.ts'
import { tellConnector } from '../alerts/facts.ts'
import { alertOfKey, foldKey } from '../alerts/store.ts'
import type { Tx } from '../database/connection.ts'
import { policyByRoutingKey } from '../escalation/policies/store.ts'
import type { IncomingEvent, Integration } from '../integrations/contract.ts'
import { integrationByType } from '../integrations/index.ts'
import { type ActiveWindow, activeWindow } from '../maintenance/store.ts'
import { AlertPriorityRule } from '../oncall/support-hours/schema.ts'
import { priorityOfSource } from '../oncall/support-hours/store.ts'
import { invariant } from '../runtime/invariant.ts'
import type { Secrets } from '../runtime/secrets.ts'
import { addSeconds } from '../runtime/time.ts'
import { addTrace } from '../trace/store.ts'
import { LOOKUP_GIVE_UP_SECONDS, outcomeOf } from './decide.ts'
import { lookFirst } from './first-look.ts'
import { wantLookup } from './lookups/store.ts'
import { claimIdempotencyKey, type DeliveryRow, knownOf, type Verdict } from './store.ts'

/** What a delivery is judged with. */
export interface JudgeContext {
  secrets: Secrets
  /** How long a first page may wait for the record's facts, in milliseconds. */
  enrichmentWaitMs: number
}

/** What became of a delivery, with the rule that decided and one sentence. */
export function verdict(
  outcome: Verdict['outcome'],
  rule: string,
  reason: string,
  more: Partial<Pick<Verdict, 'event' | 'alertKey' | 'alertId' | 'effect'>> = {},
): Verdict {
  return { outcome, rule, reason, event: null, alertKey: null, alertId: null, ...more }
}

/** What becomes of a delivery; null when it must wait. */
export async function judge(
  context: JudgeContext,
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
  context: Pick<JudgeContext, 'enrichmentWaitMs'>,
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
