import * as z from 'zod'
import { PersonReference } from '../directory/schema.ts'
import { Id, Instant, Name, Reference } from '../http/schema.ts'

export const LEVELS_MAX = 20
export const TARGETS_MAX = 25
export const ROUNDS_MAX = 9
export const TIMEOUT_MINUTES_MAX = 366 * 24 * 60
export const DELAY_MINUTES_MAX = 60

const NoneYet = (what: string) =>
  z.array(z.unknown()).max(0, `There is no such ${what}: this version asks people only.`).nullish()

export const EscalationRuleInput = z.object({
  escalationTimeout: z.number().int().min(0).max(TIMEOUT_MINUTES_MAX).describe('minutes until the next level is asked'),
  users: z.array(Reference).max(TARGETS_MAX).nullish(),
  user: Reference.nullish().describe('legacy spelling of users with one entry'),
  schedules: NoneYet('on-call schedule'),
  teams: NoneYet('team'),
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
})
export type EscalationPolicyInput = z.infer<typeof EscalationPolicyInput>

export const EscalationRule = z.object({
  escalationTimeout: z.number().int(),
  users: z.array(PersonReference),
  user: PersonReference.nullable(),
  schedules: z.array(z.never()),
  teams: z.array(z.never()),
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
  reachesNobody: z.boolean().describe('true when no level has anybody who can be notified'),
  alertSourceCount: z.number().int(),
  createdAt: Instant,
  updatedAt: Instant,
})
export type EscalationPolicy = z.infer<typeof EscalationPolicy>
