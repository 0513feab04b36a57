import type { HeartbeatState } from './schema.ts'

/** How long nothing may have been looked at before it counts as time in which nobody could call. */
export const BLIND_SECONDS_MIN = 60

/** What a call means to a monitor: only the end of a silence is told. */
export function decidePing(state: HeartbeatState): 'told' | 'noted' {
  return state === 'OVERDUE' ? 'told' : 'noted'
}

/**
 * How much longer monitors may be silent after we were away, in milliseconds: while nothing ran here nobody could call, so
 * that time does not count. `lastLook` null: nothing was ever looked at.
 */
export function graceAfter(lastLook: Date | null, now: Date): number {
  if (lastLook === null) return 0
  const blind = now.getTime() - lastLook.getTime()
  return blind > BLIND_SECONDS_MIN * 1_000 ? blind : 0
}

/** A silence as people say it. */
export function silenceText(seconds: number): string {
  const units = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
    ['second', 1],
  ] as const
  const [name, size] = units.find(([, unit]) => seconds % unit === 0 && seconds >= unit) ?? units[3]
  const count = seconds / size
  return `${count} ${name}${count === 1 ? '' : 's'}`
}
