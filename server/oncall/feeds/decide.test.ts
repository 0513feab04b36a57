import { expect, test } from 'vitest'
import { calendarText } from './decide.ts'

const now = new Date('2026-03-02T09:00:00Z')
const event = {
  uid: 'schedule-1-2026@tocsin',
  start: new Date('2026-03-29T00:30:00Z'),
  end: new Date('2026-03-29T06:00:00Z'),
  summary: 'On call: Nacht; Wien, 1. Stock\\Süd',
  description: 'Zeile eins\nZeile zwei',
}

test('an event is told in UTC, with its texts escaped', () => {
  const lines = calendarText('Rota', [event], now).split('\r\n')
  expect(lines.slice(9, 18)).toEqual([
    'BEGIN:VEVENT',
    'UID:schedule-1-2026@tocsin',
    'DTSTAMP:20260302T090000Z',
    'DTSTART:20260329T003000Z',
    'DTEND:20260329T060000Z',
    'SUMMARY:On call: Nacht\\; Wien\\, 1. Stock\\\\Süd',
    'DESCRIPTION:Zeile eins\\nZeile zwei',
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ])
  expect(lines.slice(-2)).toEqual(['END:VCALENDAR', ''])
})

test('no line is longer than 75 bytes, and unfolded it is what it was', () => {
  const summary = 'Ünïcödé — '.repeat(30)
  const text = calendarText('Rota', [{ ...event, summary }], now)
  for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
  expect(text.replaceAll('\r\n ', '')).toContain(`SUMMARY:${summary}`)
})

test('a calendar names itself, is read only, and says how often it is worth looking', () => {
  const lines = calendarText('Nacht, Wien', [], now).split('\r\n')
  expect(lines).toEqual([
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Tocsin//On-call//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    'NAME:Nacht\\, Wien',
    'X-WR-CALNAME:Nacht\\, Wien',
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    'X-PUBLISHED-TTL:PT1H',
    'END:VCALENDAR',
    '',
  ])
})

test('a line of 75 bytes stays whole', () => {
  const fits = 'a'.repeat(75 - 'SUMMARY:'.length)
  expect(calendarText('Rota', [{ ...event, summary: fits }], now)).toContain(`\r\nSUMMARY:${fits}\r\n`)
  expect(calendarText('Rota', [{ ...event, summary: `${fits}b` }], now)).toContain(`\r\nSUMMARY:${fits}\r\n b\r\n`)
})
