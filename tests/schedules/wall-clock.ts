const HOUR_MS = 3_600_000
const formats = new Map<string, Intl.DateTimeFormat>()

/** What a clock on the wall shows, asked of the runtime; as milliseconds of a calendar without zones. */
export function wallClock(zone: string, at: number): number {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formats.set(zone, format)
  }
  const part: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(at)) part[type] = Number(value)
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** What the clock shows each minute from `from` on; hours in which it runs evenly are asked at their ends only. */
export function wallMinutes(zone: string, from: number, minutes: number): number[] {
  const shown: number[] = []
  for (let at = from; shown.length < minutes; at += HOUR_MS) {
    const first = wallClock(zone, at)
    const isEven = wallClock(zone, at + HOUR_MS) - first === HOUR_MS
    for (let minute = 0; minute < 60 && shown.length < minutes; minute++) {
      shown.push(isEven ? first + minute * 60_000 : wallClock(zone, at + minute * 60_000))
    }
  }
  return shown
}
