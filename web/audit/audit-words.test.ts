import { expect, test } from 'vitest'
import { auditWords, detailsText } from './audit-words.ts'

test('known actions have words, strangers their name', () => {
  expect(auditWords('alert.rerouted')).toBe('rerouted it to another policy')
  expect(auditWords('team.created')).toBe('created it')
  expect(auditWords('__proto__.constructor')).toBe('constructor it')
})

test('details are one line, and never long', () => {
  expect(detailsText({})).toBe('')
  expect(detailsText({ levelIndex: 1, userIds: [1, 2] })).toBe('level index: 1 \u00b7 user ids: [1,2]')
  expect(detailsText({ comment: 'x'.repeat(500) }).length).toBeLessThan(140)
})
