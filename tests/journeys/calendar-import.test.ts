import { describe, expect, it } from 'vitest'
import type { CalendarPreview } from '../../server/oncall/imports/schema.ts'
import type { SupportHours } from '../../server/oncall/support-hours/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()

const event = (...lines: string[]) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT']
const calendar = (...parts: string[][]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN', ...parts.flat(), 'END:VCALENDAR'].join('\r\n')
const read = (world: World, text: string, timezone = 'Europe/Vienna') =>
  world.api.call<CalendarPreview & { errors?: { field: string; message: string }[] }>(
    'POST',
    '/api/calendar-imports/preview',
    { text, timezone },
  )
const shown = ({ times }: CalendarPreview) => times.map(({ name, start, end }) => `${name}: ${start} to ${end}`)

/** Outlook's: its zone has a name that only the file explains. */
const OUTLOOK = [
  'BEGIN:VTIMEZONE',
  'TZID:W. Europe Standard Time',
  'BEGIN:STANDARD',
  'DTSTART:16010101T030000',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
  'END:STANDARD',
  'BEGIN:DAYLIGHT',
  'DTSTART:16010101T020000',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3',
  'END:DAYLIGHT',
  'END:VTIMEZONE',
]

describe('a calendar that is read', () => {
  it('tells its whole days, with the last one, and its times on the clocks of the zone', async () => {
    const world = await open()
    const text = calendar(
      OUTLOOK,
      event('UID:1', 'SUMMARY:Easter\\, Sunday', 'DTSTART;VALUE=DATE:20260405', 'DTEND;VALUE=DATE:20260407'),
      event('UID:2', 'SUMMARY:National day', 'DTSTART;VALUE=DATE:20261026'),
      event('UID:3', 'SUMMARY:In UTC', 'DTSTART:20260701T080000Z', 'DTEND:20260701T100000Z'),
      event('UID:4', 'SUMMARY:In Lisbon', 'DTSTART;TZID=Europe/Lisbon:20260702T080000', 'DURATION:PT90M'),
      event('UID:5', 'SUMMARY:Outlook', 'DTSTART;TZID=W. Europe Standard Time:20260703T080000', 'DURATION:PT1H'),
      event('UID:6', 'SUMMARY:Floating', 'DTSTART:20260704T080000', 'DTEND:20260704T090000'),
      event('UID:7', 'SUMMARY:Over', 'DTSTART;VALUE=DATE:20250101'),
      event('UID:8', 'SUMMARY:Cancelled', 'STATUS:CANCELLED', 'DTSTART;VALUE=DATE:20260705'),
      event('UID:9', 'SUMMARY:No time'),
    )
    const { status, body } = await read(world, text)
    expect(status).toBe(200)
    expect(shown(body)).toEqual([
      'Easter, Sunday: 2026-04-05 to 2026-04-06',
      'In UTC: 2026-07-01T10:00 to 2026-07-01T12:00',
      'In Lisbon: 2026-07-02T09:00 to 2026-07-02T10:30',
      'Outlook: 2026-07-03T08:00 to 2026-07-03T09:00',
      'Floating: 2026-07-04T08:00 to 2026-07-04T09:00',
      'National day: 2026-10-26 to 2026-10-26',
    ])
    expect(body).toMatchObject({ passedOver: 3, isCut: false })
    expect(body.times[0]).toMatchObject({ from: '2026-04-04T22:00:00.000Z', until: '2026-04-06T22:00:00.000Z' })
  })

  it('repeats what repeats, without what was left out, and with what was moved', async () => {
    const world = await open()
    const weekly = event(
      'UID:w',
      'SUMMARY:Training',
      'DTSTART;TZID=Europe/Vienna:20260323T080000',
      'DURATION:PT2H',
      'RRULE:FREQ=WEEKLY;COUNT=4',
      'EXDATE;TZID=Europe/Vienna:20260330T080000',
    )
    const moved = event(
      'UID:w',
      'SUMMARY:Training, later',
      'RECURRENCE-ID;TZID=Europe/Vienna:20260406T080000',
      'DTSTART;TZID=Europe/Vienna:20260406T140000',
      'DURATION:PT1H',
    )
    const yearly = event('UID:y', 'SUMMARY:Christmas', 'DTSTART;VALUE=DATE:20001225', 'RRULE:FREQ=YEARLY')
    const { body } = await read(world, calendar(weekly, moved, yearly))
    expect(shown(body)).toEqual([
      'Training: 2026-03-23T08:00 to 2026-03-23T10:00',
      'Training, later: 2026-04-06T14:00 to 2026-04-06T15:00',
      'Training: 2026-04-13T08:00 to 2026-04-13T10:00',
      'Christmas: 2026-12-25 to 2026-12-25',
      'Christmas: 2027-12-25 to 2027-12-25',
    ])
    // The clocks changed in between: eight in the morning is another instant.
    expect(body.times.map(({ from }) => from.slice(0, 16))).toContain('2026-03-23T07:00')
    expect(body.times.map(({ from }) => from.slice(0, 16))).toContain('2026-04-13T06:00')
  })

  it('that is none, too long, or never ends is refused at its field', async () => {
    const world = await open()
    const refused = async (text: string) => {
      const { status, body } = await read(world, text)
      return [status, body.errors?.map(({ field, message }) => `${field}: ${message}`)]
    }
    const none = 'text: This is no calendar: it does not begin with BEGIN:VCALENDAR.'
    expect(await refused('hello')).toEqual([400, [none]])
    expect(await refused('BEGIN:VEVENT\r\nEND:VEVENT')).toEqual([400, [none]])
    expect(await refused('BEGIN:VCALENDAR\r\nBEGIN:VEVENT')).toEqual([400, [none]])
    expect(await refused(calendar())).toEqual([400, ['text: The calendar has no events.']])
    expect(await refused('')).toEqual([400, ['text: Give the calendar.']])
    expect((await refused('x'.repeat(200_001)))[0]).toBe(400)
    expect(await refused(calendar(...Array.from({ length: 2_001 }, (_, id) => event(`UID:${id}`))))).toEqual([
      400,
      ['text: The calendar has more than 2000 events: export a shorter time.'],
    ])
    // A day that never comes: the reader looks for it for ever, and is stopped.
    const never = event('UID:1', 'DTSTART;VALUE=DATE:20260101', 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30')
    expect(await refused(calendar(never))).toEqual([
      400,
      ['text: The calendar takes too long to read: export a shorter time.'],
    ])
    const everySecond = event('UID:1', 'DTSTART:20260302T090000Z', 'DURATION:PT1S', 'RRULE:FREQ=SECONDLY')
    expect((await read(world, calendar(everySecond))).body).toMatchObject({ times: [], passedOver: 1 })
    const daily = event('UID:1', 'SUMMARY:x', 'DTSTART;VALUE=DATE:20260302', 'RRULE:FREQ=DAILY')
    const cut = (await read(world, calendar(daily))).body
    expect([cut.times.length, cut.isCut]).toEqual([500, true])
    expect(
      (await world.api.call('POST', '/api/calendar-imports/preview', { text: 'x', timezone: 'Mars' })).status,
    ).toBe(400)
  }, 30_000)

  it('makes exceptions of support hours that count', async () => {
    const world = await open()
    const { body } = await read(
      world,
      calendar(event('UID:1', 'SUMMARY:Carnival', 'DTSTART;VALUE=DATE:20260302', 'DTEND;VALUE=DATE:20260303')),
    )
    const office = { start: '08:00', end: '17:00' }
    const hours = await world.api.post<SupportHours>('/api/support-hours', {
      name: 'Office',
      timezone: 'Europe/Vienna',
      supportDays: { MONDAY: office, TUESDAY: office },
      exceptions: body.times.map(({ name, start, end }) => ({ name, start, end, supportStatus: 'OUTSIDE' })),
    })
    expect(hours).toMatchObject({
      isDuring: false,
      nextChange: '2026-03-03T07:00:00.000Z',
      exceptions: [{ name: 'Carnival', start: '2026-03-02', end: '2026-03-02' }],
    })
  })
})
