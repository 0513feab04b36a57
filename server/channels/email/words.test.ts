import { describe, expect, test } from 'vitest'
import { wordsOf } from './words.ts'

const labels = ['impact', 'requester', 'service', 'team', 'member', 'status', 'category', 'target', 'manager', 'person']
/** Words of both languages. */
const SAME = ['Service', 'Team', 'Status']

describe.each(['en', 'de'] as const)('the words of a page in %s', (language) => {
  const words = wordsOf(language)

  test('leave nothing unsaid', () => {
    const said = [...Object.values(words), ...Object.values(words.labels), ...Object.values(words.priorities)]
    for (const word of said) if (typeof word === 'string') expect(word).toMatch(/\S/)
  })

  test('name every label that 4me fills', () => {
    expect(Object.keys(words.labels)).toEqual(labels)
  })
})

test('nothing but what is said alike is left in English', () => {
  const [english, german] = [wordsOf('en'), wordsOf('de')]
  for (const label of labels) {
    const word = german.labels[label]
    if (word === english.labels[label]) expect(SAME).toContain(word)
  }
  expect(german.priorities).not.toEqual(english.priorities)
  for (const word of ['alert', 'accept', 'resolve', 'open', 'priority', 'severity', 'source', 'footer'] as const) {
    expect(german[word]).not.toBe(english[word])
  }
})

test('an instant is told in the way of the language, and which zone it is', () => {
  const at = new Date('2026-11-24T23:05:00Z')
  expect(wordsOf('en').instant(at)).toBe('24 Nov 2026, 23:05 UTC')
  expect(wordsOf('de').instant(at)).toBe('24.11.2026, 23:05 UTC')
})

describe('the greeting', () => {
  test.each([
    ['en', 'Ann', 'Ann, you are on call: level 2, round 3.'],
    ['en', '', 'You are on call: level 2, round 3.'],
    ['de', 'Ann', 'Ann, Sie haben Bereitschaft: Stufe 2, Runde 3.'],
    ['de', '', 'Sie haben Bereitschaft: Stufe 2, Runde 3.'],
  ] as const)('in %s speaks to %j', (language, name, expected) => {
    expect(wordsOf(language).greeting(name, 2, 3)).toBe(expected)
  })
})

describe('the last resort', () => {
  test.each([
    ['en', 'Ann', /^Ann, you are the last resort/],
    ['en', '', /^You are the last resort/],
    ['de', 'Ann', /^Ann, Sie sind die letzte/],
    ['de', '', /^Sie sind die letzte/],
  ] as const)('in %s is spoken to as %j', (language, name, expected) => {
    expect(wordsOf(language).lastResort(name)).toMatch(expected)
  })
})
