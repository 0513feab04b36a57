import { describe, expect, test } from 'vitest'
import { addSeconds } from '../runtime/time.ts'
import { ATTEMPTS_MAX, decideAfterFailure } from './poison.ts'

const now = new Date('2026-11-24T09:00:00Z')

describe('what fails', () => {
  test.each([
    ['is tried again after a second', 1, 1],
    ['waits twice as long each time', 2, 2],
    ['waits eight seconds before the last try', 4, 8],
  ])('%s', (_title, attempts, seconds) => {
    expect(decideAfterFailure(attempts, now)).toEqual({
      kind: 'again',
      dueAt: addSeconds(now, seconds),
      reason: `Attempt ${attempts} failed, it is tried again.`,
    })
  })

  test('is set aside within a minute, with a reason', () => {
    let waited = 0
    for (let attempts = 1; attempts < ATTEMPTS_MAX; attempts++) waited += 2 ** (attempts - 1)
    expect(waited).toBeLessThanOrEqual(60)
    expect(decideAfterFailure(ATTEMPTS_MAX, now)).toEqual({
      kind: 'set-aside',
      reason: 'It could not be processed in 5 attempts.',
    })
  })
})
