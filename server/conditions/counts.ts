import { addSeconds } from '../runtime/time.ts'
import type { Counter } from './tree.ts'

/** Counts of one place (a source's filter, say) by window: `trigger_count.600`. Instants are ISO, so that they can be stored. */
export type Counts = Readonly<Record<string, { count: number; endsAt: string }>>

/** Counts this evaluation: it is the first when the window is over. One that resets begins anew once its limit was reached. */
export function counted(counts: Counts, counter: Counter, limit: number, now: Date): { count: number; counts: Counts } {
  const key = `${counter.resets ? 'resetting_' : ''}trigger_count.${counter.seconds}`
  const known = Object.hasOwn(counts, key) ? counts[key] : undefined
  const isOver = known === undefined || new Date(known.endsAt) <= now
  const count = isOver ? 1 : known.count + 1
  const endsAt = isOver ? addSeconds(now, counter.seconds).toISOString() : known.endsAt
  if (counter.resets && count >= limit) {
    const { [key]: _reached, ...rest } = counts
    return { count, counts: rest }
  }
  return { count, counts: { ...counts, [key]: { count, endsAt } } }
}
