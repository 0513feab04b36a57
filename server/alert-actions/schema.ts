import * as z from 'zod'
import { KnownField, RuleError } from '../alert-sources/rules/schema.ts'
import { Id, Instant, LIST_MAX_RESULTS, Name, Reference } from '../http/schema.ts'

/** What may set an action off; ilert's names, and `alert-reopened`, which it lacks. */
export const TriggerType = z.enum([
  'alert-created',
  'alert-assigned',
  'alert-auto-escalated',
  'alert-acknowledged',
  'alert-raised',
  'alert-comment-added',
  'alert-escalation-ended',
  'alert-resolved',
  'alert-auto-resolved',
  'alert-reopened',
  'alert-responder-added',
  'alert-responder-removed',
  'alert-channel-attached',
  'alert-channel-detached',
  'v-alert-not-resolved',
])
export type TriggerType = z.infer<typeof TriggerType>

export const CONNECTOR_TYPES = [
  'webhook',
  'slack',
  'slack_webhook',
  'microsoft_teams_webhook',
  'mattermost',
  'discord',
  'telegram',
] as const
/** Where an action sends to, as ilert spells it. */
export const ConnectorType = z.preprocess(
  (value) => (typeof value === 'string' ? value.toLowerCase() : value),
  z.enum(CONNECTOR_TYPES, { error: `One of ${CONNECTOR_TYPES.join(', ')}.` }),
)
export type ConnectorType = (typeof CONNECTOR_TYPES)[number]

export const ACTION_SOURCES_MAX = 100
export const ACTION_TEAMS_MAX = 20
export const CONDITIONS_LENGTH_MAX = 16_000
export const ESCALATION_ENDED_DELAY_MAX = 7_200
export const NOT_RESOLVED_DELAY_MAX = 172_800

const delay = (max: number) => z.number().int().min(0).max(max, `At most ${max} seconds.`).nullish()
const StringId = z.string().describe('a number as text, as ilert writes it')

export const AlertActionInput = z.object({
  name: Name,
  alertSources: z.array(Reference).max(ACTION_SOURCES_MAX, `At most ${ACTION_SOURCES_MAX} alert sources.`).nullish(),
  alertSourceIds: z
    .array(Id)
    .max(ACTION_SOURCES_MAX)
    .nullish()
    .describe("the older spelling, still sent by ilert's Go client"),
  teams: z.array(Reference).max(ACTION_TEAMS_MAX, `At most ${ACTION_TEAMS_MAX} teams.`).nullish(),
  connectorId: z.coerce
    .string()
    .max(20)
    .nullish()
    .describe('a connector of the same type; params then lack what it has'),
  connectorType: ConnectorType,
  triggerMode: z.enum(['AUTOMATIC', 'MANUAL']).nullish(),
  triggerTypes: z.array(TriggerType).max(TriggerType.options.length).nullish(),
  escalationEndedDelaySec: delay(ESCALATION_ENDED_DELAY_MAX),
  notResolvedDelaySec: delay(NOT_RESOLVED_DELAY_MAX),
  conditions: z
    .string()
    .max(CONDITIONS_LENGTH_MAX, `At most ${CONDITIONS_LENGTH_MAX} characters.`)
    .nullish()
    .describe('ICL about alert.*; empty: always'),
  params: z.record(z.string(), z.unknown()).nullish(),
})
export type AlertActionInput = z.infer<typeof AlertActionInput>

export const RunStatus = z.enum(['SCHEDULED', 'SENDING', 'SENT', 'SKIPPED', 'FAILED'])
export type RunStatus = z.infer<typeof RunStatus>

export const AlertAction = z.object({
  id: StringId,
  name: z.string(),
  alertSources: z.array(z.object({ id: Id, name: z.string() })),
  alertSourceIds: z.array(Id),
  teams: z.array(z.object({ id: Id, name: z.string() })),
  connectorId: StringId.nullable(),
  connectorType: z.enum(CONNECTOR_TYPES),
  triggerMode: z.enum(['AUTOMATIC', 'MANUAL']),
  triggerTypes: z.array(TriggerType),
  escalationEndedDelaySec: z.number().int(),
  notResolvedDelaySec: z.number().int(),
  conditions: z.string().nullable(),
  params: z.record(z.string(), z.unknown()).describe('secrets are null, or … and their last characters'),
  destination: z.string().describe('where it sends to, as far as it may be shown'),
  signingKey: z.string().optional().describe('shown once: signs the calls, as Standard Webhooks say'),
  lastRun: z.object({ status: RunStatus, at: Instant, reason: z.string().nullable() }).nullable(),
  pausedUntil: Instant.nullable().describe('nothing got through: everything waits until then'),
  bidirectional: z.literal(false),
  createdAt: Instant,
  updatedAt: Instant,
})
export type AlertAction = z.infer<typeof AlertAction>

/** A kind of place an action can send to; the form is drawn from the schema. */
export const AlertActionType = z.object({
  type: z.enum(CONNECTOR_TYPES),
  title: z.string(),
  summary: z.string(),
  schema: z.record(z.string(), z.unknown()).describe('JSON Schema of the params'),
  connectorFields: z.array(z.string()).describe('what a connector of this type holds; empty: there are none'),
  sends: z.enum(['TEXT', 'BODY']),
  channel: z.string().nullable().describe('the channel whose settings it needs, e.g. SLACK'),
})
export type AlertActionType = z.infer<typeof AlertActionType>

export const ConnectorInput = z.object({
  name: Name,
  type: ConnectorType,
  params: z.record(z.string(), z.unknown()).nullish(),
})
export type ConnectorInput = z.infer<typeof ConnectorInput>

export const Connector = z.object({
  id: StringId,
  name: z.string(),
  type: z.enum(CONNECTOR_TYPES),
  params: z.record(z.string(), z.unknown()).describe('secrets are null, or … and their last characters'),
  destination: z.string(),
  usedBy: z.number().int().describe('how many alert actions use it'),
  createdAt: Instant,
  updatedAt: Instant,
})
export type Connector = z.infer<typeof Connector>

/** One message of an action: a line of its delivery log. */
export const AlertActionRun = z.object({
  id: StringId,
  alertAction: z.object({ id: StringId, name: z.string(), connectorType: z.enum(CONNECTOR_TYPES) }),
  alert: z.object({ id: Id, summary: z.string() }),
  triggerType: z.string().describe('as in triggerTypes; manual: a person pressed the button'),
  status: RunStatus.describe('SKIPPED: the condition did not hold, or it had no more use'),
  attempts: z.number().int(),
  httpStatus: z.number().int().nullable().describe('of the last attempt'),
  reason: z.string().nullable().describe('one sentence for people'),
  triggeredAt: Instant,
  nextAttemptAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  resendOf: StringId.nullable(),
  message: z.object({ title: z.string(), text: z.string(), body: z.string().nullable() }).nullable(),
  mayRetry: z.boolean(),
  mayResend: z.boolean(),
})
export type AlertActionRun = z.infer<typeof AlertActionRun>

export const RunQuery = z.object({
  status: RunStatus.optional(),
  before: Id.optional().describe('goes on below this run'),
  'max-results': z.coerce.number().int().min(1).max(LIST_MAX_RESULTS).default(50),
})
export type RunQuery = z.infer<typeof RunQuery>

/** An action that a person may press on an alert. */
export const ManualAction = z.object({
  id: StringId,
  webhookId: StringId.describe("ilert's spelling of id"),
  name: z.string(),
  type: z.enum(CONNECTOR_TYPES),
})
export type ManualAction = z.infer<typeof ManualAction>

export const ManualActionInput = z.object({
  id: z.coerce.string().max(20).nullish(),
  webhookId: z.coerce.string().max(20).nullish(),
})

/** What unsaved settings would send. */
export const ActionPreviewInput = z.object({
  connectorType: ConnectorType,
  triggerType: TriggerType.or(z.literal('manual')).nullish(),
  alertId: Id.nullish().describe('the alert to try it on; an example when absent'),
  conditions: z.string().max(CONDITIONS_LENGTH_MAX).nullish(),
  titleTemplate: z.string().max(CONDITIONS_LENGTH_MAX).nullish(),
  bodyTemplate: z.string().max(CONDITIONS_LENGTH_MAX).nullish(),
})
export type ActionPreviewInput = z.infer<typeof ActionPreviewInput>

export const ActionPreview = z.object({
  errors: z.array(RuleError),
  holds: z.boolean().nullable().describe('whether the condition lets it through; null: it cannot be read'),
  message: z.object({ title: z.string(), text: z.string(), body: z.string().nullable() }).nullable(),
  reason: z.string().nullable().describe('why nothing can be sent'),
  alert: z.object({ id: Id, summary: z.string() }).nullable(),
  fields: z.array(KnownField),
})
export type ActionPreview = z.infer<typeof ActionPreview>
