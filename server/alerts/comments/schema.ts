import * as z from 'zod'
import { PersonReference } from '../../directory/schema.ts'
import { Id, Instant } from '../../http/schema.ts'
import { COMMENT_LENGTH_MAX } from '../schema.ts'

/** How many comments people may leave on one alert. */
export const COMMENTS_MAX = 1_000

export const Comment = z.object({
  id: z.string(),
  alertId: Id,
  user: PersonReference.nullable().describe('null: by an alert source or the automation'),
  creator: z.string().describe('the name of who wrote it'),
  content: z.string().describe('Markdown'),
  createdAt: Instant,
  editedAt: Instant.nullable(),
})
export type Comment = z.infer<typeof Comment>

export const CommentInput = z.object({
  content: z
    .string()
    .trim()
    .min(1, 'Write something.')
    .max(COMMENT_LENGTH_MAX, `A comment has at most ${COMMENT_LENGTH_MAX} characters.`),
})
export const CommentParams = z.object({ id: Id, commentId: Id })
