import { priorityFor } from '../../alerts/decide.ts'
import {
  ALERT_KEY_LENGTH_MAX,
  DETAILS_LENGTH_MAX,
  LABELS_MAX,
  LINKS_MAX,
  type Priority,
  SUMMARY_LENGTH_MAX,
} from '../../alerts/schema.ts'
import type { Counts } from '../../conditions/counts.ts'
import { evaluate } from '../../conditions/evaluate.ts'
import type { Condition, Place } from '../../conditions/tree.ts'
import type { AlertFacts, IncomingEvent } from '../../integrations/contract.ts'
import { WorkBudget } from '../../runtime/text-error.ts'
import { renderTemplate } from '../../templates/render.ts'
import type { Template } from '../../templates/tree.ts'
import type { Compiled, CompiledRules } from './compile.ts'
import type { EventEffect, RuleError } from './schema.ts'
import { fallbackOf, fieldName, shortened } from './words.ts'

/** Work that all templates of one event may cause together, in units of about a microsecond. */
const EVENT_WORK_MAX = 250_000
const HREF_LENGTH_MAX = 2_048
const LINK_TEXT_LENGTH_MAX = 255
const LABEL_LENGTH_MAX = 1_000
const ROUTING_KEYS_MAX = 20
const ROUTING_KEY_LENGTH_MAX = 255

/** What is there besides the event. */
export interface RuleContext {
  now: Date
  /** Counts of each condition, by its field. */
  counts: Readonly<Record<string, Counts>>
  isIn(place: Place, at: Date): boolean | null
}

/** One rule that did something, as the trace tells it. */
export interface RuleNote {
  decision: string
  rule: string
  reason: string
}

/** What the rules say of an event beyond the event itself. */
export interface Ruling {
  /** What the priority mapping says; null: nothing. */
  priority: Priority | null
  /** True when an event's own priority counts whatever the source's default (ilert-behaviour.md rule 10). */
  honoursOwnPriority: boolean
  routingKeys: string[]
  notes: RuleNote[]
}

export type RuleDecision = {
  errors: RuleError[]
  counts: Readonly<Record<string, Counts>>
} & (
  | { kind: 'event'; event: IncomingEvent; ruling: Ruling }
  | { kind: 'filtered'; event: IncomingEvent; rule: string; reason: string }
  /** The sender did not say what the event is, and no rule does. */
  | { kind: 'untyped' }
)

/**
 * What a source's rules make of an event; `payload` is what arrived, `isTyped` whether it says itself what it is. A template
 * that cannot be worked out leaves what the integration said, and a filter that cannot be worked out lets the event in.
 */
export function decideRules(
  rules: CompiledRules,
  received: { event: IncomingEvent; payload: unknown; isTyped: boolean },
  context: RuleContext,
): RuleDecision {
  const work = new RuleWork(rules, context)
  const keyed = work.withKey(received.event, received.payload)
  if (!work.letsIn(keyed))
    return {
      kind: 'filtered',
      event: keyed,
      rule: 'event-filter',
      reason: "The source's event filter does not let it in.",
      ...work.outcome(),
    }
  const typed = work.withType(keyed)
  if (!received.isTyped && typed === keyed) return { kind: 'untyped', ...work.outcome() }
  const data = templateData(typed, received.payload)
  const facts = work.facts(typed.facts, data)
  return {
    kind: 'event',
    event: { ...typed, facts },
    ruling: {
      priority: work.priority(data),
      honoursOwnPriority: rules.priority !== null,
      routingKeys: work.routingKeys(typed, data),
      notes: work.notes,
    },
    ...work.outcome(),
  }
}

/** What the rules make of facts that were learnt later, by a look-up; `priority`: what the mapping says now, null: nothing. */
export function decideFacts(
  rules: CompiledRules,
  found: AlertFacts,
  alert: { alertKey: string | null; labels: Record<string, string>; payload: unknown },
): { facts: AlertFacts; priority: Priority | null; errors: RuleError[]; notes: RuleNote[] } {
  const work = new RuleWork(rules, null)
  const facts = { ...found, labels: { ...alert.labels, ...found.labels } }
  const data = {
    ...fieldsOf({ alertKey: alert.alertKey, facts, customDetails: alert.payload }),
    ...objectOf(alert.payload),
  }
  const written = work.facts(facts, data)
  return { facts: written, priority: work.priority(data), errors: work.errors, notes: work.notes }
}

/** What the event is now, and what an alert of it would be. */
export function effectOf(
  event: IncomingEvent,
  ruling: Ruling,
  source: { priority: Priority; followsHours: boolean; policy: { id: number; name: string } | null },
): EventEffect {
  const { facts } = event
  return {
    eventType: event.type,
    alertKey: event.alertKey,
    summary: (facts.summary ?? '').slice(0, SUMMARY_LENGTH_MAX),
    details: (facts.details ?? '').slice(0, DETAILS_LENGTH_MAX),
    priority: priorityFor({
      ofSource: source.priority,
      followsHours: source.followsHours,
      ofEvent: facts.priority,
      mapped: ruling.priority,
      honoursOwn: ruling.honoursOwnPriority,
    }).priority,
    severity: facts.severity ?? null,
    links: facts.links ?? [],
    labels: facts.labels ?? {},
    routingKeys: ruling.routingKeys,
    escalationPolicy: source.policy,
  }
}

/** What templates read: the fields every event has, and above them what arrived. */
export function templateData(event: IncomingEvent, payload: unknown): Record<string, unknown> {
  return { ...eventFields(event), ...objectOf(payload) }
}

/** What conditions read as `event`. */
export function eventFields(event: IncomingEvent): Record<string, unknown> {
  return {
    ...fieldsOf(event),
    eventType: event.type === 'NONE' ? undefined : event.type,
    status: event.status ?? undefined,
    comments: event.comments,
    routingKey: event.routingKey ?? undefined,
  }
}

function fieldsOf(event: Pick<IncomingEvent, 'alertKey' | 'facts' | 'customDetails'>): Record<string, unknown> {
  const { facts } = event
  return {
    summary: facts.summary,
    details: facts.details,
    alertKey: event.alertKey ?? undefined,
    priority: facts.priority,
    severity: facts.severity,
    links: facts.links,
    images: facts.images,
    labels: facts.labels,
    customDetails: event.customDetails ?? undefined,
  }
}

/** What arrived, without the key that opened the door: what a template prints is shown. */
function objectOf(payload: unknown): object {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return {}
  return Object.fromEntries(Object.entries(payload).filter(([name]) => name !== 'integrationKey' && name !== 'apiKey'))
}

/** One pass of a source's rules over one event. */
class RuleWork {
  readonly errors: RuleError[]
  readonly notes: RuleNote[] = []
  readonly #rules: CompiledRules
  readonly #context: RuleContext | null
  readonly #budget = new WorkBudget(EVENT_WORK_MAX)
  #counts: Readonly<Record<string, Counts>>

  constructor(rules: CompiledRules, context: RuleContext | null) {
    this.#rules = rules
    this.#context = context
    this.#counts = context?.counts ?? {}
    this.errors = [...rules.errors]
    for (const error of rules.errors) this.#noteFallback(error)
  }

  outcome() {
    return { errors: this.errors, counts: this.#counts }
  }

  #noteFallback(error: RuleError): void {
    this.notes.push({
      decision: 'fall-back',
      rule: `rule-${error.field.split('.')[0]}`,
      reason: `${fieldName(error.field)} could not be used: ${error.message} ${fallbackOf(error.field)}`,
    })
  }

  #fail(field: string, error: Omit<RuleError, 'field'>): void {
    const failed = { ...error, field }
    this.errors.push(failed)
    this.#noteFallback(failed)
  }

  /** A template's text without the white space around; null when there is none, it says nothing, or it cannot be worked out. */
  #text(template: Compiled<Template> | null, data: unknown): string | null {
    if (!template) return null
    const rendered = renderTemplate(template.tree, data, template.source, this.#budget)
    if (!rendered.ok) {
      this.#fail(template.field, rendered.error)
      return null
    }
    return rendered.text.trim() || null
  }

  /** Whether a condition holds; `otherwise` when it cannot be worked out. */
  #holds(condition: Compiled<Condition>, event: IncomingEvent, otherwise: boolean): boolean {
    if (!this.#context) return otherwise
    const { field, source, tree } = condition
    const { now, isIn } = this.#context
    const roots = { event: eventFields(event) }
    const verdict = evaluate(tree, { roots, now, isIn, counts: this.#counts[field] ?? {} }, source)
    this.#counts = { ...this.#counts, [field]: verdict.counts }
    if (verdict.problem === null) return verdict.holds
    this.#fail(field, verdict.problem)
    return otherwise
  }

  withKey(event: IncomingEvent, payload: unknown): IncomingEvent {
    const alertKey = this.#text(this.#rules.alertKey, templateData(event, payload))
    if (alertKey === null || !this.#rules.alertKey) return event
    if (alertKey.length <= ALERT_KEY_LENGTH_MAX) return { ...event, alertKey }
    const { field } = this.#rules.alertKey
    this.#fail(field, {
      message: `The key is longer than ${ALERT_KEY_LENGTH_MAX} characters.`,
      offset: 0,
      line: 1,
      column: 1,
    })
    return event
  }

  letsIn(event: IncomingEvent): boolean {
    const { filter } = this.#rules
    if (!filter) return true
    const errors = this.errors.length
    const isIn = this.#holds(filter, event, true)
    if (isIn && this.errors.length === errors)
      this.notes.push({ decision: 'let-in', rule: 'event-filter', reason: "The source's event filter lets it in." })
    return isIn
  }

  /** The same object when no rule changes its type. What opens an alert is looked at first, so that none is missed. */
  withType(event: IncomingEvent): IncomingEvent {
    const rules = [
      ['ALERT', this.#rules.create, 'event-type-create'],
      ['ACCEPT', this.#rules.accept, 'event-type-accept'],
      ['RESOLVE', this.#rules.resolve, 'event-type-resolve'],
    ] as const
    const found = rules.find(([, condition]) => condition !== null && this.#holds(condition, event, false))
    if (!found) return event
    const [type, , rule] = found
    this.notes.push({
      decision: 'read-as',
      rule,
      reason: `It counts as ${type}: the source's event-type rule says so.`,
    })
    return { ...event, type }
  }

  facts(facts: AlertFacts, data: unknown): AlertFacts {
    const summary = this.#text(this.#rules.summary, data)
    const details = this.#text(this.#rules.details, data)
    const severity = facts.severity ?? this.#severity(data)
    const labels = this.#labels(facts.labels ?? {}, data)
    const links = [...(facts.links ?? []), ...this.#links(data)].slice(0, LINKS_MAX)
    return {
      ...facts,
      ...(summary === null ? {} : { summary: summary.replace(/\s+/g, ' ') }),
      ...(details === null ? {} : { details }),
      ...(severity === null ? {} : { severity }),
      ...(facts.labels || this.#rules.labels.length > 0 ? { labels } : {}),
      ...(facts.links || links.length > 0 ? { links } : {}),
    }
  }

  #links(data: unknown): { href: string; text: string }[] {
    return this.#rules.links.flatMap((link) => {
      const href = this.#text(link.href, data)
      if (href === null) return []
      if (!/^https?:\/\/[^\s/]/i.test(href) || href.length > HREF_LENGTH_MAX || !URL.canParse(href)) {
        this.#fail(link.href.field, {
          message: `"${href.slice(0, 80)}" is no http address.`,
          offset: 0,
          line: 1,
          column: 1,
        })
        return []
      }
      return [{ href, text: (this.#text(link.text, data) ?? '').replace(/\s+/g, ' ').slice(0, LINK_TEXT_LENGTH_MAX) }]
    })
  }

  #labels(own: Record<string, string>, data: unknown): Record<string, string> {
    const made = this.#rules.labels.flatMap(({ name, value }) => {
      const text = this.#text(value, data)
      return text === null ? [] : [[name, text.slice(0, LABEL_LENGTH_MAX)] as const]
    })
    // What the source's owner asked for stays, should there be more than an alert keeps.
    const others = Object.entries(own).filter(([name]) => !made.some(([other]) => other === name))
    return Object.fromEntries([...others.slice(0, Math.max(0, LABELS_MAX - made.length)), ...made])
  }

  #severity(data: unknown): number | null {
    const { severity, defaultSeverity } = this.#rules
    const value = severity ? this.#text(severity.value, data) : null
    const mapped = severity && value !== null ? mappedTo(severity.mappings, value) : null
    if (mapped) {
      this.notes.push({
        decision: 'map',
        rule: 'severity-mapping',
        reason: `Severity ${mapped.severity}: "${shortened(value ?? '')}" is mapped to it.`,
      })
      return mapped.severity
    }
    if (defaultSeverity === null) return null
    const reason = `Severity ${defaultSeverity}: the source gives it to events without one.`
    this.notes.push({ decision: 'map', rule: 'severity-of-source', reason })
    return defaultSeverity
  }

  priority(data: unknown): Priority | null {
    const { priority } = this.#rules
    if (!priority) return null
    const value = this.#text(priority.value, data)
    const mapped = value === null ? null : mappedTo(priority.mappings, value)
    const said = value === null ? 'nothing' : `"${shortened(value ?? '')}"`
    this.notes.push({
      decision: 'map',
      rule: 'priority-mapping',
      reason: mapped
        ? `Priority ${mapped.priority}: ${said} is mapped to it.`
        : `The priority mapping has no line for ${said}.`,
    })
    return mapped?.priority ?? null
  }

  /** The event's own keys first, then the template's. */
  routingKeys(event: IncomingEvent, data: unknown): string[] {
    const said = [event.routingKey, this.#text(this.#rules.routingKey, data)]
    const keys = said.flatMap((text) => (text ?? '').split(',')).map((key) => key.trim())
    return [...new Set(keys.filter((key) => key !== '' && key.length <= ROUTING_KEY_LENGTH_MAX))].slice(
      0,
      ROUTING_KEYS_MAX,
    )
  }
}

function mappedTo<T extends { value: string }>(mappings: readonly T[], value: string): T | null {
  const wanted = value.toLowerCase()
  return mappings.find((mapping) => mapping.value.trim().toLowerCase() === wanted) ?? null
}
