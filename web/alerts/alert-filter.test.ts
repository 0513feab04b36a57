import { expect, test } from 'vitest'
import { type AlertListFilter, filterAddress, filterCount, questionOf, readFilter } from './alert-filter.ts'

const none: AlertListFilter = {
  view: 'open',
  source: undefined,
  policy: undefined,
  team: undefined,
  priority: undefined,
  since: undefined,
  query: '',
}

test('an address without a filter shows the open alerts, each trouble once', () => {
  const filter = readFilter(new URLSearchParams())
  expect(filter).toEqual(none)
  expect(questionOf(filter)).toMatchObject({ states: ['PENDING', 'ACCEPTED'], withoutMerged: true, hours: undefined })
})

test('who looks for something finds what is merged too', () => {
  expect(questionOf({ ...none, query: 'disk' }).withoutMerged).toBeUndefined()
  expect(questionOf({ ...none, view: 'all' }).withoutMerged).toBeUndefined()
})

test('every filter survives the way through the address', () => {
  const filter: AlertListFilter = {
    view: 'resolved',
    source: 7,
    policy: 8,
    team: 9,
    priority: 'LOW',
    since: '7d',
    query: 'mail & more',
  }
  expect(readFilter(new URLSearchParams(filterAddress(filter)))).toEqual(filter)
  expect(questionOf(filter).hours).toBe(168)
  expect(filterCount(filter)).toBe(5)
})

test('defaults are left out of the address', () => {
  expect(filterAddress(none)).toBe('')
  expect(filterCount(none)).toBe(0)
})

test('a strange address falls back instead of failing', () => {
  const strange = 'view=__proto__&source=-1&policy=x&team=1e99&priority=MIDDLE&since=tomorrow'
  expect(readFilter(new URLSearchParams(strange))).toEqual(none)
})
