import * as z from 'zod'
import { Id } from '../http/schema.ts'

/** Something that needs what is to be deleted. */
export const Use = z.object({
  kind: z.enum(['escalation-policy', 'on-call-schedule', 'alert-source', 'open-alert', 'last-resort']),
  id: Id.nullable().describe('null: there is only one of its kind'),
  name: z.string(),
})
export type Use = z.infer<typeof Use>

export const RemovalQuery = z.object({
  replacement: Id.optional().describe('takes the place of what is deleted wherever it is used'),
})
