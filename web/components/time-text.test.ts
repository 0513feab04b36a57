import { expect, test } from 'vitest'
import { countdownText, minutesText, relativeText } from './time-text.ts'

const now = Date.parse('2026-03-29T00:59:00Z')
const seconds = (count: number) => now + count * 1_000

test.each([
  [252, '4:12'],
  [9, '0:09'],
  [0, '0:00'],
  [-30, '0:00'],
  [3_729, '1:02:09'],
  [273_600, '3 d 4 h'],
])('a countdown of %i seconds reads %s', (left, text) => {
  expect(countdownText(seconds(left), now)).toBe(text)
})

test('a countdown shows a whole second until it is over', () => {
  expect(countdownText(now + 1, now)).toBe('0:01')
})

test.each([
  [-10, 'just now'],
  [10, 'just now'],
  [-180, '3 min ago'],
  [-7_200, '2 h ago'],
  [-172_800, '2 d ago'],
  [72_000, 'in 20 h'],
])('%i seconds from now reads %s', (offset, text) => {
  expect(relativeText(seconds(offset), now)).toBe(text)
})

test.each([
  [0, '0 min'],
  [5, '5 min'],
  [90, '1 h 30 min'],
  [2_880, '2 d'],
])('%i minutes read %s', (minutes, text) => {
  expect(minutesText(minutes)).toBe(text)
})
