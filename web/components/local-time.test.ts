import { expect, test } from 'vitest'
import { fromLocalInput, toLocalInput } from './local-time.ts'

test('a date-time field and its instant lead to each other', () => {
  const instant = new Date(2026, 2, 7, 9, 5)
  expect(toLocalInput(instant)).toBe('2026-03-07T09:05')
  expect(fromLocalInput('2026-03-07T09:05')).toEqual(instant)
})

test.each(['', 'tomorrow', '2026-13-01T00:00'])('%j is no instant', (text) => {
  expect(fromLocalInput(text)).toBeNull()
})
