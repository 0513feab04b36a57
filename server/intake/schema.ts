import * as z from 'zod'
import { EventEffect } from '../alert-sources/rules/schema.ts'
import { Id, Instant, LIST_MAX_RESULTS } from '../http/schema.ts'

export const BODY_BYTES_MAX = 256 * 1024

/** What finally became of a delivery; `NEW` until the engine has read it. */
export const DeliveryOutcome = z.enum(['NEW', 'APPLIED', 'DUPLICATE', 'IGNORED', 'QUARANTINED'])
export type DeliveryOutcome = z.infer<typeof DeliveryOutcome>

export const Delivery = z.object({
  id: z.uuid().describe('the receipt id'),
  receivedAt: Instant,
  processedAt: Instant.nullable(),
  alertSource: z.object({ id: Id, name: z.string(), integrationType: z.string() }),
  answerStatus: z.number().int(),
  outcome: DeliveryOutcome,
  rule: z
    .string()
    .nullable()
    .describe('stable name of the rule that decided, e.g. status-table, older-than-known, not-4me'),
  reason: z.string().nullable().describe('one sentence for people'),
  event: z.string().nullable().describe("the sender's name of the event, e.g. request.create"),
  alertKey: z.string().nullable(),
  alert: z.object({ id: Id, summary: z.string() }).nullable(),
  bytes: z.number().int(),
  replayOf: z.uuid().nullable().describe('the delivery this one repeats'),
  replayedBy: z.string().nullable(),
})
export type Delivery = z.infer<typeof Delivery>

export const DeliveryDetails = Delivery.extend({
  headers: z.record(z.string(), z.string()).describe('redacted'),
  body: z.string().describe('as it came, decoded as UTF-8; the code of a verification is masked'),
  replays: z
    .array(z.object({ id: z.uuid(), receivedAt: Instant }))
    .describe('deliveries that repeat this one, newest first'),
})
export type DeliveryDetails = z.infer<typeof DeliveryDetails>

export const DeliveryQuery = z.object({
  'alert-source': Id.optional(),
  alert: Id.optional(),
  outcome: DeliveryOutcome.optional(),
  query: z.string().max(200).optional().describe('text in the body, event, alert key or reason'),
  from: Instant.optional(),
  until: Instant.optional(),
  'start-index': z.coerce.number().int().min(0).max(1_000_000).default(0),
  'max-results': z.coerce.number().int().min(1).max(LIST_MAX_RESULTS).default(50),
})
export type DeliveryQuery = z.infer<typeof DeliveryQuery>

export const DeliveryParams = z.object({ id: z.uuid() })

/** What became of a delivery, or would. */
const Fate = z.object({
  outcome: DeliveryOutcome,
  rule: z.string().nullable(),
  reason: z.string().nullable(),
  effect: EventEffect.nullable(),
})
export const Difference = z.object({ name: z.string(), was: z.string().nullable(), today: z.string().nullable() })
export type Difference = z.infer<typeof Difference>

export const ReplayInput = z.object({ dryRun: z.boolean().describe('true: only say what would happen') })
export const DryRun = z.object({
  dryRun: z.literal(true),
  was: Fate.describe('what was done when it arrived'),
  today: Fate.describe("what today's rules and alerts would make of it"),
  differences: z.array(Difference).describe('empty: the same'),
})
export type DryRun = z.infer<typeof DryRun>
export const Replay = z.object({ dryRun: z.literal(false), id: z.uuid().describe('the new delivery') })
