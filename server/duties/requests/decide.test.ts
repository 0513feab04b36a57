import { expect, test } from 'vitest'
import { stateAt, whyClosed } from './decide.ts'

const noon = new Date('2026-03-02T12:00:00Z')
const before = new Date(noon.getTime() - 1)

test.each([
  ['PENDING', before, 'PENDING'],
  ['PENDING', noon, 'EXPIRED'],
  ['ACCEPTED', noon, 'ACCEPTED'],
  ['WITHDRAWN', noon, 'WITHDRAWN'],
])('a request that is %s and about the time until noon is at %s %s', (state, now, expected) => {
  expect(stateAt({ state, ends_at: noon }, now)).toBe(expected)
})

test('what is over cannot be answered, and why is said', () => {
  expect(whyClosed('PENDING')).toBeNull()
  expect(whyClosed('ACCEPTED')).toMatch(/accepted/)
  expect(whyClosed('DECLINED')).toMatch(/declined/)
  expect(whyClosed('WITHDRAWN')).toMatch(/withdrawn/)
  expect(whyClosed('EXPIRED')).toMatch(/over/)
})
