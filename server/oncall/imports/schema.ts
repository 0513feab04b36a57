import * as z from 'zod'
import { TimeZone } from '../../directory/schema.ts'
import { Instant } from '../../http/schema.ts'

export const CALENDAR_LENGTH_MAX = 200_000
/** More events in a file are refused. */
export const CALENDAR_EVENTS_MAX = 2_000
/** So many times are told, the earliest first. */
export const CALENDAR_TIMES_MAX = 500
/** How far ahead, and how far back, times are told. */
export const CALENDAR_DAYS_AHEAD = 731
export const CALENDAR_DAYS_BACK = 7

export const CalendarInput = z.object({
  text: z
    .string()
    .min(1, 'Give the calendar.')
    .max(CALENDAR_LENGTH_MAX, `A calendar has at most ${CALENDAR_LENGTH_MAX / 1_000} KB: export a shorter time.`)
    .describe('what an .ics file holds'),
  timezone: TimeZone.describe('for whole days, and for times without a zone'),
})
export type CalendarInput = z.infer<typeof CalendarInput>

/** One time at which an event of the calendar is. */
export const CalendarTime = z.object({
  name: z.string(),
  isAllDay: z.boolean(),
  start: z.string().describe('a day, or a reading of the clocks of the zone'),
  end: z.string().describe('of whole days the last one'),
  from: Instant,
  until: Instant,
  repeats: z.boolean(),
})
export type CalendarTime = z.infer<typeof CalendarTime>

export const CalendarPreview = z.object({
  times: z.array(CalendarTime),
  passedOver: z.number().int().describe('events that are cancelled, over, or cannot be read'),
  isCut: z.boolean().describe('true: there are more times than are told'),
})
export type CalendarPreview = z.infer<typeof CalendarPreview>
