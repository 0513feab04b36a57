import * as z from 'zod'
import { PersonReference } from '../../directory/schema.ts'
import { Id, Instant, Reference } from '../../http/schema.ts'
import { ScheduleReference } from '../../oncall/schema.ts'

export const REPLACED_MAX = 200
/** The absences of a year. */
export const SPANS_MAX = 100
/** A holiday and some more. */
export const REPLACED_DAYS_MAX = 366

export const OwnShift = z.object({
  schedule: ScheduleReference.extend({ timezone: z.string() }),
  start: Instant,
  end: Instant,
})
export type OwnShift = z.infer<typeof OwnShift>

export const OwnShiftsQuery = z.object({
  from: Instant.optional().describe('now, when absent'),
  until: Instant.optional().describe('28 days after from, when absent'),
})

/** Who goes, who comes, and when; the time is cut to the shifts of who goes. */
export const ReplacementSpan = z.object({
  user: Reference.nullish().describe('whose shifts; oneself when absent'),
  replacement: Reference,
  spans: z
    .array(z.object({ from: Instant, until: Instant }))
    .min(1, 'Say when.')
    .max(SPANS_MAX, `At most ${SPANS_MAX} times at once.`),
})
export type ReplacementSpan = z.infer<typeof ReplacementSpan>

export const ReplacedShift = z.object({
  schedule: ScheduleReference.extend({ timezone: z.string() }),
  start: Instant,
  end: Instant,
  from: PersonReference,
  to: PersonReference,
  alsoOnCall: z.array(z.string()).describe('other schedules on which the replacement is on call in this time'),
})
export type ReplacedShift = z.infer<typeof ReplacedShift>

export const ReplacementPreview = z.object({
  changes: z.array(ReplacedShift),
  contacts: z.number().int().describe('verified contacts of the replacement that work'),
})
export type ReplacementPreview = z.infer<typeof ReplacementPreview>

/** What is to be replaced, as it was looked at: a shift that meanwhile is another’s is refused. */
export const ReplacementInput = z.object({
  user: Reference.nullish(),
  replacement: Reference,
  shifts: z
    .array(z.object({ schedule: z.object({ id: Id }), start: Instant, end: Instant }))
    .min(1, 'Choose a shift.')
    .max(REPLACED_MAX, `At most ${REPLACED_MAX} shifts at once: choose a shorter time.`),
})
export type ReplacementInput = z.infer<typeof ReplacementInput>
