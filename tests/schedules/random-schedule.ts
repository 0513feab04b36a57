import fc from 'fast-check'
import type { Schedule } from '../../server/oncall/decide.ts'
import { DAYS, type Layer, type WeekRange } from '../../server/oncall/layers/decide.ts'

export interface Case {
  schedule: Schedule
  from: number
  minutes: number
}

const MINUTE = 60_000
const DAY = 1440 * MINUTE

/** Where clocks do odd things, and when: half an hour, two hours, a quarter, a skipped day, winter time in summer. */
export const ODD: readonly [zone: string, around: string][] = [
  ['Europe/Vienna', '2026-03-29T01:00Z'],
  ['Europe/Vienna', '2026-10-25T01:00Z'],
  ['America/New_York', '2026-03-08T07:00Z'],
  ['America/New_York', '2026-11-01T06:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30Z'],
  ['Antarctica/Troll', '2026-03-29T01:00Z'],
  ['Antarctica/Troll', '2026-10-25T01:00Z'],
  ['Africa/Casablanca', '2024-03-10T02:00Z'],
  ['Africa/Casablanca', '2024-04-14T02:00Z'],
  ['Europe/Dublin', '2026-10-25T01:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00Z'],
  ['Asia/Kathmandu', '1985-12-31T18:30Z'],
  ['Asia/Kathmandu', '2026-06-01T00:00Z'],
  ['Pacific/Chatham', '2026-04-04T14:00Z'],
  ['America/St_Johns', '2006-04-02T03:31Z'],
  ['Asia/Gaza', '2026-03-28T00:00Z'],
  ['America/Santiago', '2026-09-06T04:00Z'],
  ['Africa/Cairo', '2026-04-23T22:00Z'],
  ['Asia/Tehran', '2022-03-21T20:30Z'],
  ['Africa/Monrovia', '1972-01-07T00:44Z'],
  ['Asia/Pyongyang', '2018-05-04T15:00Z'],
  ['America/Caracas', '2016-05-01T07:00Z'],
  ['Pacific/Kwajalein', '1993-08-21T12:00Z'],
  ['UTC', '2028-02-29T00:00Z'],
]

const two = (number: number) => String(number).padStart(2, '0')
const zones = Intl.supportedValuesOf('timeZone')

const moment = fc.record({
  place: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...ODD).map(([zone, around]) => ({ zone, around: Date.parse(around) })) },
    {
      weight: 1,
      arbitrary: fc.record({
        zone: fc.constantFrom(...zones),
        around: fc.integer({ min: 10, max: 25_560 }).map((day) => day * DAY),
      }),
    },
  ),
  before: fc.integer({ min: 0, max: 3 * 1440 }),
})

const rotation = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('P1D', 'P1W', 'P7D', 'P2D', 'PT12H', 'PT8H', 'PT24H', 'P1M') },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 100 }).map((hours) => `PT${hours}H`) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 40 }).map((days) => `P${days}D`) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 6 }).map((weeks) => `P${weeks}W`) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 14 }).map((months) => `P${months}M`) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 30 }).map((hours) => `P2DT${hours}H`) },
)

/** Minutes of the week, in pairs and in order: ranges that do not overlap; the last may go over the end of the week. */
const restrictions = fc.oneof(
  { weight: 2, arbitrary: fc.constant([] as WeekRange[]) },
  {
    weight: 1,
    arbitrary: fc.constant(
      DAYS.slice(0, 5).map((dayOfWeek) => ({ from: { dayOfWeek, time: '08:00' }, to: { dayOfWeek, time: '17:00' } })),
    ),
  },
  { weight: 1, arbitrary: fc.constant([range(0, 7200)]) },
  {
    weight: 3,
    arbitrary: fc.record({ step: fc.constantFrom(1, 30, 60), turned: fc.boolean() }).chain(({ step, turned }) =>
      fc
        .uniqueArray(fc.integer({ min: 0, max: Math.floor(10_079 / step) }), { minLength: 2, maxLength: 10 })
        .map((places) => {
          const sorted = places.map((place) => place * step).sort((a, b) => a - b)
          const even = sorted.slice(0, sorted.length - (sorted.length % 2))
          const minutes = turned && even.length > 1 ? [...even.slice(1), even[0] ?? 0] : even
          return Array.from({ length: minutes.length / 2 }, (_, index) =>
            range(minutes[index * 2] ?? 0, minutes[index * 2 + 1] ?? 0),
          )
        }),
    ),
  },
)

function range(from: number, to: number): WeekRange {
  return { from: weekMoment(from, false), to: weekMoment(to, true) }
}

function weekMoment(minute: number, isEnd: boolean): WeekRange['from'] {
  // Both spellings of midnight are in use.
  if (isEnd && minute % 1440 === 0) {
    return { dayOfWeek: DAYS[(Math.floor(minute / 1440) + 6) % 7] ?? 'MONDAY', time: '24:00' }
  }
  const time = `${two(Math.floor((minute % 1440) / 60))}:${two(minute % 60)}`
  return { dayOfWeek: DAYS[Math.floor(minute / 1440)] ?? 'MONDAY', time }
}

function layerAround(around: number): fc.Arbitrary<Layer> {
  return fc
    .record({
      startsDaysBefore: fc.oneof(fc.integer({ min: -3, max: 20 }), fc.integer({ min: 0, max: 200 })),
      startMinute: fc.oneof(fc.constantFrom(0, 120, 150, 60, 90, 480, 540, 1439), fc.integer({ min: 0, max: 1439 })),
      startDayOfMonth: fc.constantFrom(null, null, 29, 30, 31),
      length: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 20_000 })),
      users: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 }),
      rotation,
      restrictions,
      skip: fc.boolean(),
    })
    .map(({ startsDaysBefore, startMinute, startDayOfMonth, length, users, ...rest }) => {
      const skip = rest.skip && startsDaysBefore < 40
      const midnight = Math.max(0, Math.floor(around / DAY) - startsDaysBefore) * DAY
      const dated = startDayOfMonth === null ? midnight : onDay(midnight, startDayOfMonth)
      const start = dated + startMinute * MINUTE
      return {
        name: 'layer',
        startsOn: local(start),
        endsOn: length === null ? null : local(start + length * MINUTE),
        userIds: users,
        rotation: rest.rotation,
        restrictions: rest.restrictions,
        skipRestrictedTime: skip,
      }
    })
}

function onDay(midnight: number, day: number): number {
  const at = new Date(midnight)
  const dated = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - 1, day)
  return dated < 0 ? midnight : dated
}

const local = (at: number) => new Date(at).toISOString().slice(0, 16)

const spans = (around: number, maxLength: number) =>
  fc
    .array(
      fc.record({
        userId: fc.integer({ min: 1, max: 9 }),
        begin: fc.integer({ min: -9_000, max: 9_000 }),
        length: fc.integer({ min: 1, max: 4_000 }),
      }),
      { maxLength },
    )
    .map((list) =>
      list.map(({ userId, begin, length }, index) => ({
        id: index + 1,
        userId,
        start: new Date(around + begin * MINUTE),
        end: new Date(around + (begin + length) * MINUTE),
      })),
    )

/** Random schedules near moments where clocks change, and the minutes to compare. */
export const cases: fc.Arbitrary<Case> = moment.chain(({ place, before }) => {
  const around = Math.floor(place.around / MINUTE) * MINUTE
  return fc
    .record({
      editions: fc.array(fc.array(layerAround(around), { maxLength: 3 }), { minLength: 1, maxLength: 3 }),
      editionMinutes: fc.uniqueArray(fc.integer({ min: -6_000, max: 6_000 }), { minLength: 2, maxLength: 2 }),
      shifts: spans(around, 2),
      overrides: spans(around, 4),
    })
    .map(({ editions, editionMinutes, shifts, overrides }): Case => {
      const since = [...editionMinutes].sort((a, b) => a - b)
      return {
        schedule: {
          timezone: place.zone,
          editions: editions.map((layers, index) => ({
            from: index === 0 ? null : new Date(around + (since[index - 1] ?? 0) * MINUTE),
            layers,
          })),
          shifts: apart(shifts),
          overrides,
        },
        from: around - before * MINUTE,
        minutes: before + 2 * 1440,
      }
    })
})

function apart<T extends { start: Date; end: Date }>(shifts: readonly T[]): T[] {
  const [first, second] = shifts
  return first && second && first.start < second.end && second.start < first.end ? [first] : [...shifts]
}
