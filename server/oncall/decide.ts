import { zoneOf } from '../runtime/zoned.ts'
import { type Layer, type Span, turnsOf } from './layers/decide.ts'

/** All that says who is on call on one schedule. */
export interface Schedule {
  /** IANA name; hand-overs and restrictions are readings of this zone's clocks. */
  timezone: string
  /** The layers and since when they hold, oldest first. What was before an edit stays as it was. */
  editions: readonly Edition[]
  /** Shifts drawn by hand; they do not overlap. */
  shifts: readonly FixedShift[]
  /** Oldest first: a newer one goes over an older one. */
  overrides: readonly Override[]
}

export interface Edition {
  /** Null: from ever. */
  from: Date | null
  /** A lower one in the list goes over a higher one. */
  layers: readonly Layer[]
}

export interface FixedShift {
  userId: number
  start: Date
  end: Date
}

export interface Override extends FixedShift {
  id: number
}

export type ShiftCause =
  | { kind: 'layer'; layerIndex: number; layer: string }
  | { kind: 'shift' }
  | { kind: 'override'; overrideId: number }

/** Who is on call from `start` until `end`, which is not part of it, and what says so. */
export interface Shift {
  userId: number
  start: Date
  end: Date
  cause: ShiftCause
}

export interface Interval {
  from: Date
  until: Date
}

/**
 * Who is on call when: the one answer for the engine, the calendar, the API and the feeds. Whole shifts that touch
 * `[from, until)`, in order, without overlap; between two of them nobody is on call. Pure.
 */
export function shiftsOf(schedule: Schedule, interval: Interval, options: { overrides?: boolean } = {}): Shift[] {
  const from = interval.from.getTime()
  const until = interval.until.getTime()
  if (until <= from) return []
  const withOverrides = options.overrides ?? true
  // Whole shifts need everything that reaches into them, also outside the interval.
  const touching = claimsOf(schedule, from, until, withOverrides)
  const begin = touching.reduce((least, claim) => Math.min(least, claim.start), from)
  const end = touching.reduce((most, claim) => Math.max(most, claim.end), until)
  const claims = begin < from || end > until ? claimsOf(schedule, begin, end, withOverrides) : touching
  return paint(claims).filter((shift) => shift.end.getTime() > from && shift.start.getTime() < until)
}

/** Who is on call at an instant, and what says so; null when nobody is. */
export function onCallAt(schedule: Schedule, at: Date): Shift | null {
  return shiftsOf(schedule, { from: at, until: new Date(at.getTime() + 1) })[0] ?? null
}

/** What each layer says for itself, by its place in the list. */
export function layerShiftsOf(schedule: Schedule, interval: Interval): Shift[][] {
  const claims = layerClaims(schedule, interval.from.getTime(), interval.until.getTime())
  const count = Math.max(0, ...schedule.editions.map(({ layers }) => layers.length))
  return Array.from({ length: count }, (_, layerIndex) =>
    claims.filter(({ cause }) => cause.kind === 'layer' && cause.layerIndex === layerIndex).map(shiftOf),
  )
}

/** Somebody who would be on call if nothing of higher rank said otherwise. */
interface Claim extends Span {
  userId: number
  cause: ShiftCause
}

/** All claims that touch the interval, lowest rank first. */
function claimsOf(schedule: Schedule, from: number, until: number, withOverrides: boolean): Claim[] {
  const touches = ({ start, end }: FixedShift) => start.getTime() < until && end.getTime() > from
  const fixed = schedule.shifts.filter(touches).map((shift) => claimOf(shift, { kind: 'shift' }))
  const overrides = withOverrides
    ? schedule.overrides.filter(touches).map((one) => claimOf(one, { kind: 'override', overrideId: one.id }))
    : []
  return [...layerClaims(schedule, from, until), ...fixed, ...overrides]
}

function claimOf(shift: FixedShift, cause: ShiftCause): Claim {
  return { userId: shift.userId, start: shift.start.getTime(), end: shift.end.getTime(), cause }
}

function layerClaims(schedule: Schedule, from: number, until: number): Claim[] {
  const zone = zoneOf(schedule.timezone)
  return schedule.editions.flatMap((edition, index) => {
    const begin = edition.from?.getTime() ?? Number.NEGATIVE_INFINITY
    const end = schedule.editions[index + 1]?.from?.getTime() ?? Number.POSITIVE_INFINITY
    if (begin >= until || end <= from) return []
    return edition.layers.flatMap((layer, layerIndex) => {
      const cause: ShiftCause = { kind: 'layer', layerIndex, layer: layer.name }
      return turnsOf(layer, zone, Math.max(from, begin), Math.min(until, end)).map((turn) => ({
        userId: turn.userId,
        start: Math.max(turn.start, begin),
        end: Math.min(turn.end, end),
        cause,
      }))
    })
  })
}

/** Claims of higher rank over those of lower rank. The instants are one sorted list, and each piece lies between two of them. */
function paint(claims: readonly Claim[]): Shift[] {
  const instants = [...new Set(claims.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b)
  const places = new Map(instants.map((instant, place) => [instant, place]))
  const owners = new Array<Claim | undefined>(instants.length)
  for (const claim of claims) owners.fill(claim, places.get(claim.start), places.get(claim.end))
  const shifts: Shift[] = []
  for (const [place, owner] of owners.entries()) {
    const [start, end] = [instants[place], instants[place + 1]]
    if (!owner || start === undefined || end === undefined) continue
    const last = shifts.at(-1)
    if (last && owner === owners[place - 1]) last.end = new Date(end)
    else shifts.push(shiftOf({ ...owner, start, end }))
  }
  return shifts
}

function shiftOf({ userId, start, end, cause }: Claim): Shift {
  return { userId, start: new Date(start), end: new Date(end), cause }
}
