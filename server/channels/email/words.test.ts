import { describe, expect, test } from 'vitest'
import { wordsOf } from './words.ts'

const labels = ['impact', 'requester', 'service', 'team', 'member', 'status', 'category', 'target', 'manager', 'person']
/** Words of both languages. */
const SAME = ['Service', 'Team', 'Status']

describe.each(['en', 'de'] as const)('the words of a page in %s', (language) => {
  const { greeting: _greeting, instant: _instant, ...words } = wordsOf(language)

  test('leave nothing unsaid', () => {
    const { labels: shown, priorities, ...others } = words
    for (const word of [...Object.values(others), ...Object.values(shown), ...Object.values(priorities)]) {
      expect(word).toMatch(/\S/)
    }
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
