import { addSeconds } from '../runtime/time.ts'

export const ATTEMPTS_MAX = 5

/** What fails is tried again later, then set aside for good, so that its neighbours go on (invariants.md ING-5). `attempts` counts the one that failed. */
export function decideAfterFailure(
  attempts: number,
  now: Date,
): { kind: 'again'; dueAt: Date; reason: string } | { kind: 'set-aside'; reason: string } {
  if (attempts >= ATTEMPTS_MAX)
    return { kind: 'set-aside', reason: `It could not be processed in ${attempts} attempts.` }
  return {
    kind: 'again',
    dueAt: addSeconds(now, 2 ** (attempts - 1)),
    reason: `Attempt ${attempts} failed, it is tried again.`,
  }
}
