import { expect, test } from 'vitest'
import { filterAddress, questionOf, readFilter } from './alert-filter.ts'

test('an address without a filter shows the open alerts', () => {
  const filter = readFilter(new URLSearchParams())
  expect(filter).toEqual({ view: 'open', source: undefined, query: '' })
  expect(questionOf(filter).states).toEqual(['PENDING', 'ACCEPTED'])
})

test('every filter survives the way through the address', () => {
  const filter = { view: 'resolved', source: 7, query: 'mail & more' } as const
  expect(readFilter(new URLSearchParams(filterAddress(filter)))).toEqual(filter)
})

test('defaults are left out of the address', () => {
  expect(filterAddress({ view: 'open', source: undefined, query: '' })).toBe('')
})

test('a strange address falls back instead of failing', () => {
  expect(readFilter(new URLSearchParams('view=__proto__&source=-1'))).toEqual({
    view: 'open',
    source: undefined,
    query: '',
  })
})
