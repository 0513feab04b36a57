import { describe, expect, test } from 'vitest'
import { fieldText, instantAt, shownIn } from './zone-time.ts'

const at = (text: string) => Date.parse(`${text}Z`)

describe('a reading of the clock on the wall is the instant that the server means', () => {
  test.each([
    ['Europe/Vienna', '2026-07-01T09:00', '2026-07-01T07:00:00.000Z'],
    ['Europe/Vienna', '2026-03-29T02:30', '2026-03-29T01:00:00.000Z'],
    ['Europe/Vienna', '2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
    ['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:30:00.000Z'],
    ['Asia/Kathmandu', '2026-01-01T00:00', '2025-12-31T18:15:00.000Z'],
    ['Antarctica/Troll', '2026-03-29T02:59', '2026-03-29T01:00:00.000Z'],
  ])('%s %s', (zone, shown, instant) => {
    expect(new Date(instantAt(zone, at(shown))).toISOString()).toBe(instant)
  })
})

test('and back', () => {
  expect(shownIn('Europe/Vienna', at('2026-10-25T01:30'))).toBe(at('2026-10-25T02:30'))
  expect(fieldText('America/New_York', at('2026-03-08T07:00'))).toBe('2026-03-08T03:00')
})
