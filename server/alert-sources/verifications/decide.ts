import { addHours, addSeconds } from '../../runtime/time.ts'

/** A verification is followed unasked this long after the source was created or its settings were saved. */
const ARMED_HOURS = 24
/** At most one call a minute for each source (invariants.md SEC-4). */
const CALL_EVERY_SECONDS = 60
const ATTEMPTS_MAX = 5
const RETRY_SECONDS = [5, 30, 120, 600] as const

export interface VerificationFacts {
  hasSettings: boolean
  createdAt: Date
  settingsSavedAt: Date | null
  /** When an admin pressed *Allow verification* last. */
  allowedAt: Date | null
  /** Why the callback leads where it must not; null when it may be followed. */
  refusal: string | null
  expiresAt: Date | null
}

export type VerificationDecision =
  | { state: 'HELD'; reason: string }
  | { state: 'REFUSED'; reason: string }
  | { state: 'EXPIRED'; reason: string }
  | { state: 'QUEUED' }

/** Whether a callback may be called now. */
export function decideVerification(facts: VerificationFacts, now: Date): VerificationDecision {
  if (facts.expiresAt !== null && facts.expiresAt <= now) {
    return { state: 'EXPIRED', reason: 'The code ran out. Press resend in the other system for a new one.' }
  }
  if (!facts.hasSettings) return { state: 'HELD', reason: 'It is answered as soon as the settings are saved.' }
  if (facts.refusal !== null) return { state: 'REFUSED', reason: facts.refusal }
  const armed = [facts.createdAt, facts.settingsSavedAt, facts.allowedAt].some(
    (at) => at !== null && addHours(at, ARMED_HOURS) > now,
  )
  if (!armed)
    return {
      state: 'HELD',
      reason: 'Nobody changed this source in the last 24 hours: press Allow verification if you expect it.',
    }
  return { state: 'QUEUED' }
}

/** When the next call of a source may leave. */
export function nextCallAt(lastPlannedAt: Date | null, now: Date): Date {
  if (lastPlannedAt === null) return now
  const next = addSeconds(lastPlannedAt, CALL_EVERY_SECONDS)
  return next > now ? next : now
}

export type CallResult = { kind: 'status'; status: number } | { kind: 'no-answer'; reason: string }

/** What a call means; `attempts` counts this one. */
export function decideAfterCall(
  result: CallResult,
  attempts: number,
  now: Date,
): { state: 'VERIFIED' } | { state: 'FAILED'; reason: string } | { state: 'QUEUED'; dueAt: Date; reason: string } {
  if (result.kind === 'status' && result.status === 200) return { state: 'VERIFIED' }
  const reason = result.kind === 'status' ? `The other system answered ${result.status}.` : result.reason
  const mayPass = result.kind === 'no-answer' || result.status >= 500 || result.status === 429
  if (!mayPass || attempts >= ATTEMPTS_MAX) {
    return { state: 'FAILED', reason: `${reason} Press resend in the other system for a new verification.` }
  }
  return {
    state: 'QUEUED',
    dueAt: addSeconds(now, Math.max(CALL_EVERY_SECONDS, RETRY_SECONDS[attempts - 1] ?? 600)),
    reason,
  }
}
