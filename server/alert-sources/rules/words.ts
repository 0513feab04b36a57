import type { RuleError } from './schema.ts'

const NAMES: Record<string, string> = {
  summaryTemplate: 'The summary template',
  detailsTemplate: 'The details template',
  linkTemplates: 'A link template',
  labels: 'A label template',
  routingTemplate: 'The routing key template',
  alertKeyTemplate: 'The alert key template',
  priorityTemplate: 'The priority mapping',
  severityTemplate: 'The severity mapping',
  eventFilter: 'The event filter',
  eventTypeFilterCreate: 'The event-type rule for ALERT',
  eventTypeFilterAccept: 'The event-type rule for ACCEPT',
  eventTypeFilterResolve: 'The event-type rule for RESOLVE',
}

/** Fields whose warnings a source can have. */
export const ruleFields: readonly string[] = [...Object.keys(NAMES), 'rules']

/** A field as people call it. */
export function fieldName(field: string): string {
  const [first = ''] = field.split('.')
  return Object.hasOwn(NAMES, first) ? (NAMES[first] ?? first) : "The source's rules"
}

/** What happened instead. */
export function fallbackOf(field: string): string {
  const [first] = field.split('.')
  if (first === 'eventFilter') return 'The event was let in.'
  if (first?.startsWith('eventTypeFilter')) return 'The event kept its own type.'
  if (first === 'linkTemplates' || first === 'labels') return 'It was left out.'
  return 'The default was used.'
}

/** One of a source's rules that failed, as the source's warning says it. */
export function warningText(error: RuleError): string {
  return `${fieldName(error.field)} could not be used (line ${error.line}, column ${error.column}): ${error.message} ${fallbackOf(error.field)}`
}

/** The beginning of a value, for a sentence. */
export function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
