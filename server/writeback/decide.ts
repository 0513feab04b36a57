import { addHours, addSeconds } from '../runtime/time.ts'

/** A day of silence on the other side is survived, and a little more so that what heals at its end still counts. */
const GIVE_UP_HOURS = 25
const RETRY_SECONDS = [5, 15, 60, 300] as const
/** Fifteen minutes after the other side is well again, everything is said (invariants.md DED-8). */
const RETRY_SECONDS_MAX = 600
const WISH_SECONDS_MAX = 3_600

/** Until when something decided now is tried. */
export function giveUpAt(decidedAt: Date): Date {
  return addHours(decidedAt, GIVE_UP_HOURS)
}

/** When to try again; the other side's own word on waiting counts. `attempts` counts the one that failed. */
export function retryAt(attempts: number, afterSeconds: number | undefined, now: Date): Date {
  const planned = RETRY_SECONDS[attempts - 1] ?? RETRY_SECONDS_MAX
  return addSeconds(now, Math.max(planned, Math.min(afterSeconds ?? 0, WISH_SECONDS_MAX)))
}
