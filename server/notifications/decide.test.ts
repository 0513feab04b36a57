import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addHours, addSeconds } from '../runtime/time.ts'
import { decideAfterAttempt, decideSecondWay, GIVE_UP_HOURS, type OtherPage, RETRY_SECONDS_MAX } from './decide.ts'

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

describe('a page that did not get through', () => {
  const failed = { priority: 'HIGH', isOver: false, isFirstFailure: true }
  const over = { priority: 'HIGH', isOver: true, isFirstFailure: false }
  const other = (status: string, dueInSeconds = 0, hasFailed = false): OtherPage => ({
    status,
    dueAt: addSeconds(created, dueInSeconds),
    hasFailed,
  })

  test.each<[string, Parameters<typeof decideSecondWay>[0], OtherPage[], number | null]>([
    ['takes a second way in a minute, while it is tried again', failed, [], 60],
    ['takes a second way at once when it failed for good', over, [], 0],
    ['takes a second way at once when its only try failed for good', { ...failed, isOver: true }, [], 0],
    ['takes no second way when it fails once more', { ...failed, isFirstFailure: false }, [], null],
    ['takes no second way when it may wait', { ...failed, priority: 'LOW' }, [], null],
    ['takes no second way when it may wait, even when it failed for good', { ...over, priority: 'LOW' }, [], null],
    ['needs no second way when another page got through', over, [other('SUCCESS')], null],
    ['needs none when another page got through after a failure', over, [other('SUCCESS', 0, true)], null],
    ['needs none while another page is on its way', over, [other('SENDING', -5)], null],
    ['needs none when another page is due by then', failed, [other('SCHEDULED', 60)], null],
    ['needs none when one page of several covers it', over, [other('ERROR'), other('SENDING')], null],
    ['takes it all the same when another page is due later', failed, [other('SCHEDULED', 61)], 60],
    ['takes it at once when another page is due in a second', over, [other('SCHEDULED', 1)], 0],
    ['takes it when the other page on its way failed before', over, [other('SENDING', 0, true)], 0],
    ['takes it when the other page that is due failed before', failed, [other('SCHEDULED', 0, true)], 60],
    ['takes it when the other pages are over', over, [other('ERROR'), other('CANCELLED', -60)], 0],
  ])('%s', (_title, page, others, seconds) => {
    expect(decideSecondWay(page, others, created)).toEqual(seconds === null ? null : addSeconds(created, seconds))
  })
})
