import type { Interval, Shift } from '../decide.ts'

export interface Stretch {
  start: Date
  end: Date
}

/** When nobody of several schedules is on call: what no shift covers, in order. */
export function gapsIn(shifts: readonly Pick<Shift, 'start' | 'end'>[], { from, until }: Interval): Stretch[] {
  const gaps: Stretch[] = []
  let covered = from
  for (const { start, end } of [...shifts].sort((a, b) => a.start.getTime() - b.start.getTime())) {
    if (start >= until) break
    if (start > covered) gaps.push({ start: covered, end: start })
    if (end > covered) covered = end
  }
  if (covered < until) gaps.push({ start: covered, end: until })
  return gaps
}

/** When two layers or more have somebody; `layers` names them. */
export function doubleCoverIn(
  layers: readonly (readonly Shift[])[],
  { from, until }: Interval,
): (Stretch & { layers: string[] })[] {
  const shifts = layers.flatMap((own, index) => own.map((shift) => ({ ...shift, index })))
  const instants = [...new Set(shifts.flatMap(({ start, end }) => [start.getTime(), end.getTime()]))].sort(
    (a, b) => a - b,
  )
  const found: (Stretch & { layers: string[]; key: string })[] = []
  for (const [place, begin] of instants.entries()) {
    const stop = instants[place + 1]
    if (stop === undefined || begin >= until.getTime() || stop <= from.getTime()) continue
    const here = shifts.filter((shift) => shift.start.getTime() <= begin && shift.end.getTime() >= stop)
    if (here.length < 2) continue
    const key = here.map(({ index }) => index).join()
    const start = new Date(Math.max(begin, from.getTime()))
    const end = new Date(Math.min(stop, until.getTime()))
    const last = found.at(-1)
    if (last?.key === key && last.end.getTime() === start.getTime()) last.end = end
    else found.push({ start, end, key, layers: here.map(({ cause }) => (cause.kind === 'layer' ? cause.layer : '')) })
  }
  return found.map(({ start, end, layers: names }) => ({ start, end, layers: names }))
}
