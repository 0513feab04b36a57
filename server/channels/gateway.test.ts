import { expect, test } from 'vitest'
import { addMinutes } from '../runtime/time.ts'
import { orderByHealth } from './gateway.ts'

const now = new Date('2026-11-24T03:12:00Z')
const seen = (minutesAgo: number, isGood: boolean, ms = 100) => ({ at: addMinutes(now, -minutesAgo), isGood, ms })
const none: (Date | null)[] = [null, null]

test.each<[string, Parameters<typeof orderByHealth>[0], (Date | null)[], number[]]>([
  ['both are well', [[], []], none, [0, 1]],
  ['two failures are no pattern', [[seen(1, false), seen(2, false)], []], none, [0, 1]],
  [
    'three failures in five minutes lose the first place',
    [[seen(1, false), seen(2, false), seen(3, false)], []],
    none,
    [1, 0],
  ],
  ['older failures do not count', [[seen(1, false), seen(2, false), seen(6, false)], []], none, [0, 1]],
  ['slowness counts as well', [[seen(1, true, 61_000)], []], none, [1, 0]],
  ['it stays behind for ten minutes', [[seen(1, true)], []], [addMinutes(now, -9), null], [1, 0]],
  ['and then is first again', [[seen(1, true)], []], [addMinutes(now, -11), null], [0, 1]],
  [
    'when both are unwell the first is first',
    [[1, 2, 3].map((m) => seen(m, false)), [1, 2, 3].map((m) => seen(m, false))],
    none,
    [0, 1],
  ],
])('%s', (_title, observations, demotedAt, order) => {
  expect(orderByHealth(observations, demotedAt, now).order).toEqual(order)
})
