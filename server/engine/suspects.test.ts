import { expect, test } from 'vitest'
import { addMinutes, addSeconds } from '../runtime/time.ts'
import { Suspects } from './suspects.ts'

const now = new Date('2026-03-02T09:00:00Z')
const coded = (code: string) => Object.assign(new Error('It failed.'), { code })
const LOST = coded('57P01')
const SLOW = coded('57014')
const BUSY = coded('55P03')

/** How often something must fail by this until it is convicted. */
function failuresOf(cause: unknown, hasFailedBefore: boolean): number {
  const suspects = new Suspects<string>()
  for (let failure = 1; failure < 100; failure++) {
    if (suspects.note('one', cause, hasFailedBefore, now)) return failure
  }
  return Number.POSITIVE_INFINITY
}

test('who fails again and again is convicted: sooner when that takes long, or when it failed before', () => {
  expect([failuresOf(LOST, false), failuresOf(SLOW, false), failuresOf(coded('25P03'), false)]).toEqual([8, 2, 2])
  expect([failuresOf(LOST, true), failuresOf(SLOW, true)]).toEqual([2, 1])
})

test.each(['55P03', '40P01', '53100', ''])('a failure %j makes a suspect and convicts nobody', (code) => {
  const suspects = new Suspects<string>()
  for (let failure = 0; failure < 50; failure++) expect(suspects.note('one', coded(code), true, now)).toBe(false)
  expect(suspects.all(now)).toEqual(['one'])
})

test('who goes through is acquitted of all that was against it; others are not', () => {
  const suspects = new Suspects<string>()
  for (let failure = 0; failure < 7; failure++) {
    suspects.note('one', LOST, false, now)
    suspects.note('other', LOST, false, now)
  }
  suspects.acquit(['one'])
  expect(suspects.all(now)).toEqual(['other'])
  expect(suspects.note('one', LOST, false, now)).toBe(false)
  expect(suspects.note('other', LOST, false, now)).toBe(true)
})

test('who was convicted begins anew, and stays apart', () => {
  const suspects = new Suspects<string>()
  for (let failure = 0; failure < 8; failure++) suspects.note('one', LOST, false, now)
  suspects.punished('one', now)
  expect(suspects.all(now)).toEqual(['one'])
  for (let failure = 1; failure < 8; failure++) expect(suspects.note('one', LOST, false, now)).toBe(false)
  expect(suspects.note('one', LOST, false, now)).toBe(true)
})

test('whoever was met longest ago is the first', () => {
  const suspects = new Suspects<string>()
  for (const piece of ['a', 'b', 'c', 'a']) suspects.note(piece, BUSY, false, now)
  expect(suspects.all(now)).toEqual(['b', 'c', 'a'])
  suspects.punished('b', now)
  expect(suspects.all(now)).toEqual(['c', 'a', 'b'])
})

test('whom nobody met for half an hour is forgotten, with all that was against it', () => {
  const suspects = new Suspects<string>()
  for (let failure = 0; failure < 7; failure++) suspects.note('one', LOST, false, now)
  suspects.note('other', LOST, false, addMinutes(now, 1))
  expect(suspects.all(addSeconds(now, 1_799))).toEqual(['one', 'other'])
  expect(suspects.all(addMinutes(now, 30))).toEqual(['other'])
  expect(suspects.note('one', LOST, false, now)).toBe(false)
})
