import { parseCondition, placesOf } from '../../conditions/parse.ts'
import type { Condition, Place } from '../../conditions/tree.ts'
import { type Parsed, textError } from '../../runtime/text-error.ts'
import { parseTemplate } from '../../templates/parse.ts'
import type { Template } from '../../templates/tree.ts'
import { type RuleError, StoredRules } from './schema.ts'

/** A text with the tree it was read into. */
export interface Compiled<T> {
  field: string
  source: string
  tree: T
}

/** A source's rules, ready to be used; what could not be read is left out and listed. */
export interface CompiledRules {
  summary: Compiled<Template> | null
  details: Compiled<Template> | null
  routingKey: Compiled<Template> | null
  alertKey: Compiled<Template> | null
  links: { href: Compiled<Template>; text: Compiled<Template> }[]
  labels: { name: string; value: Compiled<Template> }[]
  priority: { value: Compiled<Template>; mappings: { value: string; priority: 'HIGH' | 'LOW' }[] } | null
  severity: { value: Compiled<Template>; mappings: { value: string; severity: number }[] } | null
  defaultSeverity: number | null
  filter: Compiled<Condition> | null
  create: Compiled<Condition> | null
  accept: Compiled<Condition> | null
  resolve: Compiled<Condition> | null
  /** True when a condition counts how often it was asked. */
  counts: boolean
  errors: RuleError[]
}

const compiled = new WeakMap<object, CompiledRules>()

/** The rules of a row, read once for as long as the row is at hand. */
export function rulesOfRow(row: { rules: object }): CompiledRules {
  const known = compiled.get(row.rules)
  if (known) return known
  const rules = compileRules(row.rules)
  compiled.set(row.rules, rules)
  return rules
}

/** Reads what is kept of a source's rules. Pure; never throws: what a later version wrote is an error in the list. */
export function compileRules(kept: unknown): CompiledRules {
  const parsed = StoredRules.safeParse(kept)
  const rules: StoredRules = parsed.success ? parsed.data : {}
  const errors: RuleError[] = parsed.success
    ? []
    : [{ field: 'rules', ...textError('', 0, 'They were written by another version and cannot be read.') }]

  const read = <T>(
    field: string,
    source: string | undefined,
    parse: (text: string) => Parsed<T>,
  ): Compiled<T> | null => {
    if (source === undefined) return null
    const result = parse(source)
    if (result.ok) return { field, source, tree: result.tree }
    errors.push({ field, ...result.error })
    return null
  }
  const template = (field: string, source: string | undefined) => read(field, source, parseTemplate)
  const condition = (field: string, source: string | undefined) =>
    read(field, source, (text) => parseCondition(text, 'event'))

  const links = (rules.links ?? []).flatMap((link, index) => {
    const href = template(`linkTemplates.${index}.hrefTemplate.textTemplate`, link.href)
    const text = template(`linkTemplates.${index}.linkTextTemplate.textTemplate`, link.text)
    return href && text ? [{ href, text }] : []
  })
  const labels = Object.entries(rules.labels ?? {}).flatMap(([name, source]) => {
    const value = template(`labels.${name}`, source)
    return value ? [{ name, value }] : []
  })
  const priority = template('priorityTemplate.valueTemplate.textTemplate', rules.priority?.template)
  const severity = template('severityTemplate.valueTemplate.textTemplate', rules.severity?.template)
  const conditions = [rules.filter, rules.create, rules.accept, rules.resolve]
  return {
    summary: template('summaryTemplate.textTemplate', rules.summary),
    details: template('detailsTemplate.textTemplate', rules.details),
    routingKey: template('routingTemplate.textTemplate', rules.routingKey),
    alertKey: template('alertKeyTemplate.textTemplate', rules.alertKey),
    links,
    labels,
    priority: priority ? { value: priority, mappings: rules.priority?.mappings ?? [] } : null,
    severity: severity ? { value: severity, mappings: rules.severity?.mappings ?? [] } : null,
    defaultSeverity: rules.defaultSeverity ?? null,
    filter: condition('eventFilter', rules.filter),
    create: condition('eventTypeFilterCreate', rules.create),
    accept: condition('eventTypeFilterAccept', rules.accept),
    resolve: condition('eventTypeFilterResolve', rules.resolve),
    counts: conditions.some((text) => text?.includes('trigger_count') ?? false),
    errors,
  }
}

/** Support hours and schedules the conditions ask about, with where they do. */
export function placesIn(rules: CompiledRules): { place: Place; offset: number; field: string; source: string }[] {
  return [rules.filter, rules.create, rules.accept, rules.resolve].flatMap((condition) =>
    condition
      ? placesOf(condition.tree).map((one) => ({ ...one, field: condition.field, source: condition.source }))
      : [],
  )
}
