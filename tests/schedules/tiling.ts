import { type Schedule, shiftsOf } from '../../server/oncall/decide.ts'
import { readLocal, zoneOf } from '../../server/runtime/zoned.ts'
import { wallClock } from './wall-clock.ts'

const DAY = 86_400_000
const FIRST = Date.UTC(1970, 0, 2)
const LAST = Date.UTC(2041, 0, 1)

/** When a zone's clocks change between 1970 and 2040, found by asking the runtime day by day; to the minute. */
export function changesOf(zone: string): number[] {
  const found: number[] = []
  let before = lead(zone, FIRST)
  for (let at = FIRST; at < LAST; at += DAY) {
    const after = lead(zone, at + DAY)
    if (after !== before) found.push(changeBetween(zone, at, at + DAY))
    before = after
  }
  return found
}

const lead = (zone: string, at: number) => wallClock(zone, at) - at

function changeBetween(zone: string, low: number, high: number): number {
  const before = lead(zone, low)
  let [from, to] = [low, high]
  while (to - from > 60_000) {
    const middle = from + Math.floor((to - from) / 120_000) * 60_000
    if (middle === from) break
    if (lead(zone, middle) === before) from = middle
    else to = middle
  }
  return to
}

const ROTATIONS = ['PT1H', 'PT8H', 'P1D', 'P1W', 'P1M']
const HAND_OVERS = ['00:00', '02:30', '24:00']

/**
 * What is wrong around the clock changes of a zone: shifts that do not tile the time line, or hand-overs that are not at
 * their time of day. Also counts what was looked at.
 */
export function tilingOf(zone: string, changes: readonly number[]): { faults: string[]; shifts: number } {
  const faults: string[] = []
  let count = 0
  for (const change of changes) {
    for (const rotation of ROTATIONS) {
      for (const time of HAND_OVERS) {
        const schedule = scheduleOf(zone, rotation, startBefore(change, time))
        const interval = { from: new Date(change - 2 * DAY), until: new Date(change + 2 * DAY) }
        const shifts = shiftsOf(schedule, interval)
        count += shifts.length
        const fault = faultIn(zone, interval, shifts, rotation === 'PT1H' || rotation === 'PT8H' ? null : time)
        if (fault) faults.push(`${zone} ${new Date(change).toISOString()} ${rotation} at ${time}: ${fault}`)
      }
    }
  }
  return { faults, shifts: count }
}

function startBefore(change: number, time: string): string {
  const day = new Date(Math.max(FIRST, change - 40 * DAY)).toISOString().slice(0, 10)
  return `${day}T${time}`
}

function scheduleOf(timezone: string, rotation: string, startsOn: string): Schedule {
  const layer = {
    name: 'all',
    startsOn,
    endsOn: null,
    userIds: [1, 2, 3],
    rotation,
    restrictions: [],
    skipRestrictedTime: false,
  }
  return { timezone, editions: [{ from: null, layers: [layer] }], shifts: [], overrides: [] }
}

function faultIn(
  zone: string,
  interval: { from: Date; until: Date },
  shifts: ReturnType<typeof shiftsOf>,
  time: string | null,
): string | null {
  const [first, last] = [shifts[0], shifts.at(-1)]
  const starts = zoneOf(zone).instantOf(readLocal('1970-01-03T00:00') ?? 0)
  if (interval.from.getTime() <= starts + DAY) return null
  if (!first || !last || first.start > interval.from || last.end < interval.until) return 'the ends are not covered'
  for (const [index, shift] of shifts.entries()) {
    const next = shifts[index + 1]
    if (next && next.start.getTime() !== shift.end.getTime()) return `a gap at ${shift.end.toISOString()}`
    if (shift.end <= shift.start) return `an empty shift at ${shift.start.toISOString()}`
    if (time !== null && !isHandOver(zone, shift.start.getTime(), time)) {
      return `a hand-over at ${shift.start.toISOString()}, which is not ${time}`
    }
  }
  return null
}

/** The clock shows the time for the first time that day, or it has just been set past it. */
function isHandOver(zone: string, at: number, time: string): boolean {
  const wanted = (Number(time.slice(0, 2)) % 24) * 60 + Number(time.slice(3))
  const shown = wallClock(zone, at)
  const minutes = Math.floor((shown % DAY) / 60_000)
  if (minutes === wanted) {
    return ![1, 2, 3].some((hours) => wallClock(zone, at - hours * 1_800_000) >= shown)
  }
  const just = wallClock(zone, at - 1_000)
  const skipped = shown - just - 1_000
  const sinceWanted = (((shown - wanted * 60_000) % DAY) + DAY) % DAY
  return skipped > 0 && sinceWanted <= skipped
}
