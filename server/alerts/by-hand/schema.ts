import * as z from 'zod'
import { Id, Reference } from '../../http/schema.ts'
import {
  COMMENT_LENGTH_MAX,
  DETAILS_LENGTH_MAX,
  IMAGES_MAX,
  ImageInput,
  LINKS_MAX,
  LinkInput,
  Priority,
  SUMMARY_LENGTH_MAX,
} from '../schema.ts'
import { RESPONDERS_AT_ONCE_MAX } from '../verbs/schema.ts'

export const BULK_MAX = 500

/** An alert made by hand. Filters, grouping and priority rules of the source do not apply. */
export const NewAlertInput = z.object({
  summary: z
    .string()
    .trim()
    .min(1, 'Say what is wrong.')
    .max(SUMMARY_LENGTH_MAX, `A summary has at most ${SUMMARY_LENGTH_MAX} characters.`),
  details: z.string().max(DETAILS_LENGTH_MAX).nullish().describe('Markdown'),
  alertSource: Reference.nullish().describe('without it: the source "Made by hand"; then a policy is needed'),
  escalationPolicy: Reference.nullish().describe('in place of the policy of the source'),
  priority: Priority.or(z.literal('')).nullish().describe('HIGH when absent'),
  severity: z.number().int().min(1).max(5).nullish(),
  responders: z
    .array(z.object({ user: Reference }))
    .max(RESPONDERS_AT_ONCE_MAX)
    .nullish()
    .describe('only these are asked, and nobody else'),
  images: z.array(ImageInput).max(IMAGES_MAX).nullish(),
  links: z.array(LinkInput).max(LINKS_MAX).nullish(),
})
export type NewAlertInput = z.infer<typeof NewAlertInput>

export const BulkInput = z.object({
  action: z.enum(['ACCEPT', 'RESOLVE', 'UNACCEPT', 'REOPEN']).describe('the last two take the first two back'),
  alerts: z.array(Reference).min(1, 'Say which alerts.').max(BULK_MAX, `At most ${BULK_MAX} alerts at once.`),
  comment: z.string().max(COMMENT_LENGTH_MAX).nullish().describe('with RESOLVE'),
})
export type BulkInput = z.infer<typeof BulkInput>

/** What became of each. */
export const BulkAnswer = z.object({
  done: z.array(Id),
  already: z.array(Id).describe('nothing was to do'),
  refused: z.array(z.object({ id: Id, message: z.string() })),
})
export type BulkAnswer = z.infer<typeof BulkAnswer>
