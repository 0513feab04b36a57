import { onCallAt, type Shift, shiftsOf } from '../../server/oncall/decide.ts'
import { modelMinutes } from './model.ts'
import type { Case } from './random-schedule.ts'

const MINUTE = 60_000

/** What is wrong with the engine's answer to a case, in one sentence; null when nothing is. */
export function differenceIn(one: Case): string | null {
  const interval = { from: new Date(one.from), until: new Date(one.from + one.minutes * MINUTE) }
  const shifts = shiftsOf(one.schedule, interval)
  return disorderIn(shifts) ?? differentMinute(one, shifts) ?? differentPart(one, shifts)
}

function disorderIn(shifts: readonly Shift[]): string | null {
  for (const [index, shift] of shifts.entries()) {
    const next = shifts[index + 1]
    if (shift.start >= shift.end) return `The shift at ${shift.start.toISOString()} has no length.`
    if (next && next.start < shift.end) return `Two people are on call at ${next.start.toISOString()}.`
  }
  return null
}

function differentMinute({ schedule, from, minutes }: Case, shifts: readonly Shift[]): string | null {
  const expected = modelMinutes(schedule, from, minutes)
  let place = 0
  for (const [minute, wanted] of expected.entries()) {
    const at = from + minute * MINUTE
    while (place < shifts.length && (shifts[place]?.end.getTime() ?? 0) <= at) place++
    const shift = shifts[place]
    const found = shift && shift.start.getTime() <= at ? shift.userId : null
    if (found !== wanted) {
      return `At ${new Date(at).toISOString()} the engine says ${found ?? 'nobody'}, the model ${wanted ?? 'nobody'}.`
    }
  }
  return null
}

/** Whoever asks for a part, or for one instant, gets the same whole shifts. */
function differentPart({ schedule, from, minutes }: Case, shifts: readonly Shift[]): string | null {
  for (const [begin, length] of [
    [0, 1],
    [minutes >> 1, 1],
    [minutes >> 2, minutes >> 1],
    [minutes - 1, 1],
  ] as const) {
    const part = { from: new Date(from + begin * MINUTE), until: new Date(from + (begin + length) * MINUTE) }
    const wanted = shifts.filter((shift) => shift.start < part.until && shift.end > part.from)
    const found = shiftsOf(schedule, part)
    if (JSON.stringify(found) !== JSON.stringify(wanted)) {
      return `From ${part.from.toISOString()} the part differs: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}.`
    }
  }
  const at = new Date(from)
  const here = shifts.find((shift) => shift.start <= at && at < shift.end) ?? null
  return JSON.stringify(onCallAt(schedule, at)) === JSON.stringify(here)
    ? null
    : `onCallAt ${at.toISOString()} differs.`
}
