import type { EventEffect } from '../../alert-sources/rules/schema.ts'
import type { DeliveryOutcome, Difference } from '../schema.ts'

/** What became of a delivery, then or now. */
export interface Fate {
  outcome: DeliveryOutcome
  rule: string | null
  reason: string | null
  effect: EventEffect | null
}

const FIELDS: readonly [string, (effect: EventEffect) => string][] = [
  ['Event type', (effect) => effect.eventType],
  ['Alert key', (effect) => effect.alertKey ?? ''],
  ['Summary', (effect) => effect.summary],
  ['Details', (effect) => effect.details],
  ['Priority', (effect) => effect.priority],
  ['Severity', (effect) => (effect.severity === null ? '' : String(effect.severity))],
  ['Links', (effect) => effect.links.map(({ href, text }) => (text === '' ? href : `${text}: ${href}`)).join('\n')],
  ['Labels', (effect) => sortedLines(effect.labels)],
  ['Routing keys', (effect) => effect.routingKeys.join(', ')],
  ['Escalation policy', (effect) => effect.escalationPolicy?.name ?? 'the one of the source'],
]

/** What today's rules would do otherwise; what was kept shortened is compared as far as it was kept. */
export function differences(was: Fate, today: Fate, detailsKept: number): Difference[] {
  const found: Difference[] = []
  const compare = (name: string, before: string | null, after: string | null) => {
    if ((before ?? '') !== (after ?? '')) found.push({ name, was: before, today: after })
  }
  compare('Outcome', outcomeOf(was), outcomeOf(today))
  // A delivery read by an earlier version left nothing to compare.
  if (was.effect === null && today.effect === null) return found
  for (const [name, pick] of FIELDS) {
    const text = (effect: EventEffect | null) => (effect === null ? null : pick(shortened(effect, detailsKept)))
    compare(name, text(was.effect), text(today.effect))
  }
  return found
}

function outcomeOf({ outcome, rule }: Fate): string {
  return rule === null ? outcome : `${outcome} (${rule})`
}

function shortened(effect: EventEffect, detailsKept: number): EventEffect {
  return { ...effect, details: effect.details.slice(0, detailsKept) }
}

function sortedLines(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}: ${value}`)
    .sort()
    .join('\n')
}
