import { expect, test } from 'vitest'
import { type Pulse, reasonsToBeSilent } from './decide.ts'

const well: Pulse = {
  canCommit: true,
  silentMs: 1_000,
  unreadSeconds: 0,
  lateSeconds: 0,
  auditedSecondsAgo: 20,
  brokenChannels: [],
}

test('beats while all is well, up to the last second', () => {
  expect(reasonsToBeSilent(well)).toEqual([])
  expect(
    reasonsToBeSilent({ ...well, silentMs: 60_000, unreadSeconds: 60, lateSeconds: 60, auditedSecondsAgo: 50 }),
  ).toEqual([])
})

test.each<[string, Partial<Pulse>, RegExp]>([
  ['the database cannot commit', { canCommit: false, auditedSecondsAgo: null }, /^The database cannot commit\.$/],
  ['a station hangs', { silentMs: 60_001 }, /hangs/],
  ['the backlog cannot be read', { unreadSeconds: null }, /backlog/],
  ['the steps cannot be read', { lateSeconds: null }, /backlog/],
  ['a delivery lies unread', { unreadSeconds: 60.6 }, /unread for 61 s/],
  ['a step is late', { lateSeconds: 75 }, /late by 75 s/],
  ['the auditor never came', { auditedSecondsAgo: null }, /auditor is silent/],
  ['the auditor stopped', { auditedSecondsAgo: 51 }, /auditor is silent/],
  ['there is no way to send', { brokenChannels: null }, /no way to send/],
  ['the way to send is broken', { brokenChannels: ['The mail server is away.'] }, /^The mail server is away\.$/],
])('is silent when %s', (_title, some, expected) => {
  const reasons = reasonsToBeSilent({ ...well, ...some })
  expect(reasons).toHaveLength(1)
  expect(reasons[0]).toMatch(expected)
})
