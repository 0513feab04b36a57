import * as z from 'zod'
import { TimeZone } from '../../directory/schema.ts'
import { Id, Instant, Name, Reference } from '../../http/schema.ts'
import { TIME_OF_DAY } from '../schema.ts'

export const EXCEPTIONS_MAX = 500

/** What a source says of the priority of its alerts. */
export const AlertPriorityRule = z.enum(['HIGH', 'LOW', 'HIGH_DURING_SUPPORT_HOURS', 'LOW_DURING_SUPPORT_HOURS'])
export type AlertPriorityRule = z.infer<typeof AlertPriorityRule>

const TimeOfDay = z
  .string()
  .regex(TIME_OF_DAY, 'A time of day is written HH:mm, such as 08:30; 24:00 is the end of the day.')
const Window = z.object({ start: TimeOfDay, end: TimeOfDay }).nullish()

/** One window a day; a day that is absent or null has none. */
export const SupportDays = z.object({
  MONDAY: Window,
  TUESDAY: Window,
  WEDNESDAY: Window,
  THURSDAY: Window,
  FRIDAY: Window,
  SATURDAY: Window,
  SUNDAY: Window,
})
export type SupportDays = z.infer<typeof SupportDays>

const DayOrTime = z
  .string()
  .max(40)
  .regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?$/, 'Write a day such as 2026-12-25, or a day with a time.')

export const SupportException = z.object({
  name: z.string().trim().max(255).default(''),
  start: DayOrTime.describe('in the time zone of the support hours'),
  end: DayOrTime.describe('a day without a time counts whole'),
  supportStatus: z.enum(['DURING', 'OUTSIDE', 'NONE']).describe('NONE: support is suspended, and counts as outside'),
})
export type SupportException = z.infer<typeof SupportException>

export const SupportHoursInput = z.object({
  name: Name,
  timezone: TimeZone,
  teams: z.array(Reference).max(100).nullish(),
  supportDays: SupportDays,
  exceptions: z.array(SupportException).max(EXCEPTIONS_MAX).nullish(),
})
export type SupportHoursInput = z.infer<typeof SupportHoursInput>

export const SupportHours = z.object({
  id: Id,
  name: z.string(),
  timezone: z.string(),
  teams: z.array(z.object({ id: Id, name: z.string() })),
  supportDays: z.record(z.string(), z.object({ start: z.string(), end: z.string() }).nullable()),
  exceptions: z.array(SupportException),
  isDuring: z.boolean().describe('how it stands now'),
  nextChange: Instant.nullable(),
  usedBy: z.array(z.object({ id: Id, name: z.string() })).describe('alert sources whose priority follows it'),
  createdAt: Instant,
  updatedAt: Instant,
})
export type SupportHours = z.infer<typeof SupportHours>
