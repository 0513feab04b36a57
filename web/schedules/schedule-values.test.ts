import { expect, test } from 'vitest'
import { rotationOf, rotationValues } from './schedule-values.ts'

test.each([
  ['P1D', '1', 'D'],
  ['P7D', '1', 'W'],
  ['P2W', '2', 'W'],
  ['PT12H', '12', 'H'],
  ['P1DT12H', '36', 'H'],
  ['P1M', '1', 'M'],
  ['P1Y', '12', 'M'],
] as const)('the rotation %s is %s %s', (rotation, count, unit) => {
  expect(rotationValues(rotation)).toEqual({ count, unit })
})

test.each([
  ['12', 'H', 'PT12H'],
  ['1', 'W', 'P1W'],
  ['3', 'M', 'P3M'],
  ['', 'D', 'P1D'],
] as const)('%s %s is %s', (count, unit, rotation) => {
  expect(rotationOf(count, unit)).toBe(rotation)
})
