import * as z from 'zod'
import { oneLine } from '../../runtime/text.ts'

const NAME_LENGTH_MAX = 200

/** An id as 4me writes it, as a number or as text, kept exactly. */
const RecordId = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^[1-9]\d{0,19}$/))

const optional = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null)
const Name = z.string().transform((text) => oneLine(text, NAME_LENGTH_MAX))
const Reference = optional(z.object({ name: optional(Name) }).transform((reference) => reference.name ?? null))

const Word = optional(z.string().transform((text) => oneLine(text, NAME_LENGTH_MAX)))

const Payload = z.object({
  audit_line_id: optional(RecordId),
  note_id: optional(RecordId),
  status: optional(z.string().max(NAME_LENGTH_MAX)),
  previous_status: optional(z.string().max(NAME_LENGTH_MAX)),
  team: Reference,
  member: Reference,
  source: Word,
  callback: optional(z.string()),
  // What the payload of an automation rule must say: its object_id is the rule's own number.
  kind: Word,
  record: Word,
  record_type: Word,
  type: Word,
  id: optional(RecordId),
  record_id: optional(RecordId),
  request_id: optional(RecordId),
  problem_id: optional(RecordId),
})

/** What every delivery of 4me has; the rest of it is read leniently. */
const Envelope = z.object({
  webhook_id: optional(RecordId),
  account_id: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/),
  event: z.string().regex(/^[a-z_]{1,60}(\.[a-z_-]{1,60})?$/),
  object_id: RecordId,
  person_name: optional(Name),
  payload: Payload.catch(() => Payload.parse({})),
})
export type Envelope = z.infer<typeof Envelope>

export type ReadEnvelope =
  | { ok: true; envelope: Envelope }
  | { ok: false; rule: 'not-4me' | 'not-an-id'; reason: string; event: string | null }

/** What a parsed body says; a sentence when it is not a delivery of 4me. */
export function readEnvelope(body: unknown): ReadEnvelope {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { ok: false, rule: 'not-4me', reason: 'The body is not a JSON object: 4me did not send this.', event: null }
  }
  const fields = body as Record<string, unknown>
  const event = typeof fields.event === 'string' ? oneLine(fields.event, 100) : null
  const parsed = Envelope.safeParse(body)
  if (parsed.success) return { ok: true, envelope: parsed.data }

  const missing = ['event', 'account_id', 'object_id'].filter(
    (name) => fields[name] === undefined || fields[name] === null,
  )
  if (missing.length > 0) {
    return {
      ok: false,
      rule: 'not-4me',
      reason: `The body is not a delivery of 4me: ${missing.join(', ')} missing.`,
      event,
    }
  }
  const field = String(parsed.error.issues[0]?.path[0] ?? 'a field')
  const shown = oneLine(JSON.stringify(fields[field]) ?? '', 60)
  if (field === 'object_id') {
    return { ok: false, rule: 'not-an-id', reason: `object_id ${shown} is not the number of a record.`, event }
  }
  return {
    ok: false,
    rule: 'not-4me',
    reason: `The body is not a delivery of 4me: ${field} ${shown} cannot be.`,
    event,
  }
}
