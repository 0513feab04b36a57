import * as z from 'zod'
import { PersonReference } from '../directory/schema.ts'
import { Id, Instant, LIST_MAX_RESULTS } from '../http/schema.ts'

/** Who changed what, and when. */
export const AuditEntry = z.object({
  id: Id,
  at: Instant,
  actor: z.string().describe('the name under which it happened'),
  user: PersonReference.nullable().describe('null: the automation'),
  action: z.string().describe('object.verb, e.g. alert-source.changed'),
  objectType: z.string(),
  objectId: z.string(),
  details: z.record(z.string(), z.unknown()),
})
export type AuditEntry = z.infer<typeof AuditEntry>

export const AuditQuery = z.object({
  'object-type': z.string().max(100).optional().describe('e.g. alert, alert-source, escalation-policy'),
  'object-id': z.string().max(100).optional(),
  before: Id.optional().describe('goes on below this entry'),
  'max-results': z.coerce.number().int().min(1).max(LIST_MAX_RESULTS).default(50),
})
export type AuditQuery = z.infer<typeof AuditQuery>
