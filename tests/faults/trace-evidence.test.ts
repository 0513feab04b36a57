import { expect, it } from 'vitest'
import { unexplainedByTrace } from './trace-evidence.ts'

const at = '2026-11-28T09:00:00.000Z'
const plan = {
  at,
  station: 'notifications',
  decision: 'plan',
  reason: 'By e-mail at once to pia@example.com.',
  rule: 'every-verified-address',
  people: [],
  channels: ['EMAIL'],
}
const letter = { at: new Date(at).getTime() + 200, to: 'pia@example.com', incident: 'Event 1', messageId: '<a@b>' }

it('a letter is explained by a plan before it', () => {
  expect(unexplainedByTrace('Event 1', [letter], [plan])).toEqual([])
})

it.each([
  ['without any plan', []],
  ['with a plan for somebody else', [{ ...plan, reason: 'By e-mail at once to tom@example.com.' }]],
  ['with a plan that came later', [{ ...plan, at: '2026-11-28T09:01:00.000Z' }]],
])('a letter %s is not', (_how, steps) => {
  expect(unexplainedByTrace('Event 1', [letter], steps)).toEqual([
    'Event 1: no decision says why pia@example.com was mailed',
  ])
})

it('a decision without a rule or a reason is not an explanation', () => {
  expect(unexplainedByTrace('Event 1', [], [{ ...plan, rule: '' }])).toHaveLength(1)
  expect(unexplainedByTrace('Event 1', [], [{ ...plan, reason: '' }])).toHaveLength(1)
})
