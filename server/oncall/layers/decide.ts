import { addMonths, type LocalMs, readLocal, type Zone } from '../../runtime/zoned.ts'

/** Who is on call in turns. All times are readings of the clock on the wall in the schedule's zone. */
export interface Layer {
  name: string
  /** The first hand-over; the later ones are at the same time of day. */
  startsOn: string
  endsOn: string | null
  /** In order of their turns; who stands twice has two turns. */
  userIds: readonly number[]
  /** ISO 8601: hours, days and weeks (`PT12H`, `P1W`), or months (`P1M`). */
  rotation: string
  /** When the layer counts; empty: always. They may go over the end of the week and do not overlap. */
  restrictions: readonly WeekRange[]
  /** A turn that lies wholly outside the restrictions is nobody's: the next person has the next one that counts. */
  skipRestrictedTime: boolean
}

export interface WeekRange {
  from: WeekMoment
  to: WeekMoment
}

export interface WeekMoment {
  dayOfWeek: string
  /** `HH:mm`; `24:00` is the end of the day. */
  time: string
}

/** Times at which somebody is on call, in milliseconds since 1970; the end is not part of it. */
export interface Span {
  start: number
  end: number
}

export interface Turn extends Span {
  userId: number
}

export const DAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const WEEK_MS = 7 * DAY_MS
/** 1969-12-29 was a Monday. */
const MONDAY = -3 * DAY_MS

export type Rotation = { kind: 'fixed'; ms: number } | { kind: 'months'; months: number }

/** Reads a rotation; null when it is none. Weeks, days and hours add up; months stand alone, as they have no one length. */
export function readRotation(text: string): Rotation | null {
  const long = /^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?$/.exec(text)
  const months = Number(long?.[1] ?? 0) * 12 + Number(long?.[2] ?? 0)
  if (months > 0) return { kind: 'months', months }
  const short = /^P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(\d{1,6})H)?$/.exec(text)
  const ms = Number(short?.[1] ?? 0) * WEEK_MS + Number(short?.[2] ?? 0) * DAY_MS + Number(short?.[3] ?? 0) * HOUR_MS
  return ms > 0 ? { kind: 'fixed', ms } : null
}

/** Milliseconds from Monday 00:00; null when it is no moment of the week. */
export function readWeekMoment({ dayOfWeek, time }: WeekMoment): number | null {
  const day = (DAYS as readonly string[]).indexOf(dayOfWeek)
  const match = /^([01]\d|2[0-3]):([0-5]\d)$|^24:00$/.exec(time)
  if (day < 0 || !match) return null
  return day * DAY_MS + (time === '24:00' ? DAY_MS : Number(match[1]) * HOUR_MS + Number(match[2]) * 60_000)
}

/** Whose turn it is, over every moment of `[from, until)`: whole turns, in order, those that begin or end outside among them. */
export function turnsOf(layer: Layer, zone: Zone, from: number, until: number): Turn[] {
  const plan = planOf(layer)
  if (!plan || layer.userIds.length === 0) return []
  const spans: Turn[] = []
  let index = plan.firstIndex(zone.localOf(from))
  // One sorted list of hand-overs: a turn ends where the next one begins, so nothing can lie between two.
  let begin = plan.boundary(index)
  let start = zone.instantOf(begin)
  while (start < until && begin < plan.endsOn) {
    const next = Math.min(plan.boundary(index + 1), plan.endsOn)
    const end = zone.instantOf(next)
    const userId = end > from ? plan.userOf(index) : null
    if (userId !== null) {
      for (const window of plan.windows(begin, next)) {
        const span = windowSpan(window, { begin, start, next, end }, zone)
        if (span.end > span.start && span.end > from && span.start < until) spans.push({ ...span, userId })
      }
    }
    index++
    begin = next
    start = end
  }
  return spans
}

function windowSpan(
  window: Span,
  turn: { begin: LocalMs; start: number; next: LocalMs; end: number },
  zone: Zone,
): Span {
  return {
    start: window.start <= turn.begin ? turn.start : zone.instantOf(window.start),
    end: window.end >= turn.next ? turn.end : zone.instantOf(window.end),
  }
}

interface Plan {
  endsOn: LocalMs
  boundary(index: number): LocalMs
  /** The turn that the clock's reading lies in, or an earlier one. */
  firstIndex(local: LocalMs): number
  /** Whose the turn is; null: nobody's, it does not count. */
  userOf(index: number): number | null
  /** When the layer counts between two readings. */
  windows(begin: LocalMs, end: LocalMs): Span[]
}

const plans = new WeakMap<Layer, Plan | null>()

function planOf(layer: Layer): Plan | null {
  const known = plans.get(layer)
  if (known !== undefined) return known
  const plan = makePlan(layer)
  plans.set(layer, plan)
  return plan
}

function makePlan(layer: Layer): Plan | null {
  const startsOn = readLocal(layer.startsOn)
  const rotation = readRotation(layer.rotation)
  if (startsOn === null || !rotation) return null
  const endsOn = layer.endsOn === null ? null : readLocal(layer.endsOn)
  const week = weekWindows(layer.restrictions)
  const boundary = (index: number) =>
    rotation.kind === 'fixed' ? startsOn + index * rotation.ms : addMonths(startsOn, index * rotation.months)
  const counts = countsOf(layer, rotation, startsOn, week)
  return {
    endsOn: endsOn ?? Number.POSITIVE_INFINITY,
    boundary,
    firstIndex: (local) => Math.max(0, firstTurn(rotation, startsOn, local)),
    userOf(index) {
      if (counts && !counts.counts(index)) return null
      const place = (counts ? counts.before(index) : index) % layer.userIds.length
      return layer.userIds[place] ?? null
    },
    windows: (begin, end) => (week ? windowsBetween(week, begin, end) : [{ start: begin, end }]),
  }
}

function firstTurn(rotation: Rotation, startsOn: LocalMs, local: LocalMs): number {
  if (rotation.kind === 'fixed') return Math.floor((local - startsOn) / rotation.ms)
  const [one, other] = [new Date(startsOn), new Date(local)]
  const months = (other.getUTCFullYear() - one.getUTCFullYear()) * 12 + other.getUTCMonth() - one.getUTCMonth()
  // The month that runs may have begun before its own hand-over.
  return Math.floor((months - 1) / rotation.months)
}

/** The restrictions from Monday on, in order; those that touch are one. Null: the layer always counts. */
function weekWindows(restrictions: readonly WeekRange[]): Span[] | null {
  if (restrictions.length === 0) return null
  const parts = restrictions.flatMap(({ from, to }): Span[] => {
    const [start, end] = [readWeekMoment(from) ?? 0, readWeekMoment(to) ?? 0]
    return end > start
      ? [{ start, end }]
      : [
          { start, end: WEEK_MS },
          { start: 0, end },
        ]
  })
  const windows: Span[] = []
  for (const part of parts.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start)) {
    const last = windows.at(-1)
    if (last && part.start <= last.end) last.end = Math.max(last.end, part.end)
    else windows.push({ ...part })
  }
  const isAlways = windows.length === 1 && windows[0]?.start === 0 && windows[0].end === WEEK_MS
  if (isAlways) return null
  // What goes over the end of the week is one window, not two.
  const [first, last] = [windows[0], windows.at(-1)]
  if (first && last && first !== last && first.start === 0 && last.end === WEEK_MS) {
    windows.shift()
    last.end = WEEK_MS + first.end
  }
  return windows
}

function windowsBetween(week: readonly Span[], begin: LocalMs, end: LocalMs): Span[] {
  const found: Span[] = []
  // The week before may have a window that goes on into this one.
  for (let monday = mondayOf(begin) - WEEK_MS; monday < end; monday += WEEK_MS) {
    for (const window of week) {
      const start = Math.max(begin, monday + window.start)
      const stop = Math.min(end, monday + window.end)
      if (stop > start) found.push({ start, end: stop })
    }
  }
  return found
}

function mondayOf(local: LocalMs): LocalMs {
  return MONDAY + Math.floor((local - MONDAY) / WEEK_MS) * WEEK_MS
}

interface Counts {
  counts(index: number): boolean
  before(index: number): number
}

/** Which turns count where the rotation goes on only in restricted-in time; null: all do. The pattern repeats with the weeks. */
function countsOf(layer: Layer, rotation: Rotation, startsOn: LocalMs, week: Span[] | null): Counts | null {
  if (!layer.skipRestrictedTime || !week || rotation.kind === 'months' || rotation.ms >= WEEK_MS) return null
  const cycle = WEEK_MS / greatestCommonDivisor(rotation.ms, WEEK_MS)
  const flags = Array.from({ length: cycle }, (_, index) => {
    const begin = startsOn + index * rotation.ms
    return windowsBetween(week, begin, begin + rotation.ms).length > 0
  })
  const sums = [0]
  for (const flag of flags) sums.push((sums.at(-1) ?? 0) + (flag ? 1 : 0))
  const perCycle = sums.at(-1) ?? 0
  return {
    counts: (index) => flags[index % cycle] ?? false,
    before: (index) => Math.floor(index / cycle) * perCycle + (sums[index % cycle] ?? 0),
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
