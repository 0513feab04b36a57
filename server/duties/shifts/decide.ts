import type { Interval, Shift } from '../../oncall/decide.ts'
import { earlier, later } from '../../runtime/time.ts'

/** Time that one person is on call without a break; the end is not part of it. */
export interface Stretch {
  userId: number
  start: Date
  end: Date
}

/** Shifts that touch are one stretch of a person, whatever puts them there. Takes them in order, without overlap. */
export function stretchesOf(shifts: readonly Pick<Shift, 'userId' | 'start' | 'end'>[]): Stretch[] {
  const found: Stretch[] = []
  for (const { userId, start, end } of shifts) {
    const last = found.at(-1)
    if (last?.userId === userId && last.end.getTime() === start.getTime()) last.end = end
    else found.push({ userId, start, end })
  }
  return found
}

/** The parts of an interval in which a person is on call. */
export function sharesOf(
  userId: number,
  shifts: readonly Pick<Shift, 'userId' | 'start' | 'end'>[],
  { from, until }: Interval,
): Stretch[] {
  return stretchesOf(shifts)
    .filter((one) => one.userId === userId && one.start < until && one.end > from)
    .map(({ start, end }) => ({
      userId,
      start: later(start, from),
      end: earlier(end, until),
    }))
}

/** True when every moment between two instants lies in one of the stretches. */
export function covers(stretches: readonly Stretch[], start: Date, end: Date): boolean {
  return stretches.some((one) => one.start <= start && one.end >= end)
}

/** Intervals in order; those that overlap or touch are one. */
export function joined(intervals: readonly Interval[]): Interval[] {
  const found: Interval[] = []
  for (const { from, until } of [...intervals].sort((a, b) => a.from.getTime() - b.from.getTime())) {
    const last = found.at(-1)
    if (last && last.until >= from) last.until = later(last.until, until)
    else found.push({ from, until })
  }
  return found
}
