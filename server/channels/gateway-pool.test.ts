import { expect, test } from 'vitest'
import { addMinutes } from '../runtime/time.ts'
import { orderByHealth } from './gateway-pool.ts'

const now = new Date('2026-11-24T03:12:00Z')
const seen = (minutesAgo: number, isGood: boolean, ms = 100) => ({ at: addMinutes(now, -minutesAgo), isGood, ms })
const failed = (...minutesAgo: number[]) => minutesAgo.map((one) => seen(one, false))

test.each<[string, Parameters<typeof orderByHealth>[0], number[]]>([
  ['both are well', [[], []], [0, 1]],
  ['two failures are no pattern', [failed(1, 2), []], [0, 1]],
  ['three failures in five minutes lose the first place', [failed(1, 2, 3), []], [1, 0]],
  ['older failures do not count', [failed(1, 2, 6.5), []], [0, 1]],
  ['slowness counts as well', [[seen(1, true, 61_000)], []], [1, 0]],
  ['it stays behind for ten minutes', [[...failed(9, 10, 11), seen(1, true)], []], [1, 0]],
  ['and then is first again', [[...failed(10.1, 11, 12), seen(1, true)], []], [0, 1]],
  ['when both are unwell the first is first', [failed(1, 2, 3), failed(1, 2, 3)], [0, 1]],
])('%s', (_title, observations, order) => {
  expect(orderByHealth(observations, now)).toEqual(order)
})
