import * as z from 'zod'
import { Id, Name } from '../../http/schema.ts'

export const SAVED_VIEWS_MAX = 50

/** A list of alerts somebody keeps: the query of its address in the web app. */
export const SavedView = z.object({ id: Id, name: z.string(), query: z.string() })
export type SavedView = z.infer<typeof SavedView>

export const SavedViewInput = z.object({
  name: Name,
  query: z.string().max(2_000).describe('as in the address, without the question mark'),
})
export type SavedViewInput = z.infer<typeof SavedViewInput>
