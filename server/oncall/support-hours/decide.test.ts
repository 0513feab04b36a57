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
