import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addHours, addSeconds } from '../runtime/time.ts'
import { decideAfterAttempt, GIVE_UP_HOURS, RETRY_SECONDS_MAX } from './decide.ts'

const created = new Date('2026-11-24T09:00:00Z')
const retry = { kind: 'retry' as const, reason: 'the mail server is busy' }

describe('after an attempt', () => {
  test.each<[string, Parameters<typeof decideAfterAttempt>[0], number, object]>([
    [
      'what was handed over is sent, with its receipt',
      { kind: 'sent', receipt: '250 ok' },
      1,
      { kind: 'sent', receipt: '250 ok' },
    ],
    [
      'what was refused for good is not tried again',
      { kind: 'refused', reason: 'no such mailbox' },
      1,
      { kind: 'failed', reason: 'no such mailbox', rule: 'refused' },
    ],
    ['a passing failure is tried again', retry, 1, { kind: 'again', dueAt: addSeconds(created, 8) }],
    ['the second try waits longer', retry, 2, { kind: 'again', dueAt: addSeconds(created, 15) }],
    ['the tenth try waits no longer than the fourth', retry, 10, { kind: 'again', dueAt: addSeconds(created, 50) }],
  ])('%s', (_title, outcome, attempts, expected) => {
    expect(decideAfterAttempt(outcome, attempts, created, 0, created)).toMatchObject(expected)
  })

  test('the first retry is within 15 seconds, and no later one more than a minute away', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (attempts, random) => {
          const after = decideAfterAttempt(retry, attempts, created, random, created)
          if (after.kind !== 'again') throw new Error('It is too early to give up.')
          expect(after.dueAt > created).toBe(true)
          expect(after.dueAt <= addSeconds(created, attempts === 1 ? 15 : RETRY_SECONDS_MAX)).toBe(true)
        },
      ),
    )
  })

  test.each([
    [1, 0.5, 10.5],
    [2, 0.999, 19.995],
    [4, 0.5, 52.5],
  ])('many pages that failed together, attempt %d, do not come back together', (attempts, random, seconds) => {
    expect(decideAfterAttempt(retry, attempts, created, random, created)).toEqual({
      kind: 'again',
      dueAt: addSeconds(created, seconds),
      reason: 'the mail server is busy',
    })
  })

  test('a page is given up only after a day, and says so', () => {
    const end = addHours(created, GIVE_UP_HOURS)
    expect(decideAfterAttempt(retry, 2_000, created, 0, addSeconds(end, -1))).toMatchObject({ kind: 'again' })
    expect(decideAfterAttempt(retry, 2_000, created, 0, end)).toEqual({
      kind: 'failed',
      reason: 'the mail server is busy (given up after 24 hours)',
      rule: 'given-up',
    })
  })

  test('what got through after a day still counts as sent', () => {
    const end = addHours(created, GIVE_UP_HOURS)
    expect(decideAfterAttempt({ kind: 'sent', receipt: null }, 9, created, 0, end)).toMatchObject({ kind: 'sent' })
  })
})
