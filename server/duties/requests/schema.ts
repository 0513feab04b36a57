import * as z from 'zod'
import { PersonReference } from '../../directory/schema.ts'
import { Id, Instant, Paging, Reference } from '../../http/schema.ts'
import { ScheduleReference } from '../../oncall/schema.ts'

export const MESSAGE_LENGTH_MAX = 1_000
/** So many may wait for an answer at once, of one person. */
export const PENDING_MAX = 50

export const RequestState = z.enum(['PENDING', 'ACCEPTED', 'DECLINED', 'WITHDRAWN', 'EXPIRED'])
export type RequestState = z.infer<typeof RequestState>

/** Somebody asks a colleague to take their shifts on a schedule in a stretch of time. */
export const CoverageRequest = z.object({
  id: Id,
  schedule: ScheduleReference.extend({ timezone: z.string() }),
  requester: PersonReference.describe('whose shift it is'),
  user: PersonReference.describe('who is asked'),
  start: Instant,
  end: Instant,
  message: z.string(),
  state: RequestState.describe('EXPIRED: the time was over before anybody answered'),
  answer: z.string().nullable().describe('what came with the answer'),
  createdAt: Instant,
  answeredAt: Instant.nullable(),
})
export type CoverageRequest = z.infer<typeof CoverageRequest>

export const CoverageRequestInput = z.object({
  schedule: Reference,
  requester: Reference.nullish().describe('whose shift; oneself when absent'),
  user: Reference.describe('who is asked'),
  start: Instant,
  end: Instant,
  message: z.string().trim().max(MESSAGE_LENGTH_MAX).nullish(),
})
export type CoverageRequestInput = z.infer<typeof CoverageRequestInput>

export const CoverageAnswerInput = z.object({ message: z.string().trim().max(MESSAGE_LENGTH_MAX).nullish() }).nullish()
export type CoverageAnswerInput = z.infer<typeof CoverageAnswerInput>

export const CoverageRequestQuery = Paging.extend({
  user: z.string().max(254).optional().describe('of or to a person: id, e-mail address, or `current`'),
  schedule: Id.optional(),
  states: z.preprocess(
    (value) => (value === undefined ? [] : [value].flat().flatMap((part) => String(part).split(','))),
    z.array(RequestState).max(5),
  ),
})
