import { readLocal, zoneOf } from '../../runtime/zoned.ts'
import { DAYS } from '../layers/decide.ts'
import type { AlertPriorityRule, SupportDays, SupportException } from './schema.ts'

/** When support is there: readings of the clock on the wall in a zone. */
export interface Hours {
  timezone: string
  days: Partial<Record<keyof SupportDays, { start: string; end: string } | null | undefined>>
  exceptions: readonly SupportException[]
}

const DAY_MS = 86_400_000
const EDGE_DAYS_MAX = 400

/** True while support is there. Of several exceptions at one moment the last in the list counts. */
export function isDuring(hours: Hours, at: Date): boolean {
  const piece = piecesOf(hours, at.getTime() - 1, at.getTime() + 1).findLast(({ start }) => start <= at.getTime())
  return piece?.during ?? false
}

/** The next instant at which support begins (or ends, with `during` false) after `at`; null when there is none within a year. */
export function nextEdge(hours: Hours, at: Date, during: boolean): Date | null {
  const from = at.getTime()
  // Mostly the next one is near.
  for (const days of [8, EDGE_DAYS_MAX]) {
    const pieces = piecesOf(hours, from, from + days * DAY_MS)
    const place = pieces.findIndex(
      (piece, index) => piece.start > from && piece.during === during && pieces[index - 1]?.during !== during,
    )
    const found = pieces[place]
    if (found) return new Date(found.start)
  }
  return null
}

interface Piece {
  start: number
  during: boolean
}

/** The time line from `from` on, cut where anything begins or ends. */
function piecesOf(hours: Hours, from: number, until: number): Piece[] {
  const windows = windowsOf(hours, from, until)
  const exceptions = hours.exceptions.flatMap((one) => exceptionOf(hours, one))
  const edges = [...windows, ...exceptions].flatMap(({ start, end }) => [start, end])
  const instants = [...new Set([from, ...edges.filter((edge) => edge > from && edge < until)])].sort((a, b) => a - b)
  return instants.map((start) => {
    const covers = (span: { start: number; end: number }) => span.start <= start && start < span.end
    const exception = exceptions.findLast(covers)
    return { start, during: exception ? exception.status === 'DURING' : windows.some(covers) }
  })
}

function windowsOf(hours: Hours, from: number, until: number): { start: number; end: number }[] {
  const zone = zoneOf(hours.timezone)
  const found: { start: number; end: number }[] = []
  const first = Math.floor(zone.localOf(from) / DAY_MS) - 1
  const last = Math.floor(zone.localOf(until) / DAY_MS) + 1
  for (let day = first; day <= last; day++) {
    // 1970-01-01 was a Thursday.
    const window = hours.days[DAYS[(((day + 3) % 7) + 7) % 7] ?? 'MONDAY']
    if (!window) continue
    const end = window.end === '00:00' ? '24:00' : window.end
    const span = {
      start: zone.instantOf(day * DAY_MS + minutesOf(window.start) * 60_000),
      end: zone.instantOf(day * DAY_MS + minutesOf(end) * 60_000),
    }
    if (span.end > span.start) found.push(span)
  }
  return found
}

function exceptionOf(hours: Hours, { start, end, supportStatus }: SupportException) {
  const [begin, stop] = [readLocal(start), readLocal(end)]
  if (begin === null || stop === null) return []
  const zone = zoneOf(hours.timezone)
  const isWholeDay = !end.includes('T')
  return [
    { start: zone.instantOf(begin), end: zone.instantOf(stop + (isWholeDay ? DAY_MS : 0)), status: supportStatus },
  ]
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}

/** What is wrong with support hours, by field. */
export function refusalsOf(hours: Hours): { field: string; message: string }[] {
  const refusals: { field: string; message: string }[] = []
  for (const day of DAYS) {
    const window = hours.days[day]
    if (!window) continue
    const end = window.end === '00:00' ? '24:00' : window.end
    if (minutesOf(end) <= minutesOf(window.start)) {
      refusals.push({ field: `supportDays.${day}.end`, message: 'It ends before it begins.' })
    }
  }
  for (const [index, { start, end }] of hours.exceptions.entries()) {
    const [begin, stop] = [readLocal(start), readLocal(end)]
    if (begin === null) refusals.push({ field: `exceptions.${index}.start`, message: 'There is no such day or time.' })
    if (stop === null) refusals.push({ field: `exceptions.${index}.end`, message: 'There is no such day or time.' })
    if (begin === null || stop === null) continue
    if (stop < begin || (stop === begin && end.includes('T'))) {
      refusals.push({ field: `exceptions.${index}.end`, message: 'It ends before it begins.' })
    }
  }
  return refusals
}

/** The priority a rule gives at an instant, and when a low one becomes high. Without its hours a rule that follows some gives HIGH. */
export function priorityAt(
  rule: AlertPriorityRule,
  hours: Hours | null,
  at: Date,
): { priority: 'HIGH' | 'LOW'; raiseAt: Date | null } {
  if (rule === 'HIGH' || rule === 'LOW') return { priority: rule, raiseAt: null }
  if (!hours) return { priority: 'HIGH', raiseAt: null }
  const highDuring = rule === 'HIGH_DURING_SUPPORT_HOURS'
  if (isDuring(hours, at) === highDuring) return { priority: 'HIGH', raiseAt: null }
  return { priority: 'LOW', raiseAt: nextEdge(hours, at, highDuring) }
}
