import * as z from 'zod'
import type { Kind } from './vocabulary.ts'

const flag = z.boolean().optional()
const instant = z.iso.datetime({ offset: true }).nullable().optional()
const minutes = z.number().int().min(0).nullable().optional()
const customFields = z
  .array(z.object({ id: z.string().max(128), value: z.unknown() }))
  .max(100)
  .optional()

/** Fields that people write and read, and nothing follows from. */
export const plainFields = {
  planned_effort: minutes,
  custom_fields: customFields,
  addressed: flag,
  reviewed: flag,
  provider_not_accountable: flag,
  desired_completion_at: instant,
  downtime_start_at: instant,
  downtime_end_at: instant,
  rfc_type: z.string().max(128).nullable().optional(),
  supplier_requestID: z.string().max(255).nullable().optional(),
}
type PlainField = keyof typeof plainFields

const BLANK: Record<PlainField, unknown> = {
  planned_effort: null,
  custom_fields: [],
  addressed: false,
  reviewed: false,
  provider_not_accountable: false,
  desired_completion_at: null,
  downtime_start_at: null,
  downtime_end_at: null,
  rfc_type: null,
  supplier_requestID: null,
}
const OF: Record<Kind, readonly PlainField[]> = {
  request: Object.keys(BLANK) as PlainField[],
  problem: ['planned_effort', 'custom_fields'],
}

/** What of an input is plain, for this kind of record. */
export function plainOf(kind: Kind, input: Partial<Record<PlainField, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    OF[kind].filter((name) => input[name] !== undefined).map((name) => [name, input[name]] as const),
  )
}

/** The plain fields of a record, blank ones too. */
export function plainShape(kind: Kind, kept: Record<string, unknown> | undefined): Record<string, unknown> {
  return Object.fromEntries(OF[kind].map((name) => [name, kept?.[name] ?? BLANK[name]]))
}
