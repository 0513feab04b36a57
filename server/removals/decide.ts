import { type Edition, type Interval, type Schedule, shiftsOf } from '../oncall/decide.ts'
import { earlier, later } from '../runtime/time.ts'

interface Targets {
  userIds: number[]
  scheduleIds?: number[]
}

/** Levels in which one target stands for another, each once; null when none names it. */
export function replaceInLevels<L extends Targets>(
  levels: readonly L[],
  kind: 'userIds' | 'scheduleIds',
  { from, to }: { from: number; to: number },
): L[] | null {
  if (!levels.some((level) => level[kind]?.includes(from))) return null
  return levels.map((level) => {
    const ids = level[kind]
    if (!ids?.includes(from)) return level
    return { ...level, [kind]: [...new Set(ids.map((id) => (id === from ? to : id)))] }
  })
}

/** Layers in which one person has the turns of another; null when none has that person. */
export function replaceInLayers<L extends { userIds: readonly number[] }>(
  layers: readonly L[],
  { from, to }: { from: number; to: number },
): L[] | null {
  if (!layers.some(({ userIds }) => userIds.includes(from))) return null
  return layers.map((layer) => ({ ...layer, userIds: layer.userIds.map((id) => (id === from ? to : id)) }))
}

/** The editions of a schedule that hold now or later, oldest first. */
export function editionsAhead<E extends Pick<Edition, 'from'>>(editions: readonly E[], now: Date): E[] {
  return editions.filter((_, index) => {
    const end = editions[index + 1]?.from ?? null
    return end === null || end > now
  })
}

/** When an override counts in an interval: where no newer one goes over it. */
export function remainderOf(rules: Schedule, overrideId: number, interval: Interval): { start: Date; end: Date }[] {
  return shiftsOf(rules, interval)
    .filter(({ cause }) => cause.kind === 'override' && cause.overrideId === overrideId)
    .map(({ start, end }) => ({
      start: later(start, interval.from),
      end: earlier(end, interval.until),
    }))
}
