import { expect, test } from 'vitest'
import { droppedText, spanText } from './maintenance-words.ts'

const at = (day: number, hour: number) => new Date(2026, 10, day, hour).toISOString()

test('a span names its day once', () => {
  expect(spanText({ start: at(24, 9), end: at(24, 11) })).toBe('24 Nov, 09:00 to 11:00')
  expect(spanText({ start: at(24, 22), end: at(25, 4) })).toBe('24 Nov, 22:00 to 25 Nov, 04:00')
})

test('what was dropped is told once it began', () => {
  expect(droppedText({ status: 'SCHEDULED', dropped: 0 })).toBe('')
  expect(droppedText({ status: 'ACTIVE', dropped: 0 })).toBe('Nothing dropped')
  expect(droppedText({ status: 'ENDED', dropped: 1 })).toBe('1 alert dropped')
  expect(droppedText({ status: 'ENDED', dropped: 2 })).toBe('2 alerts dropped')
})
