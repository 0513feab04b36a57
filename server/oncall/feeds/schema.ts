import * as z from 'zod'
import { Id, Instant, Reference } from '../../http/schema.ts'

export const FEEDS_MAX = 20

/** Whose shifts a feed tells: of a person, or of a schedule. One of them. */
export const FeedInput = z.object({ user: Reference.nullish(), schedule: Reference.nullish() })
export type FeedInput = z.infer<typeof FeedInput>

export const Feed = z.object({
  id: Id,
  user: z.object({ id: Id, name: z.string() }).nullable(),
  schedule: z.object({ id: Id, name: z.string() }).nullable(),
  createdAt: Instant,
  lastReadAt: Instant.nullable().describe('when a calendar last read it'),
})
export type Feed = z.infer<typeof Feed>

export const NewFeed = Feed.extend({ url: z.string().describe('shown this once: whoever has it reads the shifts') })
export type NewFeed = z.infer<typeof NewFeed>

export const FeedQuery = z.object({ schedule: Id.optional().describe('those of one schedule; else one’s own') })
export const SecretParams = z.object({ secret: z.string().min(20).max(80) })
