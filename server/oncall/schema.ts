import * as z from 'zod'
import { PersonReference, TimeZone } from '../directory/schema.ts'
import { Id, Instant, LIST_MAX_RESULTS, Name, Paging, Reference } from '../http/schema.ts'

export const LAYERS_MAX = 20
export const LAYER_USERS_MAX = 200
export const RESTRICTIONS_MAX = 50
export const SHIFTS_MAX = 1_000
/** The longest turn, shift or override. */
export const SHIFT_DAYS_MAX = 366
/** The longest time that one request asks for. */
export const INTERVAL_DAYS_MAX = 1_100
export const COVERAGE_WEEKS = 12

export const DayOfWeek = z.enum(['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'])
export type DayOfWeek = z.infer<typeof DayOfWeek>

export const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/
const WeekMoment = z.object({
  dayOfWeek: DayOfWeek,
  time: z.string().regex(TIME_OF_DAY, 'A time of day is written HH:mm, such as 08:30; 24:00 is the end of the day.'),
})

/** A time on the clock in the schedule's zone, or an instant with its offset. */
const LocalOrInstant = z
  .string()
  .max(40)
  .regex(
    /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/,
    'Write it as 2026-03-29T09:00 in the time zone of the schedule, or with an offset.',
  )

const UserReference = z.object({ id: Id })

export const LayerInput = z.object({
  name: z.string().trim().max(255).nullish(),
  startsOn: LocalOrInstant.describe('the first hand-over; later ones are at the same time of day'),
  endsOn: LocalOrInstant.or(z.literal('')).nullish(),
  users: z.array(UserReference).max(LAYER_USERS_MAX).describe('in the order of their turns; twice is two turns'),
  rotation: z
    .string()
    .max(20)
    .describe('ISO 8601: hours, days and weeks such as PT12H, P1D, P1W, or months such as P1M'),
  restrictionType: z.string().max(20).nullish().describe('always read as TIMES_OF_WEEK'),
  restrictions: z
    .array(z.object({ from: WeekMoment, to: WeekMoment }))
    .max(RESTRICTIONS_MAX)
    .nullish(),
  skipRestrictedTime: z
    .boolean()
    .nullish()
    .describe('true: turns that lie wholly outside the restrictions are nobody’s, so nobody is passed over'),
})
export type LayerInput = z.infer<typeof LayerInput>

export const ShiftInput = z.object({ user: UserReference, start: LocalOrInstant, end: LocalOrInstant })
export type ShiftInput = z.infer<typeof ShiftInput>

export const ScheduleInput = z.object({
  name: Name,
  timezone: TimeZone,
  type: z.enum(['STATIC', 'RECURRING']),
  teams: z.array(Reference).max(100).nullish(),
  scheduleLayers: z.array(LayerInput).max(LAYERS_MAX).nullish().describe('a lower one goes over a higher one'),
  shifts: z.array(ShiftInput).max(SHIFTS_MAX).nullish().describe('of a schedule of type STATIC'),
  showGaps: z.boolean().nullish(),
  defaultShiftDuration: z.string().max(20).nullish().or(z.literal('')),
  effectiveFrom: Instant.nullish().describe('since when changed layers hold; absent: from now on'),
})
export type ScheduleInput = z.infer<typeof ScheduleInput>

export const SaveQuery = z.object({
  'abort-on-gaps': z
    .enum(['true', 'false'])
    .optional()
    .describe('true: refuses a schedule that leaves somebody without cover in the next twelve weeks'),
})

export const ShiftCause = z.object({
  kind: z.enum(['LAYER', 'SHIFT', 'OVERRIDE']),
  layerIndex: z.number().int().nullable(),
  layer: z.string().nullable(),
  overrideId: Id.nullable(),
})

export const Shift = z.object({
  user: PersonReference,
  start: Instant,
  end: Instant,
  cause: ShiftCause.describe('what puts this person on call'),
})
export type Shift = z.infer<typeof Shift>

export const Layer = z.object({
  name: z.string(),
  startsOn: z.string(),
  endsOn: z.string().nullable(),
  users: z.array(PersonReference),
  rotation: z.string(),
  restrictionType: z.literal('TIMES_OF_WEEK'),
  restrictions: z.array(z.object({ from: WeekMoment, to: WeekMoment })),
  skipRestrictedTime: z.boolean(),
})
export type Layer = z.infer<typeof Layer>

const Span = z.object({ start: Instant, end: Instant })

/** What the next weeks lack, and what they have twice. */
export const Coverage = z.object({
  from: Instant,
  until: Instant,
  gaps: z.array(Span).describe('nobody is on call'),
  gapMinutes: z.number(),
  doubleCover: z
    .array(Span.extend({ layers: z.array(z.string()) }))
    .describe('several layers have somebody; the lowest counts'),
  unreachable: z.array(PersonReference).describe('people with shifts in this time who have no verified contact'),
  fewContacts: z
    .array(PersonReference)
    .describe('people with shifts in this time who have fewer than two verified contacts'),
})
export type Coverage = z.infer<typeof Coverage>

export const ScheduleReference = z.object({ id: Id, name: z.string(), type: z.enum(['STATIC', 'RECURRING']) })
export type ScheduleReference = z.infer<typeof ScheduleReference>

export const Schedule = ScheduleReference.extend({
  timezone: z.string(),
  startsOn: z.string().nullable().describe('deprecated: where the first layer begins'),
  teams: z.array(z.object({ id: Id, name: z.string() })),
  scheduleLayers: z.array(Layer).describe('as they were saved last'),
  layersFrom: Instant.nullable().describe('set while the layers that were saved last do not hold yet'),
  shifts: z.array(Shift).optional().describe('with include=shifts: drawn shifts, or those of the next 30 days'),
  showGaps: z.boolean(),
  defaultShiftDuration: z.string().nullable(),
  currentShift: Shift.nullable(),
  nextShift: Shift.nullable(),
  usedBy: z.array(z.object({ id: Id, name: z.string() })).describe('escalation policies that ask it'),
  createdAt: Instant,
  updatedAt: Instant,
})
export type Schedule = z.infer<typeof Schedule>

const listed = z.preprocess(
  (value) => (value === undefined ? [] : [value].flat().flatMap((part) => String(part).split(','))),
  z.array(z.string().max(40)).max(20),
)
export const IncludeQuery = z.object({ include: listed })
export const ScheduleListQuery = Paging.extend(IncludeQuery.shape)

export const ShiftsQuery = z.object({
  from: LocalOrInstant.optional().describe('now, when absent'),
  until: LocalOrInstant.optional().describe('14 days after from, when absent'),
  'exclude-overrides': z.enum(['true', 'false']).optional(),
})

/** What the calendar draws: each layer by itself, what was overridden, and who is on call in the end. */
export const Calendar = z.object({
  layers: z.array(z.object({ name: z.string(), shifts: z.array(Shift) })),
  overrides: z.array(Span.extend({ id: Id, user: PersonReference })),
  final: z.array(Shift),
})
export type Calendar = z.infer<typeof Calendar>

export const Override = Span.extend({ id: Id, user: PersonReference })
export type Override = z.infer<typeof Override>

export const OverrideParams = z.object({ id: Id, override: Id })

export const PreviewInput = ScheduleInput.pick({
  timezone: true,
  type: true,
  scheduleLayers: true,
  shifts: true,
}).extend({
  from: Instant,
  until: Instant,
})
export type PreviewInput = z.infer<typeof PreviewInput>

export const Preview = z.object({ calendar: Calendar, coverage: Coverage })
export type Preview = z.infer<typeof Preview>

export const ON_CALLS_MAX = 250
const ids = z.preprocess(
  (value) => (value === undefined ? [] : [value].flat().flatMap((part) => String(part).split(','))),
  z.array(Id).max(LIST_MAX_RESULTS),
)
export const OnCallQuery = z.object({
  policies: ids,
  'policy-levels': z.preprocess(
    (value) => (value === undefined ? [] : [value].flat().flatMap((part) => String(part).split(','))),
    z.array(z.coerce.number().int().min(1)).max(LIST_MAX_RESULTS),
  ),
  schedules: ids,
  users: ids,
  expand: listed,
  from: Instant.optional(),
  until: Instant.optional(),
  timezone: TimeZone.optional(),
  'start-index': z.coerce.number().int().min(0).default(0),
  'max-results': z.coerce.number().int().min(1).max(ON_CALLS_MAX).default(ON_CALLS_MAX),
})
export type OnCallQuery = z.infer<typeof OnCallQuery>

export const OnCall = z.object({
  user: PersonReference,
  escalationPolicy: z.object({ id: Id, name: z.string() }),
  escalationLevel: z.number().int().describe('the first is 1'),
  schedule: ScheduleReference.nullable().describe('null: the person stands on the policy itself'),
  start: Instant.nullable().describe('null: always'),
  end: Instant.nullable(),
})
export type OnCall = z.infer<typeof OnCall>
