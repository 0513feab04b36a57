import { describe, expect, test } from 'vitest'
import { type Hours, isDuring, nextEdge, priorityAt, refusalsOf } from './decide.ts'

const at = (text: string) => new Date(text)
const day = { start: '09:00', end: '17:00' }
const week: Hours = {
  timezone: 'Europe/Vienna',
  days: {
    MONDAY: day,
    TUESDAY: day,
    WEDNESDAY: day,
    THURSDAY: day,
    FRIDAY: day,
    SUNDAY: { start: '02:00', end: '04:00' },
  },
  exceptions: [
    { name: 'Easter Monday', start: '2026-04-06', end: '2026-04-06', supportStatus: 'OUTSIDE' },
    { name: 'Move', start: '2026-04-06T12:00', end: '2026-04-06T13:00', supportStatus: 'DURING' },
    { name: 'Closed', start: '2026-12-24', end: '2026-12-31', supportStatus: 'NONE' },
  ],
}

describe('support is there', () => {
  test.each([
    ['on a weekday at noon', '2026-03-02T11:00:00Z', true],
    ['the moment it begins', '2026-03-02T08:00:00Z', true],
    ['not a moment before', '2026-03-02T07:59:59Z', false],
    ['not the moment it ends', '2026-03-02T16:00:00Z', false],
    ['not on a Saturday', '2026-03-07T11:00:00Z', false],
    ['from three on in the night that has no two o’clock', '2026-03-29T01:00:00Z', true],
    ['not before that', '2026-03-29T00:59:59Z', false],
    ['through the hour that comes twice', '2026-10-25T01:30:00Z', true],
    ['not on a holiday', '2026-04-06T08:00:00Z', false],
    ['but where a later exception says so', '2026-04-06T10:30:00Z', true],
    ['not while it is suspended', '2026-12-31T11:00:00Z', false],
    ['again on the day after', '2027-01-01T11:00:00Z', true],
  ])('%s', (_title, instant, expected) => {
    expect(isDuring(week, at(instant))).toBe(expected)
  })
})

test.each([
  ['tomorrow morning', '2026-03-02T17:00:00Z', true, '2026-03-03T08:00:00.000Z'],
  ['tonight', '2026-03-02T11:00:00Z', false, '2026-03-02T16:00:00.000Z'],
  ['after the holiday', '2026-04-06T11:30:00Z', true, '2026-04-07T07:00:00.000Z'],
  ['after the suspension', '2026-12-25T00:00:00Z', true, '2027-01-01T08:00:00.000Z'],
])('the next edge is %s', (_title, from, during, expected) => {
  expect(nextEdge(week, at(from), during)?.toISOString()).toBe(expected)
})

test('a window has its minutes, may last until midnight, and the moment at which an edge lies is not its next one', () => {
  const late: Hours = { timezone: 'UTC', days: { MONDAY: { start: '08:45', end: '00:00' } }, exceptions: [] }
  expect(isDuring(late, at('2026-03-02T08:44:59Z'))).toBe(false)
  expect(isDuring(late, at('2026-03-02T08:45:00Z'))).toBe(true)
  expect(isDuring(late, at('2026-03-02T23:59:59Z'))).toBe(true)
  expect(isDuring(late, at('2026-03-03T00:00:00Z'))).toBe(false)
  expect(nextEdge(late, at('2026-03-02T08:44:59Z'), true)?.toISOString()).toBe('2026-03-02T08:45:00.000Z')
  expect(nextEdge(late, at('2026-03-02T08:45:00Z'), true)?.toISOString()).toBe('2026-03-09T08:45:00.000Z')
  expect(nextEdge(late, at('2026-03-02T08:45:00Z'), false)?.toISOString()).toBe('2026-03-03T00:00:00.000Z')
})

test('windows that touch are one: there is no edge where one day hands over to the next', () => {
  const round = { start: '00:00', end: '24:00' }
  const hours: Hours = { timezone: 'UTC', days: { MONDAY: round, TUESDAY: round }, exceptions: [] }
  expect(nextEdge(hours, at('2026-03-02T11:00:00Z'), false)?.toISOString()).toBe('2026-03-04T00:00:00.000Z')
  expect(nextEdge(hours, at('2026-03-02T11:00:00Z'), true)?.toISOString()).toBe('2026-03-09T00:00:00.000Z')
})

test('exceptions make support where there is no window, and one that cannot be read says nothing', () => {
  const hours: Hours = {
    timezone: 'UTC',
    days: {},
    exceptions: [
      { name: '', start: '2026-02-30', end: '2026-03-05', supportStatus: 'DURING' },
      { name: '', start: '2026-03-01', end: '2026-02-30', supportStatus: 'DURING' },
      { name: '', start: '2026-07-01T10:00', end: '2026-07-01T11:30', supportStatus: 'DURING' },
    ],
  }
  expect(isDuring(hours, at('2026-03-02T11:00:00Z'))).toBe(false)
  expect(isDuring(hours, at('2026-07-01T11:29:59Z'))).toBe(true)
  expect(isDuring(hours, at('2026-07-01T11:30:00Z'))).toBe(false)
  // Further away than the first look reaches.
  expect(nextEdge(hours, at('2026-03-02T11:00:00Z'), true)?.toISOString()).toBe('2026-07-01T10:00:00.000Z')
  expect(nextEdge(hours, at('2026-03-02T11:00:00Z'), false)?.toISOString()).toBe('2026-07-01T11:30:00.000Z')
})

test('hours that never begin have no edge', () => {
  expect(nextEdge({ timezone: 'UTC', days: {}, exceptions: [] }, at('2026-03-02T11:00:00Z'), true)).toBeNull()
})

test.each([
  ['HIGH_DURING_SUPPORT_HOURS', '2026-03-02T11:00:00Z', 'HIGH', undefined],
  ['HIGH_DURING_SUPPORT_HOURS', '2026-03-02T17:00:00Z', 'LOW', '2026-03-03T08:00:00.000Z'],
  ['LOW_DURING_SUPPORT_HOURS', '2026-03-02T11:00:00Z', 'LOW', '2026-03-02T16:00:00.000Z'],
  ['LOW_DURING_SUPPORT_HOURS', '2026-03-02T17:00:00Z', 'HIGH', undefined],
] as const)('%s at %s is %s', (rule, instant, priority, raiseAt) => {
  const decided = priorityAt(rule, week, at(instant))
  expect([decided.priority, decided.raiseAt?.toISOString()]).toEqual([priority, raiseAt])
})

test('a fixed priority stays, and one that follows hours that are gone is high', () => {
  expect(priorityAt('LOW', week, at('2026-03-02T11:00:00Z'))).toEqual({ priority: 'LOW', raiseAt: null })
  expect(priorityAt('HIGH', week, at('2026-03-02T17:00:00Z'))).toEqual({ priority: 'HIGH', raiseAt: null })
  expect(priorityAt('LOW', null, at('2026-03-02T11:00:00Z'))).toEqual({ priority: 'LOW', raiseAt: null })
  expect(priorityAt('LOW_DURING_SUPPORT_HOURS', null, at('2026-03-02T11:00:00Z'))).toEqual({
    priority: 'HIGH',
    raiseAt: null,
  })
})

test('what ends the moment it begins is refused, but a single day is whole', () => {
  const wrong: Hours = {
    timezone: 'UTC',
    days: { MONDAY: { start: '09:00', end: '09:00' } },
    exceptions: [
      { name: '', start: '2026-03-01T09:00', end: '2026-03-01T09:00', supportStatus: 'NONE' },
      { name: '', start: '2026-03-01', end: '2026-03-01', supportStatus: 'NONE' },
      { name: '', start: '2026-03-01T09:00', end: '2026-03-32', supportStatus: 'NONE' },
      { name: '', start: '2026-03-01T09:00', end: '2026-03-01T09:01', supportStatus: 'NONE' },
    ],
  }
  const backwards = 'It ends before it begins.'
  expect(refusalsOf(wrong)).toEqual([
    { field: 'supportDays.MONDAY.end', message: backwards },
    { field: 'exceptions.0.end', message: backwards },
    { field: 'exceptions.2.end', message: 'There is no such day or time.' },
  ])
})

test('what is wrong is named', () => {
  const wrong: Hours = {
    timezone: 'UTC',
    days: { MONDAY: { start: '17:00', end: '09:00' }, TUESDAY: { start: '17:00', end: '00:00' } },
    exceptions: [
      { name: '', start: '2026-02-30', end: '2026-03-01', supportStatus: 'NONE' },
      { name: '', start: '2026-03-02', end: '2026-03-01', supportStatus: 'NONE' },
    ],
  }
  expect(refusalsOf(wrong).map(({ field }) => field)).toEqual([
    'supportDays.MONDAY.end',
    'exceptions.0.start',
    'exceptions.1.end',
  ])
})
