import * as z from 'zod'
import { AlertSourceInput } from '../alert-sources/schema.ts'
import { EventInput, Priority } from '../alerts/schema.ts'
import { EscalationPolicyInput } from '../escalation/schema.ts'
import { Id, Instant, Reference } from '../http/schema.ts'
import { BODY_BYTES_MAX } from '../intake/schema.ts'
import { TraceStep } from '../trace/schema.ts'

/** The moments that can be asked about. */
const AT_MIN = '2000-01-01T00:00:00Z'
const AT_MAX = '2100-01-01T00:00:00Z'

/** A body may be written as one JSON string, in which every character may need two. */
export const SIMULATION_BYTES_MAX = 2 * BODY_BYTES_MAX + 64 * 1_024

const Moment = Instant.refine(
  (text) => !(Date.parse(text) < Date.parse(AT_MIN) || Date.parse(text) >= Date.parse(AT_MAX)),
  'Choose a moment from the year 2000 to the year 2099.',
)

const DeliveryChoice = z
  .object({
    id: z.uuid().nullish().describe('one that the source received, from GET /api/deliveries'),
    body: z
      .union([z.string(), z.record(z.string(), z.unknown())])
      .nullish()
      .describe("what the source's system would send: a JSON object, or the text as it comes"),
  })
  .superRefine(({ id, body }, context) => {
    if ((id ?? null) !== null && (body ?? null) !== null)
      context.addIssue({ code: 'custom', path: ['body'], message: 'Give the id of a delivery or a body, not both.' })
    if ((id ?? null) === null && (body ?? null) === null)
      context.addIssue({ code: 'custom', path: ['id'], message: 'Give the id of a delivery, or a body.' })
    if (typeof body === 'string' && body.trim() === '')
      context.addIssue({ code: 'custom', path: ['body'], message: 'The body is empty.' })
  })

const SourceChange = AlertSourceInput.partial().extend({
  supportHours: Reference.nullish().describe('null: none'),
})
const PolicyChange = EscalationPolicyInput.partial().extend({
  id: Id.nullish().describe('the policy that is changed; the one of the source when absent'),
})

/** An edit that is not saved: what is absent stays as it is. */
const Changes = z
  .object({
    alertSource: SourceChange.nullish().describe('fields as in PUT /api/alert-sources/{id}'),
    escalationPolicy: PolicyChange.nullish().describe('fields as in PUT /api/escalation-policies/{id}'),
  })
  .describe('validated as saving would be')
export type Changes = z.infer<typeof Changes>

export const SimulationInput = z
  .object({
    alertSource: Reference,
    at: Moment.nullish().describe('when it would arrive; now when absent'),
    event: EventInput.nullish().describe('as POST /api/events takes it, whatever the type of the source'),
    delivery: DeliveryChoice.nullish().describe('as the source receives it'),
    changes: Changes.nullish(),
  })
  .superRefine(({ event, delivery }, context) => {
    if (event && delivery)
      context.addIssue({ code: 'custom', path: ['delivery'], message: 'Give an event or a delivery, not both.' })
    if (!event && !delivery)
      context.addIssue({ code: 'custom', path: ['event'], message: 'Give an event, or a delivery.' })
  })
export type SimulationInput = z.infer<typeof SimulationInput>

export const SimulationRun = z.object({
  steps: z.array(TraceStep).describe('every decision until nobody is left to ask, oldest first; nobody answers'),
  outcome: z
    .enum(['APPLIED', 'DUPLICATE', 'IGNORED', 'QUARANTINED', 'WAITS'])
    .describe('what the delivery log would say'),
  rule: z.string().nullable(),
  reason: z.string().nullable(),
  alert: z
    .object({
      id: Id.nullable().describe('null: it would be a new one'),
      summary: z.string(),
      priority: Priority,
      severity: z.number().int().nullable(),
      escalationPolicy: z.object({ id: Id, name: z.string() }),
    })
    .nullable()
    .describe('the alert that the event would open, or touch'),
  endsAt: Instant.nullable().describe('when nobody would be left to ask; null: nobody would be asked'),
  isCut: z.boolean().describe('true: it goes on, but is not worked out any further'),
})
export type SimulationRun = z.infer<typeof SimulationRun>

export const Simulation = SimulationRun.extend({
  at: Instant,
  alertSource: z.object({ id: Id, name: z.string() }),
  changed: SimulationRun.nullable().describe('the same with the edit; null without one'),
})
export type Simulation = z.infer<typeof Simulation>
