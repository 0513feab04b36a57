import ICAL from 'ical.js'
import { oneLine } from '../../runtime/text.ts'
import { writeLocal, ZONED_FROM, ZONED_UNTIL, type Zone, zoneOf } from '../../runtime/zoned.ts'
import { CALENDAR_EVENTS_MAX, CALENDAR_TIMES_MAX, type CalendarPreview, type CalendarTime } from './schema.ts'

const NAME_LENGTH_MAX = 200
/** Of one event; the repetitions before the time that is asked for count too. */
const STEPS_MAX = 5_000
const DAY_MS = 86_400_000
/** What people write into calendars; others would be thousands of times. */
const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY']

export type CalendarRead = { ok: true; value: CalendarPreview } | { ok: false; message: string }

/** The times of a calendar's events that touch `[from, until)`, in milliseconds. It may be busy for ever: a thread of its own ends it. */
export function readCalendar(text: string, timezone: string, from: number, until: number): CalendarRead {
  const events = eventsIn(text)
  if (events === null) return { ok: false, message: 'This is no calendar: it does not begin with BEGIN:VCALENDAR.' }
  if (events.length === 0) return { ok: false, message: 'The calendar has no events.' }
  if (events.length > CALENDAR_EVENTS_MAX) {
    return { ok: false, message: `The calendar has more than ${CALENDAR_EVENTS_MAX} events: export a shorter time.` }
  }
  const zone = zoneOf(timezone)
  const moved = Map.groupBy(
    events.filter((event) => event.hasProperty('recurrence-id')),
    (event) => String(event.getFirstPropertyValue('uid')),
  )
  const found: (CalendarTime & { at: number })[] = []
  let passedOver = 0
  for (const component of events) {
    if (component.hasProperty('recurrence-id')) continue
    const times = timesOf(component, moved.get(String(component.getFirstPropertyValue('uid'))) ?? [], zone, from, until)
    if (times.length === 0) passedOver++
    found.push(...times)
  }
  found.sort((a, b) => a.at - b.at)
  const times = found.slice(0, CALENDAR_TIMES_MAX).map(({ at: _, ...time }) => time)
  return { ok: true, value: { times, passedOver, isCut: found.length > CALENDAR_TIMES_MAX } }
}

function eventsIn(text: string): ICAL.Component[] | null {
  try {
    const parsed: unknown[] = ICAL.parse(text)
    // A file may hold several calendars.
    const calendars = (Array.isArray(parsed[0]) ? parsed : [parsed]) as unknown[][]
    const components = calendars.map((one) => new ICAL.Component(one))
    if (components.some(({ name }) => name !== 'vcalendar')) return null
    return components.flatMap((component) => component.getAllSubcomponents('vevent'))
  } catch {
    return null
  }
}

type Found = CalendarTime & { at: number }

function timesOf(
  component: ICAL.Component,
  exceptions: ICAL.Component[],
  zone: Zone,
  from: number,
  until: number,
): Found[] {
  try {
    const event = new ICAL.Event(component, { exceptions, strictExceptions: false })
    if (!event.isRecurring()) return spanOf(event, event.startDate, event.endDate, false, zone, from, until)
    const rules = component.getAllProperties('rrule').map((property) => String(property.getFirstValue()))
    if (!rules.every((rule) => FREQUENCIES.includes(/FREQ=([A-Z]+)/.exec(rule)?.[1] ?? ''))) return []
    return repetitionsOf(event, zone, from, until)
  } catch {
    // An event that cannot be read is counted; the others are told.
    return []
  }
}

function repetitionsOf(event: ICAL.Event, zone: Zone, from: number, until: number): Found[] {
  const found: Found[] = []
  const iterator = event.iterator()
  for (let step = 0; step < STEPS_MAX && found.length <= CALENDAR_TIMES_MAX; step++) {
    const next = iterator.next()
    if (!next || instantOf(next, event.component, zone) >= until) break
    const { item, startDate, endDate } = event.getOccurrenceDetails(next)
    found.push(...spanOf(item, startDate, endDate, true, zone, from, until))
  }
  return found
}

function spanOf(
  event: ICAL.Event,
  start: ICAL.Time,
  end: ICAL.Time,
  repeats: boolean,
  zone: Zone,
  from: number,
  until: number,
): Found[] {
  if (String(event.component.getFirstPropertyValue('status')).toUpperCase() === 'CANCELLED') return []
  const at = instantOf(start, event.component, zone)
  const isAllDay = start.isDate
  const shown = shownBy(start)
  // Whole days end with the last one: RFC 5545 names the day after it, or none.
  const lastDay = Math.max(shown, shownBy(end) - DAY_MS)
  const stop = isAllDay ? zone.instantOf(lastDay + DAY_MS) : instantOf(end, event.component, zone)
  if (stop <= from || at >= until || stop <= at || at < ZONED_FROM || stop >= ZONED_UNTIL) return []
  return [
    {
      name: oneLine(event.summary ?? '', NAME_LENGTH_MAX),
      isAllDay,
      start: isAllDay ? dayText(shown) : clockText(zone, at),
      end: isAllDay ? dayText(lastDay) : clockText(zone, stop),
      from: new Date(at).toISOString(),
      until: new Date(stop).toISOString(),
      repeats,
      at,
    },
  ]
}

/** The reading of a time, without its zone. */
function shownBy(time: ICAL.Time): number {
  return Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute, time.second)
}

function instantOf(time: ICAL.Time, component: ICAL.Component, zone: Zone): number {
  const id = time.zone?.tzid
  if (id === 'UTC' || id === 'Z') return shownBy(time)
  if (time.isDate) return zone.instantOf(shownBy(time))
  const named = component.getFirstProperty('dtstart')?.getParameter('tzid')
  const own = typeof named === 'string' ? zoneNamed(named) : null
  if (own) return own.instantOf(shownBy(time))
  // A zone that only the file itself knows, such as Outlook's.
  if (typeof named === 'string' && id && id !== 'floating') return time.toUnixTime() * 1_000
  return zone.instantOf(shownBy(time))
}

function zoneNamed(name: string): Zone | null {
  try {
    return zoneOf(name)
  } catch {
    return null
  }
}

function dayText(shown: number): string {
  return writeLocal(shown).slice(0, 10)
}

function clockText(zone: Zone, at: number): string {
  return writeLocal(zone.localOf(at)).slice(0, 16)
}
