import { expect, test } from 'vitest'
import { covers, joined, sharesOf, stretchesOf } from './decide.ts'

const at = (hour: number) => new Date(Date.UTC(2026, 2, 2, hour))
const shift = (userId: number, start: number, end: number) => ({ userId, start: at(start), end: at(end) })

test('shifts of one person that touch are one stretch', () => {
  const shifts = [shift(1, 0, 4), shift(1, 4, 8), shift(2, 8, 9), shift(1, 9, 10), shift(1, 11, 12)]
  expect(stretchesOf(shifts)).toEqual([shift(1, 0, 8), shift(2, 8, 9), shift(1, 9, 10), shift(1, 11, 12)])
  expect(shifts[0]).toEqual(shift(1, 0, 4))
  expect(stretchesOf([])).toEqual([])
})

test('the shares of a person in an interval are cut to it', () => {
  const shifts = [shift(1, 0, 4), shift(2, 4, 6), shift(1, 6, 8), shift(1, 8, 10), shift(1, 12, 14)]
  const shares = (from: number, until: number) => sharesOf(1, shifts, { from: at(from), until: at(until) })
  expect(shares(1, 9)).toEqual([shift(1, 1, 4), shift(1, 6, 9)])
  expect(shares(4, 6)).toEqual([])
  expect(shares(10, 12)).toEqual([])
})

test('a stretch covers what lies wholly in it', () => {
  const stretches = [shift(1, 2, 4), shift(1, 5, 6)]
  expect(covers(stretches, at(2), at(4))).toBe(true)
  expect(covers(stretches, at(3), at(5))).toBe(false)
  expect(covers(stretches, at(1), at(3))).toBe(false)
  expect(covers([], at(1), at(3))).toBe(false)
})

test('intervals that overlap or touch are one', () => {
  const span = (from: number, until: number) => ({ from: at(from), until: at(until) })
  expect(joined([span(5, 6), span(1, 3), span(2, 4), span(6, 7), span(1, 2)])).toEqual([span(1, 4), span(5, 7)])
})
