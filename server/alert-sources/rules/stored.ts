import { nameOf, parseTemplate } from '../../templates/parse.ts'
import type { TemplateNode } from '../../templates/tree.ts'
import { type RuleInput, type RuleView, StoredRules, type TemplateElement, type TemplateInput } from './schema.ts'

/** What was sent, as it is kept. Pure. */
export function storedRules(input: RuleInput): StoredRules {
  const { priorityTemplate, severityTemplate } = input
  const links = (input.linkTemplates ?? []).flatMap((link) => {
    const href = textOfTemplate(link.hrefTemplate)
    return href === '' ? [] : [{ href, text: textOfTemplate(link.linkTextTemplate) || (link.text ?? '') }]
  })
  const labels = Object.entries(input.labels ?? {}).filter(([, text]) => text.trim() !== '')
  const priority = textOfTemplate(priorityTemplate?.valueTemplate)
  const severity = textOfTemplate(severityTemplate?.valueTemplate)
  return {
    ...said('summary', textOfTemplate(input.summaryTemplate)),
    ...said('details', textOfTemplate(input.detailsTemplate)),
    ...said('routingKey', textOfTemplate(input.routingTemplate)),
    ...said('alertKey', textOfTemplate(input.alertKeyTemplate)),
    ...said('filter', input.eventFilter ?? ''),
    ...said('create', input.eventTypeFilterCreate ?? ''),
    ...said('accept', input.eventTypeFilterAccept ?? ''),
    ...said('resolve', input.eventTypeFilterResolve ?? ''),
    ...(links.length > 0 ? { links } : {}),
    ...(priority === '' ? {} : { priority: { template: priority, mappings: priorityTemplate?.mappings ?? [] } }),
    ...(severity === '' ? {} : { severity: { template: severity, mappings: severityTemplate?.mappings ?? [] } }),
    ...(input.severity ? { defaultSeverity: input.severity } : {}),
    ...(labels.length > 0 ? { labels: Object.fromEntries(labels) } : {}),
  }
}

function said<Name extends string>(name: Name, text: string): { [name in Name]?: string } {
  return text.trim() === '' ? {} : ({ [name]: text } as { [name in Name]?: string })
}

/** A template as text, whichever of ilert's two forms it came in. */
function textOfTemplate(template: TemplateInput): string {
  if (!template) return ''
  if (template.textTemplate) return template.textTemplate
  return (template.elements ?? []).map(textOfElement).join('')
}

function textOfElement({ type, val, func, args }: TemplateElement): string {
  if (type !== 'VAR') return val ?? ''
  const given = (args ?? []).map(({ S, N }) => (typeof N === 'number' ? String(N) : JSON.stringify(S ?? '')))
  return `{{ ${val ?? ''}${func ? `.${func}(${given.join(', ')})` : ''} }}`
}

/** What is kept, as the API shows it; what a later version wrote and we cannot read is not shown. */
export function viewRules(kept: unknown): RuleView {
  const parsed = StoredRules.safeParse(kept)
  const rules: StoredRules = parsed.success ? parsed.data : {}
  const template = (text: string | undefined) => (text === undefined ? null : viewTemplate(text))
  return {
    summaryTemplate: template(rules.summary),
    detailsTemplate: template(rules.details),
    linkTemplates: (rules.links ?? []).map(({ href, text }) => ({
      text,
      linkTextTemplate: text === '' ? null : viewTemplate(text),
      hrefTemplate: viewTemplate(href),
    })),
    routingTemplate: template(rules.routingKey),
    alertKeyTemplate: template(rules.alertKey),
    priorityTemplate: rules.priority
      ? { valueTemplate: viewTemplate(rules.priority.template), mappings: rules.priority.mappings }
      : null,
    severityTemplate: rules.severity
      ? { valueTemplate: viewTemplate(rules.severity.template), mappings: rules.severity.mappings }
      : null,
    severity: rules.defaultSeverity ?? null,
    eventFilter: rules.filter ?? null,
    eventTypeFilterCreate: rules.create ?? null,
    eventTypeFilterAccept: rules.accept ?? null,
    eventTypeFilterResolve: rules.resolve ?? null,
    labels: rules.labels ?? {},
  }
}

function viewTemplate(text: string): { textTemplate: string; elements: TemplateElement[] } {
  const parsed = parseTemplate(text)
  const nodes = parsed.ok ? parsed.tree.nodes : null
  // Sections have no elements of their own: the whole text is raw then, which says the same.
  const elements = nodes?.some((node) => node.kind === 'section' || (node.kind === 'value' && node.calls.length > 1))
    ? null
    : nodes
  return { textTemplate: text, elements: elements ? elements.map(elementOf) : [{ type: 'RAW', val: text }] }
}

function elementOf(node: TemplateNode): TemplateElement {
  if (node.kind !== 'value') return { type: 'TEXT', val: node.kind === 'text' ? node.text : '' }
  const [call] = node.calls
  const args = call?.args.map((arg) => (typeof arg === 'number' ? { N: arg } : { S: arg }))
  return { type: 'VAR', val: nameOf(node.path) || '.', ...(call ? { func: call.name, args: args ?? [] } : {}) }
}
