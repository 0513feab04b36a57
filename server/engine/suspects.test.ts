import { expect, test } from 'vitest'
import { addMinutes, addSeconds } from '../runtime/time.ts'
import { Suspects } from './suspects.ts'

const now = new Date('2026-03-02T09:00:00Z')
const coded = (code: string) => Object.assign(new Error('It failed.'), { code })
const LOST = coded('57P01')
const SLOW = coded('57014')
const BUSY = coded('55P03')

function someSuspects() {
  const suspects = new Suspects<string>()
  const fail = (piece: string, cause: unknown, hasFailedBefore = false) => {
    suspects.note(piece, cause, hasFailedBefore, now)
    return suspects.sentenceOn(piece) !== null
  }
  return { suspects, fail }
}

function failuresUntilConvicted(fail: () => boolean): number {
  for (let failure = 1; failure < 1_000; failure++) if (fail()) return failure
  return Number.POSITIVE_INFINITY
}

test('who fails again and again is convicted: sooner when that takes long, or when it failed before', () => {
  const failures = (cause: unknown, hasFailedBefore: boolean) => {
    const { fail } = someSuspects()
    return failuresUntilConvicted(() => fail('one', cause, hasFailedBefore))
  }
  expect([failures(LOST, false), failures(SLOW, false), failures(coded('53200'), false)]).toEqual([8, 2, 8])
  expect([failures(LOST, true), failures(SLOW, true)]).toEqual([2, 1])
})

test.each(['55P03', '40P01', '40001', '53100', '53300'])('a failure %j makes a suspect and convicts nobody', (code) => {
  const { suspects, fail } = someSuspects()
  for (let failure = 0; failure < 100; failure++) expect(fail('one', coded(code), true)).toBe(false)
  expect(suspects.all(now)).toEqual(['one'])
})

test('who goes through is acquitted of all that was against it; others are not', () => {
  const { suspects, fail } = someSuspects()
  for (let failure = 0; failure < 7; failure++) {
    fail('one', LOST)
    fail('other', LOST)
  }
  suspects.acquit(['one'])
  expect(suspects.all(now)).toEqual(['other'])
  expect([fail('one', LOST), fail('other', LOST)]).toEqual([false, true])
})

test('a sentence stands, with its cause, until it was carried out; then the piece begins anew and stays apart', () => {
  const { suspects, fail } = someSuspects()
  for (let failure = 0; failure < 8; failure++) fail('one', LOST)
  expect(suspects.sentenceOn('one')).toEqual({ cause: LOST })
  expect(suspects.sentenceOn('other')).toBeNull()
  suspects.punished('one', now)
  expect([suspects.sentenceOn('one'), suspects.all(now)]).toEqual([null, ['one']])
  expect(failuresUntilConvicted(() => fail('one', LOST))).toBe(8)
})

test('whoever was met longest ago is the first', () => {
  const { suspects, fail } = someSuspects()
  for (const piece of ['a', 'b', 'c', 'a']) fail(piece, BUSY)
  expect(suspects.all(now)).toEqual(['b', 'c', 'a'])
  suspects.punished('b', now)
  expect(suspects.all(now)).toEqual(['c', 'a', 'b'])
  suspects.missed('c')
  suspects.missed('nobody')
  expect(suspects.all(now)).toEqual(['a', 'b', 'c'])
})

test('whom nobody met for half an hour is forgotten, with all that was against it', () => {
  const suspects = new Suspects<string>()
  suspects.note('one', LOST, false, now)
  suspects.note('other', LOST, false, addMinutes(now, 1))
  suspects.missed('one')
  expect(suspects.all(addSeconds(now, 1_799)).toSorted()).toEqual(['one', 'other'])
  expect(suspects.all(addMinutes(now, 30))).toEqual(['other'])
})
