import type { RuleError, RuleInput, RuleView } from '../../../server/alert-sources/rules/schema.ts'
import type { Priority } from '../../../server/alerts/schema.ts'

// The server's limits: its shapes are types here, so that their checks stay out of the browser.
export const LINKS_MAX = 10
export const LABELS_MAX = 50
export const MAPPINGS_MAX = 50

/** A source's rules as they are typed: every text a string, every list with its rows. */
export type RuleDraft = {
  summary: string
  details: string
  links: { href: string; text: string }[]
  labels: { name: string; value: string }[]
  routing: string
  alertKey: string
  filter: string
  create: string
  accept: string
  resolve: string
  priority: string
  priorities: { value: string; priority: Priority }[]
  severity: string
  severities: { value: string; severity: number }[]
  /** 0: none. */
  defaultSeverity: number
}

export const emptyRules: RuleDraft = {
  summary: '',
  details: '',
  links: [],
  labels: [],
  routing: '',
  alertKey: '',
  filter: '',
  create: '',
  accept: '',
  resolve: '',
  priority: '',
  priorities: [],
  severity: '',
  severities: [],
  defaultSeverity: 0,
}

export function draftOfRules(rules: RuleView): RuleDraft {
  return {
    summary: rules.summaryTemplate?.textTemplate ?? '',
    details: rules.detailsTemplate?.textTemplate ?? '',
    links: rules.linkTemplates.map(({ text, hrefTemplate }) => ({ text, href: hrefTemplate.textTemplate })),
    labels: Object.entries(rules.labels).map(([name, value]) => ({ name, value })),
    routing: rules.routingTemplate?.textTemplate ?? '',
    alertKey: rules.alertKeyTemplate?.textTemplate ?? '',
    filter: rules.eventFilter ?? '',
    create: rules.eventTypeFilterCreate ?? '',
    accept: rules.eventTypeFilterAccept ?? '',
    resolve: rules.eventTypeFilterResolve ?? '',
    priority: rules.priorityTemplate?.valueTemplate.textTemplate ?? '',
    priorities: rules.priorityTemplate?.mappings ?? [],
    severity: rules.severityTemplate?.valueTemplate.textTemplate ?? '',
    severities: rules.severityTemplate?.mappings ?? [],
    defaultSeverity: rules.severity ?? 0,
  }
}

const template = (textTemplate: string) => (textTemplate.trim() === '' ? null : { textTemplate })

/** The rules as the API wants them; rows that say nothing are left out. */
export function ruleInput(draft: RuleDraft): RuleInput {
  return {
    summaryTemplate: template(draft.summary),
    detailsTemplate: template(draft.details),
    linkTemplates: draft.links
      .filter(({ href }) => href.trim() !== '')
      .map(({ href, text }) => ({ hrefTemplate: { textTemplate: href }, linkTextTemplate: template(text) })),
    labels: Object.fromEntries(
      draft.labels
        .filter(({ name, value }) => name.trim() !== '' && value.trim() !== '')
        .map(({ name, value }) => [name.trim(), value]),
    ),
    routingTemplate: template(draft.routing),
    alertKeyTemplate: template(draft.alertKey),
    eventFilter: draft.filter,
    eventTypeFilterCreate: draft.create,
    eventTypeFilterAccept: draft.accept,
    eventTypeFilterResolve: draft.resolve,
    priorityTemplate:
      draft.priority.trim() === ''
        ? null
        : {
            valueTemplate: { textTemplate: draft.priority },
            mappings: draft.priorities.filter(({ value }) => value.trim() !== ''),
          },
    severityTemplate:
      draft.severity.trim() === ''
        ? null
        : {
            valueTemplate: { textTemplate: draft.severity },
            mappings: draft.severities.filter(({ value }) => value.trim() !== ''),
          },
    severity: draft.defaultSeverity || null,
  }
}

/** Where the error of a link row is told: rows without an address are not sent, so they do not count. */
export function linkField(links: RuleDraft['links'], index: number, part: 'href' | 'text'): string {
  const sent = links.slice(0, index).filter(({ href }) => href.trim() !== '').length
  return `linkTemplates.${sent}.${part === 'href' ? 'hrefTemplate' : 'linkTextTemplate'}.textTemplate`
}

/** The first error of a field, with its place. */
export function errorOf(errors: readonly RuleError[], field: string): string | undefined {
  const error = errors.find((one) => one.field === field)
  if (!error) return undefined
  return `${error.line === 1 ? `At ${error.column}` : `Line ${error.line}, at ${error.column}`}: ${error.message}`
}

/** A draft read back from the browser's storage; what does not fit is left out. */
export function parseRuleDraft(value: unknown): RuleDraft {
  if (typeof value !== 'object' || value === null) return emptyRules
  const said = value as Record<string, unknown>
  const text = (name: keyof RuleDraft) => (typeof said[name] === 'string' ? String(said[name]) : '')
  const links = (Array.isArray(said.links) ? said.links : []).flatMap((link: Record<string, unknown> | null) =>
    typeof link?.href === 'string' && typeof link.text === 'string' ? [{ href: link.href, text: link.text }] : [],
  )
  return {
    ...emptyRules,
    summary: text('summary'),
    details: text('details'),
    routing: text('routing'),
    filter: text('filter'),
    links,
  }
}
