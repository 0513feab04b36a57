import { addMinutes } from '../runtime/time.ts'

const MINUTES_PER_DAY = 1_440

/** Until when a person wants quiet, if now; null otherwise. Times of day are the person's own. */
export function quietUntil(
  person: { quiet_from: string | null; quiet_to: string | null; timezone: string },
  now: Date,
): Date | null {
  const { quiet_from: from, quiet_to: to, timezone } = person
  if (from === null || to === null) return null
  const minute = minuteOfDay(now, timezone)
  const start = minutesOf(from)
  const end = minutesOf(to)
  const isQuiet = start < end ? minute >= start && minute < end : minute >= start || minute < end
  if (!isQuiet) return null
  const wait = (end - minute + MINUTES_PER_DAY) % MINUTES_PER_DAY
  const whole = new Date(Math.floor(now.getTime() / 60_000) * 60_000)
  const until = addMinutes(whole, wait)
  // The clocks may change meanwhile: then an hour is taken off or added, unless the end is in an hour that is left out.
  const off = minuteOfDay(until, timezone) - end
  const mended = addMinutes(until, Math.abs(off) > MINUTES_PER_DAY / 2 ? Math.sign(off) * MINUTES_PER_DAY - off : -off)
  return mended > now && minuteOfDay(mended, timezone) === end ? mended : until
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
}

function minuteOfDay(at: Date, timezone: string): number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  })
  return minutesOf(format.format(at).replace(/^24/, '00'))
}
