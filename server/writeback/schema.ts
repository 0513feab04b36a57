import * as z from 'zod'
import { Id, Instant } from '../http/schema.ts'

export const WriteBackState = z.enum(['PENDING', 'DONE', 'NOTHING', 'DRY_RUN', 'CONFLICT', 'FAILED', 'DROPPED'])
export type WriteBackState = z.infer<typeof WriteBackState>

/** What somebody did, on its way into the other system. */
export const WriteBack = z.object({
  id: Id,
  alert: z.object({ id: Id }),
  alertKey: z.string(),
  deed: z.enum(['ACCEPT', 'RESOLVE', 'COMMENT', 'REROUTE']),
  state: WriteBackState.describe(
    'NOTHING: the other system said so already; DRY_RUN: only shown; CONFLICT: its newer state stands; DROPPED: switched off or taken back meanwhile',
  ),
  decidedAt: Instant,
  nextAttemptAt: Instant.nullable(),
  attempts: z.number().int(),
  finishedAt: Instant.nullable(),
  result: z.string().nullable().describe('one sentence for people'),
})
export type WriteBack = z.infer<typeof WriteBack>

export const WRITE_BACKS_SHOWN = 100
