import { expect, test } from 'vitest'
import { addSeconds } from '../runtime/time.ts'
import { Suspects } from './suspects.ts'

const now = new Date('2026-03-02T09:00:00Z')
const coded = (code: string) => Object.assign(new Error('It failed.'), { code })
const LOST = coded('57P01')
const SLOW = coded('57014')

/** How often something must fail alone until it is convicted. */
function failuresOf(cause: unknown, hasFailedBefore: boolean): number {
  const suspects = new Suspects<string>()
  for (let failure = 1; failure < 100; failure++) {
    if (suspects.note(['one'], cause, hasFailedBefore, now)) return failure
  }
  return Number.POSITIVE_INFINITY
}

test('what came to nothing together is done again in four parts, each in less, until one is alone', () => {
  const suspects = new Suspects<number>()
  const all = Array.from({ length: 10 }, (_, index) => index)
  expect(suspects.note(all, LOST, false, now)).toBe(false)
  expect(suspects.groups(now)).toEqual([[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]])
  // Two of three were there to be taken; the others are done as before.
  suspects.note([3, 5], LOST, false, now)
  suspects.acquit([0, 1, 2, 6, 7, 8])
  expect(suspects.groups(now)).toEqual([[4], [9], [3], [5]])
  suspects.acquit([4, 9, 3, 5])
  expect(suspects.groups(now)).toEqual([])
})

test('who fails alone again and again is convicted: sooner when it takes long, or when it failed before', () => {
  expect([failuresOf(LOST, false), failuresOf(SLOW, false), failuresOf(coded('25P03'), false)]).toEqual([8, 2, 2])
  expect([failuresOf(LOST, true), failuresOf(SLOW, true)]).toEqual([2, 1])
})

test.each(['55P03', '40P01', '53100', '22P05', ''])(
  'a failure %j convicts nobody, and makes nobody a suspect',
  (code) => {
    const suspects = new Suspects<string>()
    for (let failure = 0; failure < 50; failure++) {
      expect(suspects.note(['one'], coded(code), true, now)).toBe(false)
      expect(suspects.note(['one', 'other'], coded(code), true, now)).toBe(false)
    }
    expect(suspects.groups(now)).toEqual([])
  },
)

test('who goes through is acquitted of all that was against it; others are not', () => {
  const suspects = new Suspects<string>()
  for (let failure = 0; failure < 7; failure++) {
    suspects.note(['one'], LOST, false, now)
    suspects.note(['other'], LOST, false, now)
  }
  suspects.acquit(['one'])
  expect(suspects.note(['one'], LOST, false, now)).toBe(false)
  expect(suspects.note(['other'], LOST, false, now)).toBe(true)
})

test('a transaction that ended before anything was taken says nothing', () => {
  const suspects = new Suspects<string>()
  for (let failure = 0; failure < 50; failure++) suspects.note([], LOST, true, now)
  expect(suspects.groups(now)).toEqual([])
})

test('whom nobody met for two minutes is forgotten', () => {
  const suspects = new Suspects<string>()
  for (let failure = 0; failure < 7; failure++) suspects.note(['one'], LOST, false, now)
  expect(suspects.groups(addSeconds(now, 119))).toEqual([['one']])
  expect(suspects.groups(addSeconds(now, 120))).toEqual([])
  expect(suspects.note(['one'], LOST, false, now)).toBe(false)
})
