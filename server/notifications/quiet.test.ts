import { expect, test } from 'vitest'
import { quietUntil } from './quiet.ts'

const person = (quiet_from: string | null, quiet_to: string | null, timezone = 'Europe/Vienna') => ({
  quiet_from,
  quiet_to,
  timezone,
})
const until = (from: string | null, to: string | null, now: string) =>
  quietUntil(person(from, to), new Date(now))?.toISOString() ?? null

test.each<[string, string | null, string | null, string, string | null]>([
  ['none', null, null, '2026-03-02T23:00:00Z', null],
  ['by day', '12:00', '13:00', '2026-03-02T11:30:00Z', '2026-03-02T12:00:00.000Z'],
  ['at their end', '12:00', '13:00', '2026-03-02T12:00:00Z', null],
  ['over midnight, before it', '22:00', '07:00', '2026-03-02T21:00:00Z', '2026-03-03T06:00:00.000Z'],
  ['over midnight, after it', '22:00', '07:00', '2026-03-03T01:00:00Z', '2026-03-03T06:00:00.000Z'],
  ['over midnight, by day', '22:00', '07:00', '2026-03-03T12:00:00Z', null],
  ['in the night the clocks go forward', '22:00', '07:00', '2026-03-28T22:00:00Z', '2026-03-29T05:00:00.000Z'],
  ['in the night the clocks go back', '22:00', '07:00', '2026-10-24T21:00:00Z', '2026-10-25T06:00:00.000Z'],
  ['that end in an hour that is left out', '22:00', '02:30', '2026-03-28T22:00:00Z', '2026-03-29T01:30:00.000Z'],
])('quiet hours: %s', (_what, from, to, now, expected) => {
  expect(until(from, to, now)).toBe(expected)
})
