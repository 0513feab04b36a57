import { expect, test } from 'vitest'
import { intervalText, joinInterval, splitInterval } from './interval.ts'

test.each([
  [25, '25 seconds'],
  [60, '1 minute'],
  [90, '90 seconds'],
  [300, '5 minutes'],
  [86_400, '1 day'],
])('%d s is %s, and back', (seconds, text) => {
  expect(intervalText(seconds)).toBe(text)
  const { count, unit } = splitInterval(seconds)
  expect(joinInterval(count, unit)).toBe(seconds)
})
