import { expect, test } from 'vitest'
import { askedNow, namesText } from './asked.ts'

const ann = { id: 1, firstName: 'Ann', lastName: 'Berg', email: 'ann@example.org' }
const ben = { id: 2, firstName: 'Ben', lastName: '', email: 'ben@example.org' }
const at = (minute: string) => `2026-03-01T09:${minute}:00Z`

test('who is asked now are the people of the level asked last, each once', () => {
  const asked = [
    { user: ann, levelIndex: 0, climb: 1, round: 1, at: at('00'), notification: 'SUCCESS' as const },
    { user: ben, levelIndex: 1, climb: 1, round: 1, at: at('05'), notification: 'SUCCESS' as const },
    { user: ben, levelIndex: 1, climb: 1, round: 1, at: at('05'), notification: 'SUCCESS' as const },
  ]
  expect(askedNow(asked).map((one) => one.user.firstName)).toEqual(['Ben'])
  expect(askedNow([])).toEqual([])
})

test('a climb that began anew counts, and who was asked by hand', () => {
  const step = { levelIndex: 0, round: 1, notification: 'SUCCESS' as const }
  const asked = [
    { ...step, user: ann, climb: 1, at: at('00') },
    { ...step, user: ben, climb: 2, at: at('05') },
    { ...step, user: ann, climb: 2, at: at('06'), levelIndex: -2 },
  ]
  expect(askedNow(asked).map((one) => one.user.firstName)).toEqual(['Ben', 'Ann'])
})

test('names read like a sentence', () => {
  expect(namesText([])).toBe('')
  expect(namesText([ann])).toBe('Ann Berg')
  expect(namesText([ann, ben])).toBe('Ann Berg and Ben')
  expect(namesText([ann, ben, ann])).toBe('Ann Berg, Ben and Ann Berg')
})
