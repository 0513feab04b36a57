import { describe, expect, test } from 'vitest'
import type { EventDecision } from '../alerts/decide.ts'
import { addSeconds } from '../runtime/time.ts'
import {
  decideReading,
  ENDINGS_MAX,
  firstTogether,
  LOOKUP_GIVE_UP_SECONDS,
  lookupRetryAt,
  outcomeOf,
} from './decide.ts'

const now = new Date('2026-11-24T09:00:00Z')

describe('the receipt of an event', () => {
  const about = { alertId: 1, rule: 'a-rule', reason: 'A reason.' }
  test.each<[string, EventDecision, string]>([
    ['that opened an alert', { ...about, kind: 'open', status: 'PENDING', previousAlertId: null }, 'APPLIED'],
    ['that joined an alert', { ...about, kind: 'join' }, 'APPLIED'],
    ['that accepted an alert', { ...about, kind: 'accept' }, 'APPLIED'],
    ['that resolved an alert', { ...about, kind: 'resolve' }, 'APPLIED'],
    ['that commented an alert', { ...about, kind: 'comment' }, 'APPLIED'],
    ['that changed nothing', { ...about, kind: 'record' }, 'IGNORED'],
    ['that came before', { ...about, kind: 'duplicate' }, 'DUPLICATE'],
  ])('%s tells so', (_title, decision, expected) => {
    expect(outcomeOf(decision)).toBe(expected)
  })
})

describe('a look-up that failed', () => {
  test.each<[string, number, number | undefined, number]>([
    ['is tried again soon', 1, undefined, 2],
    ['waits longer each time', 3, undefined, 15],
    ['waits a quarter of an hour in the end', 50, undefined, 900],
    ['waits as long as the other system asks for', 1, 120, 120],
    ['is not hurried by the other system', 4, 1, 60],
  ])('%s', (_title, attempts, afterSeconds, seconds) => {
    expect(lookupRetryAt(attempts, afterSeconds, now)).toEqual(addSeconds(now, seconds))
  })

  test('is left after a day, and not before its longest wait', () => {
    expect(addSeconds(now, LOOKUP_GIVE_UP_SECONDS)).toEqual(new Date('2026-11-25T09:00:00Z'))
  })
})

describe('what is read next of a source', () => {
  const fresh = (id: string) => ({ id, begunBy: null, begunAlone: 0 })
  const left = (id: string, begunAlone: number, begunBy = 'another') => ({ id, begunBy, begunAlone })
  const unmarked = { before: { by: null, alone: 0 } }
  const marked = (alone: number) => ({ before: { by: 'another', alone } })

  test.each([
    ['nothing', [], null],
    ['everything, while nobody vanished', [fresh('a'), fresh('b')], { kind: 'batch', ids: ['a', 'b'], ...unmarked }],
    [
      'what this process itself began and did not end counts as fresh',
      [left('a', 1, 'me'), fresh('b')],
      { kind: 'batch', ids: ['a', 'b'], ...unmarked },
    ],
    [
      'what another process left, alone',
      [left('a', 0), left('b', 0)],
      { kind: 'alone', id: 'a', times: 1, ...marked(0) },
    ],
    [
      'once more alone, as whoever is killed from outside is no poison',
      [left('a', ENDINGS_MAX - 1)],
      { kind: 'alone', id: 'a', times: ENDINGS_MAX, ...marked(ENDINGS_MAX - 1) },
    ],
    ['and then no more', [left('a', ENDINGS_MAX), fresh('b')], { kind: 'set-aside', id: 'a', times: ENDINGS_MAX }],
    [
      'the fresh ones before what another left',
      [fresh('a'), left('b', 0)],
      { kind: 'alone', id: 'a', times: 1, ...unmarked },
    ],
    ['one alone, where there is only one', [fresh('a')], { kind: 'alone', id: 'a', times: 1, ...unmarked }],
  ])('%s', (_title, unread, expected) => {
    expect(decideReading(unread, { id: 'me', livedSeconds: 60 })).toEqual(expected)
  })

  test.each([
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 2],
    [4, 4],
  ])(
    'what ended %i processes alone is read by one that has lived for %i s, and its neighbours wait with it',
    (ended, seconds) => {
      const unread = [left('a', ended), fresh('b')]
      const alone = { kind: 'alone', id: 'a', times: ended + 1, ...marked(ended) }
      expect(decideReading(unread, { id: 'me', livedSeconds: seconds })).toEqual(alone)
      const younger = decideReading(unread, { id: 'me', livedSeconds: Math.max(0, seconds - 0.001) })
      expect(younger).toEqual(seconds === 0 ? alone : { kind: 'wait' })
    },
  )
})

describe('what is read together', () => {
  const unread = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }))
  test.each<[string, string[], string]>([
    ['all of it, while nothing is suspect', [], 'abcde'],
    ['all of it, when what is suspect is not there', ['z'], 'abcde'],
    ['what is before the first suspect', ['e', 'c'], 'ab'],
    ['a suspect alone', ['a', 'b'], 'a'],
  ])('is %s', (_title, suspects, expected) => {
    const together = firstTogether(unread, suspects).map(({ id }) => id)
    expect(together.join('')).toBe(expected)
  })

  test('is nothing when nothing is unread', () => {
    expect(firstTogether([], ['a'])).toEqual([])
  })
})
