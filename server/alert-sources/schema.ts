import * as z from 'zod'
import { TimeZone } from '../directory/schema.ts'
import { Id, Instant, Name, Reference } from '../http/schema.ts'
import { AlertPriorityRule, SupportDays } from '../oncall/support-hours/schema.ts'
import { KnownField, RuleInputs, RuleViews } from './rules/schema.ts'

/** ilert's names for the grouping modes; the two AI and e-mail modes are not offered. */
export const AlertCreation = z.enum([
  'ONE_ALERT_PER_EMAIL',
  'ONE_ALERT_PER_EMAIL_SUBJECT',
  'ONE_PENDING_ALERT_ALLOWED',
  'ONE_OPEN_ALERT_ALLOWED',
  'ONE_ALERT_GROUPED_PER_WINDOW',
])
export type AlertCreation = z.infer<typeof AlertCreation>

export const GroupingWindow = z.enum([
  'PT2M',
  'PT5M',
  'PT15M',
  'PT30M',
  'PT1H',
  'PT2H',
  'PT4H',
  'PT8H',
  'PT12H',
  'PT24H',
])
export type GroupingWindow = z.infer<typeof GroupingWindow>

export const AutoResolution = z.enum([
  'PT10M',
  'PT20M',
  'PT30M',
  'PT40M',
  'PT50M',
  'PT60M',
  'PT90M',
  'PT2H',
  'PT3H',
  'PT4H',
  'PT5H',
  'PT6H',
  'PT12H',
  'PT24H',
])
export type AutoResolution = z.infer<typeof AutoResolution>

/** Support hours by reference, or said in place as older clients do. */
const SupportHoursChoice = z.object({
  id: Id.optional(),
  timezone: TimeZone.optional(),
  supportDays: SupportDays.optional(),
  autoRaiseAlerts: z.boolean().optional(),
})
export const AlertSourceStatus = z.enum(['PENDING', 'ALL_ACCEPTED', 'ALL_RESOLVED', 'IN_MAINTENANCE', 'DISABLED'])

const empty = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? null : value), schema.nullish())

/** Create and replace. `teams` and `integrationSettings`: absent or null leaves them as they are. */
export const AlertSourceInput = z.object({
  name: Name,
  integrationType: z.string().min(1).max(64).describe('FOURME, API; immutable after creation'),
  escalationPolicy: Reference,
  teams: z.array(Reference).max(100).nullish(),
  active: z.boolean().nullish(),
  alertCreation: empty(AlertCreation),
  alertGroupingWindow: empty(GroupingWindow),
  autoResolutionTimeout: empty(AutoResolution),
  alertPriorityRule: empty(AlertPriorityRule),
  supportHours: SupportHoursChoice.nullish().describe('absent: stays; null: none'),
  autoRaiseAlerts: z
    .boolean()
    .nullish()
    .describe(
      'true: pending alerts of low priority are raised when the support hours begin, or end where the rule says so',
    ),
  ...RuleInputs,
  integrationSettings: z
    .record(z.string(), z.unknown())
    .nullish()
    .describe("the integration's own settings: its JSON schema is in GET /api/integrations; secrets are write-only"),
})
export type AlertSourceInput = z.infer<typeof AlertSourceInput>

export const TeamReference = z.object({ id: Id, name: z.string() })

/** A fact the source's checklist shows, in order; `at` null: not yet. */
export const SetupStep = z.object({
  code: z.enum(['settings-saved', 'webhook-seen', 'verified', 'first-delivery', 'last-delivery']),
  label: z.string(),
  at: Instant.nullable(),
  text: z.string().nullable().describe('what is missing, or what was seen'),
})

/** Something that is wrong with a connection, and what to do about it. */
export const Diagnosis = z.object({ code: z.string(), title: z.string(), text: z.string(), advice: z.string() })

export const Verification = z.object({
  id: Id,
  webhookId: z.string(),
  state: z.enum(['HELD', 'QUEUED', 'VERIFIED', 'REFUSED', 'FAILED', 'EXPIRED']),
  reason: z.string().nullable(),
  receivedAt: Instant,
  expiresAt: Instant.nullable(),
})
export type Verification = z.infer<typeof Verification>

export const AlertSource = z.object({
  id: Id,
  name: z.string(),
  integrationType: z.string(),
  integrationKey: z.string().nullable().describe('null without the right to edit'),
  integrationUrl: z.string().nullable(),
  retiringKeys: z
    .array(z.object({ endsWith: z.string(), worksUntil: Instant }))
    .describe('rotated keys that still work'),
  active: z.boolean(),
  status: AlertSourceStatus,
  maintenance: z
    .object({ id: Id, until: Instant })
    .nullable()
    .describe('the maintenance window it is in: its alerts are dropped until then'),
  escalationPolicy: z.object({ id: Id, name: z.string() }),
  teams: z.array(TeamReference),
  alertCreation: AlertCreation,
  alertGroupingWindow: GroupingWindow.nullable(),
  autoResolutionTimeout: AutoResolution.nullable(),
  alertPriorityRule: AlertPriorityRule,
  supportHours: z.object({ id: Id, name: z.string() }).nullable(),
  autoRaiseAlerts: z.boolean(),
  ...RuleViews,
  setupStatus: z.literal('FINISHED'),
  bidirectional: z.boolean().describe('true when what is done here is written into the other system'),
  integrationSettings: z
    .record(z.string(), z.unknown())
    .describe('as saved; a secret is shown as null or "…" and its last four characters'),
  setup: z.array(SetupStep).describe('empty for types without a set-up in another system'),
  warnings: z.array(z.object({ code: z.string(), text: z.string(), at: Instant })),
  diagnoses: z.array(Diagnosis).describe('what is wrong with the connection, and what to do; empty when all is well'),
  verifications: z.array(Verification).describe('newest first, ten at most'),
  createdAt: Instant,
  updatedAt: Instant,
})
export type AlertSource = z.infer<typeof AlertSource>

export const RotateKeyInput = z
  .object({
    overlapHours: z
      .number()
      .int()
      .min(0)
      .max(168)
      .optional()
      .describe('how long the old key still works; 24 when absent'),
  })
  .nullish()
  .transform((input) => input ?? {})

/** One line of *Test connection*: what was asked of the other system and what it said. */
export const ConnectionCheck = z.object({
  code: z.string().describe('host, account, token, request-read, problem-read, …'),
  label: z.string(),
  ok: z.boolean(),
  text: z.string(),
})
export const ConnectionTest = z.object({ ok: z.boolean(), checks: z.array(ConnectionCheck) })
export type ConnectionTest = z.infer<typeof ConnectionTest>

/** Unsaved settings may be tested; secrets left out are taken from what is saved. */
export const ConnectionTestInput = z
  .object({ integrationSettings: z.record(z.string(), z.unknown()).nullish() })
  .nullish()
  .transform((input) => input ?? {})

export const IntegrationFeature = z.object({ name: z.string(), supported: z.boolean() })

/** A tile of the catalogue. */
export const Integration = z.object({
  type: z.string(),
  slug: z.string(),
  title: z.string(),
  monogram: z.string().describe('two letters or digits for the tile'),
  summary: z.string(),
  keywords: z.array(z.string()).describe('other names the tile answers to'),
  featured: z.boolean(),
  isOwn: z.boolean().describe('true for Tocsin itself: nobody creates such a source'),
  features: z.array(IntegrationFeature),
  settingsSchema: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('JSON schema of integrationSettings; null: it has none'),
  settingsTitle: z.string().nullable().describe('title of the settings tab, e.g. 4me settings'),
  guide: z.string().describe('Markdown: how to connect it'),
  webhookEvents: z.array(z.string()).describe('events to subscribe to in the other system'),
  example: z.string().nullable().describe('a body as the other system sends it, to try rules on'),
  fields: z.array(KnownField).describe('what templates and conditions can name, as the example shows it'),
})
export type Integration = z.infer<typeof Integration>
