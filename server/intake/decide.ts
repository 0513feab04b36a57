import type { EventDecision } from '../alerts/decide.ts'
import { addSeconds } from '../runtime/time.ts'

/** The receipt's word for what an event did. */
export function outcomeOf(decision: EventDecision): 'APPLIED' | 'DUPLICATE' | 'IGNORED' {
  if (decision.kind === 'duplicate') return 'DUPLICATE'
  return decision.kind === 'record' ? 'IGNORED' : 'APPLIED'
}

/** A look-up that never succeeds is left after this long; the alert stands with what is known. */
export const LOOKUP_GIVE_UP_SECONDS = 24 * 3_600
const LOOKUP_RETRY_SECONDS = [2, 5, 15, 60, 300] as const
const LOOKUP_RETRY_SECONDS_MAX = 900

/** When to ask the other system again; its own word on waiting counts. `attempts` counts the one that failed. */
export function lookupRetryAt(attempts: number, afterSeconds: number | undefined, now: Date): Date {
  const planned = LOOKUP_RETRY_SECONDS[attempts - 1] ?? LOOKUP_RETRY_SECONDS_MAX
  return addSeconds(now, Math.max(planned, afterSeconds ?? 0))
}
