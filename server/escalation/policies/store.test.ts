import { expect, test } from 'vitest'
import { type PolicyRow, snapshotOf } from './store.ts'

const at = new Date('2026-03-01T09:00:00Z')
const row = (given: Partial<PolicyRow>): PolicyRow => ({
  id: 4,
  name: 'Night',
  levels: [{ timeoutMinutes: 5, userIds: [1] }],
  repeating: false,
  frequency: 1,
  delay_minutes: 2,
  routing_key: null,
  is_default: false,
  accept_timeout_minutes: null,
  created_at: at,
  updated_at: at,
  ...given,
})

test.each([
  ['once', { repeating: false, frequency: 1 }, 1],
  ['three times', { repeating: true, frequency: 3 }, 3],
  ['as often as the form shows, whatever repeating says', { repeating: false, frequency: 3 }, 3],
  ['at least once', { repeating: true, frequency: 0 }, 1],
])('a policy is gone through %s', (_title, given, rounds) => {
  expect(snapshotOf(row(given))).toMatchObject({ policyId: 4, policyName: 'Night', rounds, delayMinutes: 2 })
})
