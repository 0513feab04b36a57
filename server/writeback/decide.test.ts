import { expect, test } from 'vitest'
import { addSeconds } from '../runtime/time.ts'
import { giveUpAt, retryAt } from './decide.ts'

const now = new Date('2026-11-24T09:00:00Z')

test('a day of silence on the other side is survived, with an hour to spare', () => {
  expect(giveUpAt(now)).toEqual(new Date('2026-11-25T10:00:00Z'))
})

test.each<[string, number, number | undefined, number]>([
  ['is tried again soon', 1, undefined, 5],
  ['waits longer the second time', 2, undefined, 15],
  ['waits longer the third time', 3, undefined, 60],
  ['waits longer the fourth time', 4, undefined, 300],
  ['waits ten minutes in the end, so that all is said within fifteen after the other side is well', 5, undefined, 600],
  ['waits ten minutes still', 500, undefined, 600],
  ['waits as long as the other side asks for', 1, 120, 120],
  ['is not hurried by the other side', 4, 1, 300],
  ['does not wait longer than an hour, whatever the other side asks for', 1, 86_400, 3_600],
])('what failed %s', (_title, attempts, afterSeconds, seconds) => {
  expect(retryAt(attempts, afterSeconds, now)).toEqual(addSeconds(now, seconds))
})
