import * as z from 'zod'
import { PersonReference } from '../directory/schema.ts'
import { Id, Instant, Name, Reference } from '../http/schema.ts'
import { ScheduleReference } from '../oncall/schema.ts'

export const LEVELS_MAX = 20
export const TARGETS_MAX = 25
export const ROUNDS_MAX = 9
export const TIMEOUT_MINUTES_MAX = 366 * 24 * 60
export const DELAY_MINUTES_MAX = 60

export const EscalationRuleInput = z.object({
  escalationTimeout: z.number().int().min(0).max(TIMEOUT_MINUTES_MAX).describe('minutes until the next level is asked'),
  users: z.array(Reference).max(TARGETS_MAX).nullish(),
  user: Reference.nullish().describe('legacy spelling of users with one entry'),
  schedules: z.array(Reference).max(TARGETS_MAX).nullish().describe('whoever is on call on them when it is their turn'),
  schedule: Reference.nullish().describe('legacy spelling of schedules with one entry'),
  teams: z.array(Reference).max(TARGETS_MAX).nullish().describe('their members, but for stakeholders'),
  team: Reference.nullish().describe('legacy spelling of teams with one entry'),
  roundRobin: z.boolean().nullish().describe('true: one person of the level is asked, the next one the next time'),
})
export type EscalationRuleInput = z.infer<typeof EscalationRuleInput>

const TeamReference = z.object({ id: Id, name: z.string() })

export const EscalationPolicyInput = z.object({
  name: Name,
  escalationRules: z.array(EscalationRuleInput).max(LEVELS_MAX).nullish(),
  teams: z.array(Reference).max(100).nullish(),
  repeating: z.boolean().nullish(),
  frequency: z.number().int().min(0).max(ROUNDS_MAX).nullish().describe('passes through the levels'),
  delayMin: z
    .number()
    .int()
    .min(0)
    .max(DELAY_MINUTES_MAX)
    .nullish()
    .describe('minutes before the first level is asked'),
  routingKey: z.string().trim().max(255).nullish(),
  acceptTimeoutMin: z
    .number()
    .int()
    .min(0)
    .max(TIMEOUT_MINUTES_MAX)
    .nullish()
    .describe('minutes after which an accepted alert without progress comes back; absent or 0: never'),
})
export type EscalationPolicyInput = z.infer<typeof EscalationPolicyInput>

export const EscalationRule = z.object({
  escalationTimeout: z.number().int(),
  users: z.array(PersonReference),
  user: PersonReference.nullable(),
  schedules: z.array(ScheduleReference),
  schedule: ScheduleReference.nullable(),
  teams: z.array(TeamReference),
  team: TeamReference.nullable(),
  roundRobin: z.boolean(),
  now: z.array(PersonReference.extend({ by: z.string().nullable() })).describe('whom it would ask if it came now'),
})
export type EscalationRule = z.infer<typeof EscalationRule>

export const EscalationPolicy = z.object({
  id: Id,
  name: z.string(),
  escalationRules: z.array(EscalationRule),
  teams: z.array(TeamReference),
  repeating: z.boolean(),
  frequency: z.number().int(),
  delayMin: z.number().int(),
  routingKey: z.string().nullable(),
  acceptTimeoutMin: z.number().int().nullable(),
  reachesNobody: z
    .boolean()
    .describe('true when no level has anybody who can be notified, now or in the next 12 weeks'),
  gaps: z
    .array(z.object({ start: Instant, end: Instant }))
    .describe('times of the next 12 weeks when no level reaches anybody; 20 at most'),
  gapMinutes: z.number().int(),
  warnings: z.array(z.string()).describe('what is wrong with whom it asks, in sentences'),
  alertSourceCount: z.number().int(),
  createdAt: Instant,
  updatedAt: Instant,
})
export type EscalationPolicy = z.infer<typeof EscalationPolicy>
