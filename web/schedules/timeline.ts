import { instantAt, shownIn } from './zone-time.ts'

const DAY = 86_400_000

export type Range = 'day' | 'week' | 'month'
export const RANGES: readonly Range[] = ['day', 'week', 'month']

/** What a timeline shows: from one midnight of the zone to another. */
export interface View {
  zone: string
  range: Range
  from: number
  until: number
  /** Where days begin, or hours where one day is shown. */
  ticks: number[]
}

/** The day, week from Monday, or month around an instant, in a zone; `steps` ahead or back. */
export function viewAround(zone: string, range: Range, at: number, steps: number): View {
  const today = Math.floor(shownIn(zone, at) / DAY) * DAY
  const [begin, end] = borders(range, today, steps)
  const days = Array.from({ length: Math.round((end - begin) / DAY) + 1 }, (_, index) => begin + index * DAY)
  const midnights = days.map((day) => instantAt(zone, day))
  const [from, until] = [midnights[0] ?? at, midnights.at(-1) ?? at]
  return { zone, range, from, until, ticks: range === 'day' ? hours(from, until) : midnights.slice(0, -1) }
}

function borders(range: Range, today: number, steps: number): [number, number] {
  if (range === 'day') return [today + steps * DAY, today + (steps + 1) * DAY]
  if (range === 'week') {
    const sinceMonday = (new Date(today).getUTCDay() + 6) % 7
    const monday = today - sinceMonday * DAY + steps * 7 * DAY
    return [monday, monday + 7 * DAY]
  }
  const date = new Date(today)
  const month = (more: number) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + steps + more, 1)
  return [month(0), month(1)]
}

/** Every third hour as it passes: a day of 23 or 25 hours has as many. */
function hours(from: number, until: number): number[] {
  const step = 3 * 3_600_000
  return Array.from({ length: Math.ceil((until - from) / step) }, (_, index) => from + index * step)
}

/** Where an instant lies, in percent of the view. */
export function placeOf(view: View, at: number): number {
  return (Math.min(Math.max((at - view.from) / (view.until - view.from), 0), 1) * 10_000) / 100
}

/** The instant under a place, in steps of a quarter of an hour. */
export function instantUnder(view: View, share: number): number {
  const step = 15 * 60_000
  const at = view.from + Math.min(Math.max(share, 0), 1) * (view.until - view.from)
  return Math.round(at / step) * step
}

const COLOURS = 8

/** One of eight colours for a person, always the same one. */
export function colourOf(userId: number): number {
  return userId % COLOURS
}
