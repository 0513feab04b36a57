import type { Outcome } from '../channels/contract.ts'
import { addHours, addSeconds } from '../runtime/time.ts'

/** A page's temporary failure is tried again within 15 s, then at most a minute apart (invariants.md NOT-1, NOT-5). */
export const RETRY_SECONDS = [8, 15, 30, 50] as const
const RETRY_JITTER_SECONDS = 5
export const RETRY_SECONDS_MAX = 60
/** Then it is given up, loudly. */
export const GIVE_UP_HOURS = 24

export type AfterAttempt =
  | { kind: 'sent'; receipt: string | null }
  | { kind: 'again'; dueAt: Date; reason: string }
  | { kind: 'failed'; reason: string; rule: 'refused' | 'given-up' | 'receipt-of-provider' }

/** What follows an attempt. `attempts` counts this one; `random` is in [0, 1). */
export function decideAfterAttempt(
  outcome: Outcome,
  attempts: number,
  createdAt: Date,
  random: number,
  now: Date,
): AfterAttempt {
  if (outcome.kind === 'sent') return { kind: 'sent', receipt: outcome.receipt }
  if (outcome.kind === 'refused') return { kind: 'failed', reason: outcome.reason, rule: 'refused' }
  if (now >= addHours(createdAt, GIVE_UP_HOURS)) {
    return { kind: 'failed', reason: `${outcome.reason} (given up after ${GIVE_UP_HOURS} hours)`, rule: 'given-up' }
  }
  const planned = RETRY_SECONDS[Math.min(attempts, RETRY_SECONDS.length) - 1] ?? RETRY_SECONDS_MAX
  const asked = Math.max(planned, outcome.afterSeconds ?? 0)
  const seconds = Math.min(asked + random * RETRY_JITTER_SECONDS, RETRY_SECONDS_MAX)
  return { kind: 'again', dueAt: addSeconds(now, seconds), reason: outcome.reason }
}

/** A high page that does not get through at once takes a second way after this long, and well within three minutes (invariants.md NOT-5). */
export const SECOND_WAY_SECONDS = 60

export interface OtherPage {
  status: string
  dueAt: Date
  /** It was tried, and did not get through. */
  hasFailed: boolean
}

/**
 * When a page that failed is replaced by one on another way: now when it failed for good, in a minute when it is tried
 * again; null when it is not, as another page of the same step reached the person, or is about to.
 */
export function decideSecondWay(
  page: { priority: string; isOver: boolean; isFirstFailure: boolean },
  others: readonly OtherPage[],
  now: Date,
): Date | null {
  if (page.priority !== 'HIGH') return null
  if (!page.isOver && !page.isFirstFailure) return null
  const at = page.isOver ? now : addSeconds(now, SECOND_WAY_SECONDS)
  const isCovered = others.some(
    (other) =>
      other.status === 'SUCCESS' ||
      (!other.hasFailed && (other.status === 'SENDING' || (other.status === 'SCHEDULED' && other.dueAt <= at))),
  )
  return isCovered ? null : at
}
