import * as z from 'zod'
import { PersonReference } from '../../directory/schema.ts'
import { Reference } from '../../http/schema.ts'

export const LAST_RESORT_PEOPLE_MAX = 25

/** Who is told when nobody on a policy could be reached, or nobody answered. */
export const LastResort = z.object({
  users: z.array(PersonReference).describe('who it would be now'),
  isChosen: z.boolean().describe('false: nobody was chosen, so it is the owners and admins'),
  reachesNobody: z.boolean().describe('true when none of them can be notified'),
})
export type LastResort = z.infer<typeof LastResort>

export const LastResortInput = z.object({
  users: z.array(Reference).max(LAST_RESORT_PEOPLE_MAX).describe('empty: owners and admins'),
})
export type LastResortInput = z.infer<typeof LastResortInput>
