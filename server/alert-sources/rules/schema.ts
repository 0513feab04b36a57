import * as z from 'zod'
import { LABELS_MAX, LINKS_MAX, Priority } from '../../alerts/schema.ts'
import { AlertPriorityRule } from '../../oncall/support-hours/schema.ts'

export const MAPPINGS_MAX = 50
export const MAPPING_VALUE_LENGTH_MAX = 255
/** Room for more than the languages take, so that they say what is too long, and where. */
export const RULE_TEXT_LENGTH_MAX = 20_000

const Text = z.string().max(RULE_TEXT_LENGTH_MAX)

const TemplateElement = z.object({
  type: z.enum(['TEXT', 'VAR', 'RAW']),
  val: Text.nullish(),
  func: z.string().max(100).nullish(),
  args: z
    .array(z.object({ S: Text.nullish(), N: z.number().int().nullish() }))
    .max(10)
    .nullish(),
})
export type TemplateElement = z.infer<typeof TemplateElement>

/** ilert's two forms of a template: its text, or its elements; the text counts when both are there. */
export const TemplateInput = z
  .object({ textTemplate: Text.nullish(), elements: z.array(TemplateElement).max(1_000).nullish() })
  .nullish()
export type TemplateInput = z.infer<typeof TemplateInput>

const LinkTemplateInput = z.object({
  text: z.string().max(255).nullish().describe('plain text; linkTextTemplate counts when both are there'),
  linkTextTemplate: TemplateInput,
  hrefTemplate: TemplateInput,
})
const PriorityTemplateInput = z
  .object({
    valueTemplate: TemplateInput,
    mappings: z
      .array(z.object({ value: z.string().max(MAPPING_VALUE_LENGTH_MAX), priority: Priority }))
      .max(MAPPINGS_MAX)
      .nullish(),
  })
  .nullish()
const SeverityTemplateInput = z
  .object({
    valueTemplate: TemplateInput,
    mappings: z
      .array(
        z.object({ value: z.string().max(MAPPING_VALUE_LENGTH_MAX), severity: z.coerce.number().int().min(1).max(5) }),
      )
      .max(MAPPINGS_MAX)
      .nullish(),
  })
  .nullish()
const ConditionInput = Text.nullish()

/** What may be said about a source's events, in ilert's names; what is absent or empty is not said. */
export const RuleInputs = {
  summaryTemplate: TemplateInput,
  detailsTemplate: TemplateInput,
  linkTemplates: z.array(LinkTemplateInput).max(LINKS_MAX).nullish(),
  routingTemplate: TemplateInput.describe('yields routing keys of escalation policies, comma-separated'),
  alertKeyTemplate: TemplateInput,
  priorityTemplate: PriorityTemplateInput,
  severityTemplate: SeverityTemplateInput,
  severity: z
    .preprocess((value) => (value === 0 || value === '' ? null : value), z.number().int().min(1).max(5).nullish())
    .describe('for events that bring none'),
  eventFilter: ConditionInput.describe('a condition (ICL); what does not match opens and changes nothing'),
  eventTypeFilterCreate: ConditionInput.describe('a condition: matching events count as ALERT'),
  eventTypeFilterAccept: ConditionInput.describe('a condition: matching events count as ACCEPT'),
  eventTypeFilterResolve: ConditionInput.describe('a condition: matching events count as RESOLVE'),
  labels: z
    .record(z.string().min(1).max(100), Text)
    .refine((labels) => Object.keys(labels).length <= LABELS_MAX, `At most ${LABELS_MAX} labels.`)
    .meta({ maxProperties: LABELS_MAX })
    .nullish()
    .describe('labels of its alerts; the values are templates'),
}
const RuleInput = z.object(RuleInputs)
export type RuleInput = z.infer<typeof RuleInput>

/** The same as it is kept: plain texts, without what is empty. Fields of a later version are left alone. */
export const StoredRules = z.object({
  summary: z.string().optional(),
  details: z.string().optional(),
  links: z.array(z.object({ href: z.string(), text: z.string() })).optional(),
  routingKey: z.string().optional(),
  alertKey: z.string().optional(),
  priority: z
    .object({ template: z.string(), mappings: z.array(z.object({ value: z.string(), priority: Priority })) })
    .optional(),
  severity: z
    .object({ template: z.string(), mappings: z.array(z.object({ value: z.string(), severity: z.number() })) })
    .optional(),
  defaultSeverity: z.number().optional(),
  filter: z.string().optional(),
  create: z.string().optional(),
  accept: z.string().optional(),
  resolve: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
})
export type StoredRules = z.infer<typeof StoredRules>

const TemplateView = z.object({ textTemplate: z.string(), elements: z.array(TemplateElement) })

/** What was said, as the API shows it. */
export const RuleViews = {
  summaryTemplate: TemplateView.nullable(),
  detailsTemplate: TemplateView.nullable(),
  linkTemplates: z.array(
    z.object({ text: z.string(), linkTextTemplate: TemplateView.nullable(), hrefTemplate: TemplateView }),
  ),
  routingTemplate: TemplateView.nullable(),
  alertKeyTemplate: TemplateView.nullable(),
  priorityTemplate: z
    .object({ valueTemplate: TemplateView, mappings: z.array(z.object({ value: z.string(), priority: Priority })) })
    .nullable(),
  severityTemplate: z
    .object({
      valueTemplate: TemplateView,
      mappings: z.array(z.object({ value: z.string(), severity: z.number().int() })),
    })
    .nullable(),
  severity: z.number().int().nullable(),
  eventFilter: z.string().nullable(),
  eventTypeFilterCreate: z.string().nullable(),
  eventTypeFilterAccept: z.string().nullable(),
  eventTypeFilterResolve: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
}
const RuleView = z.object(RuleViews)
export type RuleView = z.infer<typeof RuleView>

/** What is wrong with one of the texts, and where; line and column count from 1. */
export const RuleError = z.object({
  field: z.string().describe('e.g. summaryTemplate.textTemplate'),
  message: z.string(),
  offset: z.number().int(),
  line: z.number().int(),
  column: z.number().int(),
})
export type RuleError = z.infer<typeof RuleError>

/** What the rules make of an event. */
export const EventEffect = z.object({
  eventType: z.enum(['ALERT', 'ACCEPT', 'RESOLVE', 'COMMENT', 'NONE']),
  alertKey: z.string().nullable(),
  summary: z.string(),
  details: z.string(),
  priority: Priority,
  severity: z.number().int().nullable(),
  links: z.array(z.object({ href: z.string(), text: z.string() })),
  labels: z.record(z.string(), z.string()),
  routingKeys: z.array(z.string()),
  escalationPolicy: z.object({ id: z.number().int(), name: z.string() }).nullable(),
})
export type EventEffect = z.infer<typeof EventEffect>

/** Rules that need not be saved, and what they are tried on: a delivery of the source, or a pasted body. */
export const PreviewInput = z.object({
  ...RuleInputs,
  integrationType: z.string().max(64).nullish().describe('for a source that is not there yet'),
  alertPriorityRule: AlertPriorityRule.nullish(),
  supportHours: z.object({ id: z.number().int().min(1) }).nullish(),
  deliveryId: z.uuid().nullish(),
  body: z
    .string()
    .max(256 * 1024)
    .nullish()
    .describe('as the sender would send it; deliveryId counts when both are there'),
})
export type PreviewInput = z.infer<typeof PreviewInput>

export const Preview = z.object({
  outcome: z
    .enum(['EVENT', 'FILTERED', 'IGNORED', 'QUARANTINED', 'VERIFICATION', 'NOTHING'])
    .describe('NOTHING: there was nothing to try it on'),
  rule: z.string().nullable(),
  reason: z.string().nullable(),
  effect: EventEffect.nullable(),
  notes: z.array(z.string()).describe('which rule did what, in order'),
  errors: z.array(RuleError).describe('texts that cannot be read, or could not be worked out'),
})
export type Preview = z.infer<typeof Preview>

/** A field that can be written into a template or a condition. */
export const KnownField = z.object({
  template: z.string().describe('as a template names it, e.g. payload.status'),
  condition: z.string().describe('as a condition names it, e.g. event.customDetails.payload.status; empty: it cannot'),
  sample: z.string(),
  isPreset: z.boolean().describe('true: every event has it, whatever the sender'),
})
export type KnownField = z.infer<typeof KnownField>
