import { describe, expect, test } from 'vitest'
import { zoneOf } from '../../runtime/zoned.ts'
import { type Layer, readRotation, readWeekMoment, turnsOf, type WeekRange } from './decide.ts'

const [ann, ben, cem] = [1, 2, 3]
const names = new Map([
  [ann, 'ann'],
  [ben, 'ben'],
  [cem, 'cem'],
])

const layer = (more: Partial<Layer> = {}): Layer => ({
  name: 'Primary',
  startsOn: '2026-03-02T09:00:00',
  endsOn: null,
  userIds: [ann, ben],
  rotation: 'P1D',
  restrictions: [],
  skipRestrictedTime: false,
  ...more,
})

/** The turns between two instants, as `who begin–end` in UTC. */
function turns(given: Layer, from: string, until: string, zone = 'Europe/Vienna'): string[] {
  const show = (at: number) => new Date(at).toISOString().slice(5, 16)
  return turnsOf(given, zoneOf(zone), Date.parse(from), Date.parse(until)).map(
    ({ userId, start, end }) => `${names.get(userId)} ${show(start)}–${show(end)}`,
  )
}

const weekdays = (from: string, to: string): WeekRange[] =>
  ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'].map((dayOfWeek) => ({
    from: { dayOfWeek, time: from },
    to: { dayOfWeek, time: to },
  }))

describe('a layer', () => {
  test('goes round its people, each turn whole, also where it begins or ends outside', () => {
    expect(turns(layer(), '2026-03-03T00:00Z', '2026-03-05T08:00Z')).toEqual([
      'ann 03-02T08:00–03-03T08:00',
      'ben 03-03T08:00–03-04T08:00',
      'ann 03-04T08:00–03-05T08:00',
    ])
  })

  test('gives two turns to who stands twice', () => {
    expect(turns(layer({ userIds: [ann, ann, ben] }), '2026-03-02T08:00Z', '2026-03-05T08:00Z')).toEqual([
      'ann 03-02T08:00–03-03T08:00',
      'ann 03-03T08:00–03-04T08:00',
      'ben 03-04T08:00–03-05T08:00',
    ])
  })

  test('has nobody before it begins, and from the moment it ends', () => {
    const ending = layer({ endsOn: '2026-03-03T12:00:00' })
    expect(turns(ending, '2026-03-01T00:00Z', '2026-03-10T00:00Z')).toEqual([
      'ann 03-02T08:00–03-03T08:00',
      'ben 03-03T08:00–03-03T11:00',
    ])
    expect(turns(ending, '2026-03-01T00:00Z', '2026-03-02T08:00Z')).toEqual([])
    expect(turns(ending, '2026-03-03T11:00Z', '2026-03-10T00:00Z')).toEqual([])
  })

  test.each<[string, Partial<Layer>]>([
    ['without people', { userIds: [] }],
    ['whose rotation is none', { rotation: 'P0D' }],
    ['whose beginning is none', { startsOn: 'soon' }],
  ])('%s has no turns', (_title, more) => {
    expect(turns(layer(more), '2026-03-01T00:00Z', '2026-03-10T00:00Z')).toEqual([])
  })

  test('of a month hands over on the day it began, or on the last one of a shorter month', () => {
    const monthly = layer({ startsOn: '2026-01-31T09:00:00', rotation: 'P1M', userIds: [ann, ben, cem] })
    expect(turns(monthly, '2026-02-10T00:00Z', '2026-04-01T00:00Z', 'UTC')).toEqual([
      'ann 01-31T09:00–02-28T09:00',
      'ben 02-28T09:00–03-31T09:00',
      'cem 03-31T09:00–04-30T09:00',
    ])
    expect(turns(monthly, '2026-02-28T09:00Z', '2026-02-28T09:01Z', 'UTC')).toEqual(['ben 02-28T09:00–03-31T09:00'])
  })

  test('keeps its order over many years', () => {
    expect(turns(layer({ userIds: [ann, ben, cem] }), '2036-03-02T08:00Z', '2036-03-02T08:01Z')).toEqual([
      // 3,653 days later.
      'cem 03-02T08:00–03-03T08:00',
    ])
  })
})

describe('in the nights in which clocks change', () => {
  test('hand-over stays at its time of day, and nothing is doubled or left out', () => {
    expect(turns(layer(), '2026-03-28T08:00Z', '2026-03-30T07:00Z')).toEqual([
      'ann 03-28T08:00–03-29T07:00',
      'ben 03-29T07:00–03-30T07:00',
    ])
    expect(turns(layer(), '2026-10-24T07:00Z', '2026-10-26T08:00Z')).toEqual([
      'ann 10-24T07:00–10-25T08:00',
      'ben 10-25T08:00–10-26T08:00',
    ])
  })

  test('a hand-over in the hour that comes twice is at the first of them, once', () => {
    const atHalfPastTwo = layer({ startsOn: '2026-10-23T02:30:00' })
    expect(turns(atHalfPastTwo, '2026-10-24T12:00Z', '2026-10-25T12:00Z')).toEqual([
      'ben 10-24T00:30–10-25T00:30',
      'ann 10-25T00:30–10-26T01:30',
    ])
    // Asked in the second of the two hours.
    expect(turns(atHalfPastTwo, '2026-10-25T01:15Z', '2026-10-25T01:16Z')).toEqual(['ann 10-25T00:30–10-26T01:30'])
  })

  test('a hand-over in the hour that is skipped is when the clocks go on', () => {
    const atHalfPastTwo = layer({ startsOn: '2026-03-27T02:30:00' })
    expect(turns(atHalfPastTwo, '2026-03-28T12:00Z', '2026-03-29T12:00Z')).toEqual([
      'ben 03-28T01:30–03-29T01:00',
      'ann 03-29T01:00–03-30T00:30',
    ])
  })

  test('turns that lie wholly in the skipped hour have no length, and are nobody’s', () => {
    const hourly = layer({ startsOn: '2026-03-29T00:00:00', rotation: 'PT1H', userIds: [ann, ben, cem] })
    expect(turns(hourly, '2026-03-29T00:00Z', '2026-03-29T02:00Z')).toEqual([
      'ben 03-29T00:00–03-29T01:00',
      'ann 03-29T01:00–03-29T02:00',
    ])
  })
})

describe('restrictions', () => {
  test('leave out the time in which the layer does not count', () => {
    const office = layer({ restrictions: weekdays('09:00', '17:00'), startsOn: '2026-03-02T00:00:00', rotation: 'P1W' })
    expect(turns(office, '2026-03-06T00:00Z', '2026-03-10T00:00Z')).toEqual([
      'ann 03-06T08:00–03-06T16:00',
      'ben 03-09T08:00–03-09T16:00',
    ])
  })

  test('that touch or overlap are one, also over the end of the week', () => {
    const weekend: WeekRange[] = [
      { from: { dayOfWeek: 'FRIDAY', time: '18:00' }, to: { dayOfWeek: 'SATURDAY', time: '24:00' } },
      { from: { dayOfWeek: 'SUNDAY', time: '00:00' }, to: { dayOfWeek: 'MONDAY', time: '06:00' } },
      { from: { dayOfWeek: 'SUNDAY', time: '12:00' }, to: { dayOfWeek: 'SUNDAY', time: '13:00' } },
    ]
    const given = layer({ restrictions: weekend, startsOn: '2026-01-01T00:00:00', rotation: 'P52W' })
    expect(turns(given, '2026-03-07T00:00Z', '2026-03-14T00:00Z')).toEqual([
      'ann 03-06T17:00–03-09T05:00',
      'ann 03-13T17:00–03-16T05:00',
    ])
  })

  test('that leave nothing out are none', () => {
    const always: WeekRange[] = [
      { from: { dayOfWeek: 'WEDNESDAY', time: '12:00' }, to: { dayOfWeek: 'MONDAY', time: '00:00' } },
      { from: { dayOfWeek: 'MONDAY', time: '00:00' }, to: { dayOfWeek: 'WEDNESDAY', time: '12:00' } },
    ]
    expect(turns(layer({ restrictions: always }), '2026-03-02T08:00Z', '2026-03-04T08:00Z')).toEqual([
      'ann 03-02T08:00–03-03T08:00',
      'ben 03-03T08:00–03-04T08:00',
    ])
  })

  test('cut a turn at its hand-over', () => {
    const given = layer({ restrictions: weekdays('08:00', '10:00'), startsOn: '2026-03-02T09:00:00' })
    expect(turns(given, '2026-03-03T07:00Z', '2026-03-03T09:00Z')).toEqual([
      'ann 03-03T07:00–03-03T08:00',
      'ben 03-03T08:00–03-03T09:00',
    ])
  })

  test('take the turns of who would have had them, unless they are skipped', () => {
    const days = layer({ restrictions: weekdays('09:00', '17:00'), startsOn: '2026-03-02T00:00:00' })
    const monday = ['2026-03-09T00:00Z', '2026-03-10T00:00Z'] as const
    // Monday is the eighth day: ben's, though nobody counted over the weekend.
    expect(turns(days, ...monday)).toEqual(['ben 03-09T08:00–03-09T16:00'])
    // Skipped, the weekend is nobody's turn: after five days it is ben's again.
    expect(turns({ ...days, skipRestrictedTime: true }, ...monday)).toEqual(['ben 03-09T08:00–03-09T16:00'])
    const three = { ...days, userIds: [ann, ben, cem] }
    expect(turns(three, ...monday)).toEqual(['ben 03-09T08:00–03-09T16:00'])
    expect(turns({ ...three, skipRestrictedTime: true }, ...monday)).toEqual(['cem 03-09T08:00–03-09T16:00'])
    expect(turns({ ...three, skipRestrictedTime: true }, '2026-03-16T00:00Z', '2026-03-17T00:00Z')).toEqual([
      'ben 03-16T08:00–03-16T16:00',
    ])
  })

  test('do not skip turns of a week or longer, as each of them counts', () => {
    const weeks = layer({
      restrictions: weekdays('09:00', '10:00').slice(0, 1),
      startsOn: '2026-03-02T00:00:00',
      rotation: 'P1W',
      skipRestrictedTime: true,
    })
    expect(turns(weeks, '2026-03-09T00:00Z', '2026-03-23T00:00Z')).toEqual([
      'ben 03-09T08:00–03-09T09:00',
      'ann 03-16T08:00–03-16T09:00',
    ])
  })
})

describe('a rotation', () => {
  const HOUR = 3_600_000
  test.each<[string, object | null]>([
    ['PT12H', { kind: 'fixed', ms: 12 * HOUR }],
    ['P1D', { kind: 'fixed', ms: 24 * HOUR }],
    ['P2W', { kind: 'fixed', ms: 14 * 24 * HOUR }],
    ['P1W2DT3H', { kind: 'fixed', ms: (9 * 24 + 3) * HOUR }],
    ['P1M', { kind: 'months', months: 1 }],
    ['P1Y', { kind: 'months', months: 12 }],
    ['P2Y3M', { kind: 'months', months: 27 }],
    ['P0D', null],
    ['P0M', null],
    ['PT0H', null],
    ['P', null],
    ['PT', null],
    ['P1M1D', null],
    ['PT30M', null],
    ['P-1D', null],
    ['xP1D', null],
    ['P1Dx', null],
    ['P1Mx', null],
    ['xP1M', null],
    ['P12345W', null],
    ['', null],
  ])('%s', (text, expected) => {
    expect(readRotation(text)).toEqual(expected)
  })
})

describe('a moment of the week', () => {
  const HOUR = 3_600_000
  test.each<[string, string, number | null]>([
    ['MONDAY', '00:00', 0],
    ['MONDAY', '08:30', 8.5 * HOUR],
    ['TUESDAY', '23:59', 47 * HOUR + 59 * 60_000],
    ['SUNDAY', '24:00', 7 * 24 * HOUR],
    ['SUNDAY', '24:01', null],
    ['SUNDAY', '25:00', null],
    ['SUNDAY', '8:00', null],
    ['SUNDAY', '08:60', null],
    ['SUNDAY', '08:00:00', null],
    ['Monday', '08:00', null],
    ['', '08:00', null],
  ])('%s %s', (dayOfWeek, time, expected) => {
    expect(readWeekMoment({ dayOfWeek, time })).toBe(expected)
  })
})
