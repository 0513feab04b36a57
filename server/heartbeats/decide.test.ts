import { expect, test } from 'vitest'
import { decidePing, graceAfter, silenceText } from './decide.ts'

const at = (clock: string) => new Date(`2026-11-24T${clock}Z`)

test('only the call that ends a silence is told', () => {
  expect([decidePing('UNKNOWN'), decidePing('HEALTHY'), decidePing('OVERDUE')]).toEqual(['noted', 'noted', 'told'])
})

test.each([
  ['never looked', null, '09:00:00', 0],
  ['looked just now', at('08:59:40'), '09:00:00', 0],
  ['looked a minute ago', at('08:59:00'), '09:00:00', 0],
  ['was away for an hour', at('08:00:00'), '09:00:00', 3_600_000],
])('%s', (_title, lastLook, now, expected) => {
  expect(graceAfter(lastLook, at(now))).toBe(expected)
})

test.each([
  [25, '25 seconds'],
  [60, '1 minute'],
  [90, '90 seconds'],
  [7_200, '2 hours'],
  [2_678_400, '31 days'],
])('%d is %s', (seconds, text) => {
  expect(silenceText(seconds)).toBe(text)
})
