import * as z from 'zod'
import { oneLine, plainText } from '../../runtime/text.ts'
import type { RecordNote } from '../contract.ts'

const NOTE_LENGTH_MAX = 64_000
const NAME_LENGTH_MAX = 200

const Note = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  text: z.string().transform((text) => plainText(text, NOTE_LENGTH_MAX)),
  created_at: z.string().nullish().catch(null),
  person: z.object({ name: z.string() }).nullish().catch(null),
  medium: z.string().nullish().catch(null),
})

/** What 4me writes into a record by itself: people need not hear of it. */
const NOBODY = new Set(['system', 'reference', 'redacted'])

/** What people wrote at a record after its description, oldest first. */
export function notesIn(json: unknown): RecordNote[] {
  const notes = Array.isArray(json) ? json.map((one) => Note.safeParse(one).data) : []
  const description = notes.findIndex((note) => note !== undefined && note.text !== '')
  return notes.slice(description + 1).flatMap((note) => {
    const at = new Date(note?.created_at ?? '')
    if (!note || note.text === '' || NOBODY.has(note.medium ?? '') || Number.isNaN(at.getTime())) return []
    return [
      { id: note.id, text: note.text, author: note.person ? oneLine(note.person.name, NAME_LENGTH_MAX) : null, at },
    ]
  })
}
