import { describe, expect, test } from 'vitest'
import { addMonths, readLocal, writeLocal, zoneOf } from './zoned.ts'

const instant = (zone: string, local: string) =>
  new Date(zoneOf(zone).instantOf(readLocal(local) ?? Number.NaN)).toISOString()

describe('a reading of the clock on the wall is', () => {
  test.each([
    ['the instant itself', 'Europe/Vienna', '2026-07-01T09:00', '2026-07-01T07:00:00.000Z'],
    [
      'the first instant after the gap when it is skipped',
      'Europe/Vienna',
      '2026-03-29T02:30',
      '2026-03-29T01:00:00.000Z',
    ],
    ['the first of two when it comes twice', 'Europe/Vienna', '2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
    ['after half an hour in Lord Howe', 'Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:30:00.000Z'],
    ['the first of two in Lord Howe', 'Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45:00.000Z'],
    ['after two hours in Troll', 'Antarctica/Troll', '2026-03-29T02:59', '2026-03-29T01:00:00.000Z'],
    ['after a whole day in Apia', 'Pacific/Apia', '2011-12-30T12:00', '2011-12-30T10:00:00.000Z'],
    ['a quarter off in Kathmandu', 'Asia/Kathmandu', '2026-01-01T00:00', '2025-12-31T18:15:00.000Z'],
    ['in the summer that Dublin calls standard', 'Europe/Dublin', '2026-10-25T01:30', '2026-10-25T00:30:00.000Z'],
    ['next midnight for 24:00', 'UTC', '2026-02-28T24:00', '2026-03-01T00:00:00.000Z'],
    ['far away', 'America/New_York', '2100-07-01T00:00', '2100-07-01T04:00:00.000Z'],
  ])('%s', (_title, zone, local, expected) => {
    expect(instant(zone, local)).toBe(expected)
  })

  test.each([
    '2026-02-29',
    '2026-13-01',
    '2026-1-1',
    '2026-01-01T24:01',
    '2026-01-01T12:60',
    'soon',
    '2026-01-01T09:00Z',
  ])('nothing when it is %s', (text) => {
    expect(readLocal(text)).toBeNull()
  })
})

test.each([
  ['2026-01-31T09:00', 1, '2026-02-28T09:00:00'],
  ['2028-01-31T09:00', 1, '2028-02-29T09:00:00'],
  ['2024-02-29T23:59', 12, '2025-02-28T23:59:00'],
  ['2024-02-29T23:59', 48, '2028-02-29T23:59:00'],
  ['1970-01-31T00:00', 13, '1971-02-28T00:00:00'],
])('%s and %i months are %s', (from, months, expected) => {
  expect(writeLocal(addMonths(readLocal(from) ?? Number.NaN, months))).toBe(expected)
})
