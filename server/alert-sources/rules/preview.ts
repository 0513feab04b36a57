import type { Database } from '../../database/connection.ts'
import { policyByRoutingKey } from '../../escalation/policies/store.ts'
import type { Integration, IntegrationSettings, ReceivedDelivery } from '../../integrations/contract.ts'
import { priorityOfSource } from '../../oncall/support-hours/store.ts'
import { Problem } from '../../runtime/problem.ts'
import { ruleErrors } from './check.ts'
import { compileRules } from './compile.ts'
import { decideRules, effectOf, type RuleDecision } from './decide.ts'
import { payloadOf } from './fields.ts'
import { loadPlaces } from './places.ts'
import type { Preview, PreviewInput, RuleError } from './schema.ts'
import { deliveryOfSource, loadCounts } from './store.ts'
import { storedRules } from './stored.ts'

/** What a preview is of: a source, or one that is about to be made. */
export interface PreviewSubject {
  id: number | null
  integration: Integration
  settings: IntegrationSettings | null
}

/** What unsaved rules would make of a delivery or a pasted body. Changes nothing. */
export async function previewRules(
  db: Database,
  subject: PreviewSubject,
  input: PreviewInput,
  now: Date,
): Promise<Preview> {
  const { integration } = subject
  const stored = storedRules(input)
  const errors = await ruleErrors(db, integration, stored, now)
  const none = { rule: null, reason: null, effect: null, notes: [], errors }
  const delivery = await chosenDelivery(db, subject, input)
  if (!delivery) return { ...none, outcome: 'NOTHING' }

  const received = integration.receive(delivery, subject.settings)
  if (received.kind === 'verify')
    return { ...none, outcome: 'VERIFICATION', reason: 'A webhook that wants to be confirmed: rules do not apply.' }
  if (received.kind === 'ignore') return { ...none, outcome: 'IGNORED', rule: received.rule, reason: received.reason }
  const event = received.kind === 'event' ? received.event : received.untyped
  const refused = received.kind === 'quarantine' ? received : null
  if (!event) return { ...none, outcome: 'QUARANTINED', rule: refused?.rule ?? null, reason: refused?.reason ?? null }

  const rules = compileRules(stored)
  const decision = decideRules(
    rules,
    {
      event,
      payload: payloadOf(integration.type, event, delivery.body),
      isTyped: refused === null || event.type !== 'NONE',
    },
    {
      now,
      counts: subject.id === null ? {} : await loadCounts(db, subject.id),
      isIn: await loadPlaces(db, rules, now),
    },
  )
  const all = { ...none, errors: together(errors, decision.errors) }
  if (decision.kind === 'filtered') return { ...all, outcome: 'FILTERED', rule: decision.rule, reason: decision.reason }
  const lacksKey = decision.kind === 'event' && decision.event.alertKey === null && decision.event.type !== 'ALERT'
  if (decision.kind === 'untyped' || (refused && lacksKey))
    return { ...all, outcome: 'QUARANTINED', rule: refused?.rule ?? null, reason: refused?.reason ?? null }
  return { ...all, ...(await shown(db, decision, input, now)), outcome: 'EVENT' }
}

async function chosenDelivery(
  db: Database,
  { id }: PreviewSubject,
  input: PreviewInput,
): Promise<ReceivedDelivery | null> {
  if (input.deliveryId && id !== null) {
    const delivery = await deliveryOfSource(db, id, input.deliveryId)
    if (!delivery) throw new Problem('not-found', `This source has no delivery ${input.deliveryId}.`)
    return delivery
  }
  const body = input.body?.trim() ?? ''
  return body === '' ? null : { headers: { 'content-type': 'application/json' }, body }
}

async function shown(
  db: Database,
  { event, ruling }: RuleDecision & { kind: 'event' },
  input: PreviewInput,
  now: Date,
) {
  const keys = ruling.routingKeys
  const found = keys.length > 0 ? await policyByRoutingKey(db, keys) : null
  const policy = found ? { id: found.id, name: found.name } : null
  const stand = {
    alertPriorityRule: input.alertPriorityRule ?? 'HIGH',
    supportHoursId: input.supportHours?.id ?? null,
  } as const
  const ofSource = await priorityOfSource(db, stand, now)
  const unknown = found || keys.length === 0 ? [] : [`No escalation policy has the routing key ${keys.join(', ')}.`]
  return {
    effect: effectOf(event, ruling, { priority: ofSource.priority, followsHours: ofSource.because !== null, policy }),
    // What failed is in the errors, with its place.
    notes: [...ruling.notes.filter((note) => note.decision !== 'fall-back').map((note) => note.reason), ...unknown],
  }
}

function together(one: readonly RuleError[], other: readonly RuleError[]): RuleError[] {
  const known = new Set(one.map((error) => `${error.field} ${error.offset} ${error.message}`))
  return [...one, ...other.filter((error) => !known.has(`${error.field} ${error.offset} ${error.message}`))]
}
