import * as z from 'zod'
import { Id, Reference } from '../../http/schema.ts'

export const MERGED_AT_ONCE_MAX = 100
export const RESPONDERS_AT_ONCE_MAX = 25

const personOrEmail = z.string().min(1).max(320).optional()

/** Whom an alert is given to, in ilert's spelling (`user`) and its Go client's (`user-id`). One of them. */
export const AssignQuery = z.object({
  user: personOrEmail.describe('id or e-mail address'),
  'user-id': personOrEmail,
  policy: Id.optional(),
  'policy-id': Id.optional(),
  schedule: Id.optional(),
  'schedule-id': Id.optional(),
})
export type AssignQuery = z.infer<typeof AssignQuery>

export const EscalateInput = z
  .object({
    levelIndex: z
      .number()
      .int()
      .min(0)
      .max(1_000)
      .nullish()
      .describe('the level to ask now, counted from 0; without it the next one'),
  })
  .nullish()
  .transform((input) => input ?? {})

const SuggestionGroup = z.enum(['SUGGESTED', 'USER', 'ESCALATION_POLICY', 'ON_CALL_SCHEDULE'])

/** Who could be asked to help. */
export const SuggestedResponder = z.object({
  group: SuggestionGroup,
  id: Id,
  name: z.string(),
  disabled: z.boolean().describe('true: on the alert already, or without a verified contact'),
})
export type SuggestedResponder = z.infer<typeof SuggestedResponder>

/** People by reference, or one of the suggested responders as it was given. */
export const RespondersInput = z.object({
  user: Reference.nullish(),
  users: z.array(Reference).max(RESPONDERS_AT_ONCE_MAX).nullish(),
  group: SuggestionGroup.nullish(),
  id: Id.nullish(),
})
export type RespondersInput = z.infer<typeof RespondersInput>

export const ResponderParams = z.object({ id: Id, userId: Id })

export const MergeInput = z.object({
  alerts: z.array(Reference).min(1, 'Say which alerts.').max(MERGED_AT_ONCE_MAX),
})
export const LinkInput = z.object({ alert: Reference })
export const LinkParams = z.object({ id: Id, otherId: Id })

export const SubscribeInput = z
  .object({ user: Reference.nullish().describe('without it: yourself') })
  .nullish()
  .transform((input) => input ?? {})
