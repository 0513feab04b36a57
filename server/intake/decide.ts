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

/**
 * How often a delivery may have ended the process that read it alone. Fewer, and one that is innocent would be set aside
 * where processes are killed again and again from outside, each time over the delivery that is read first.
 */
export const ENDINGS_MAX = 5
/**
 * How long a process must have lived to read alone what ended so many others. A process is slow when it is young, and killed
 * from outside it dies over whatever it reads first; one that reads at its ease dies over it by its own fault.
 */
const LIVED_SECONDS = [0, 0, 1, 2, 4] as const

/** The first of these and what is read with it: a suspect is alone, all else goes together up to the next suspect. */
export function firstTogether<D extends { id: string }>(
  unread: readonly D[],
  suspects: readonly string[],
): readonly D[] {
  const next = unread.findIndex(({ id }) => suspects.includes(id))
  return next === -1 ? unread : unread.slice(0, Math.max(1, next))
}

/** An unread delivery, and who began to read it without ever ending. */
export interface Unread {
  id: string
  begunBy: string | null
  begunAlone: number
}

/** Who began to read a delivery, and for which time alone. */
export interface ReadingMark {
  by: string | null
  alone: number
}

const UNMARKED: ReadingMark = { by: null, alone: 0 }

/** `before`: what the mark says when this reading is no news about it. */
export type ReadingDecision =
  | { kind: 'batch'; ids: string[]; before: ReadingMark }
  /** One by itself: there is no other, or it was among those that a process read when it vanished. */
  | { kind: 'alone'; id: string; times: number; before: ReadingMark }
  /** It is read by a process that has lived longer. */
  | { kind: 'wait' }
  /** It ended the process too often, read alone: it is set aside unread. */
  | { kind: 'set-aside'; id: string; times: number }

/**
 * What to read next of a source, given its unread deliveries in order of arrival and our own process. A process that
 * vanished in the middle may have been ended by any of what it read, so those are read alone (invariants.md ING-5).
 */
export function decideReading(
  unread: readonly Unread[],
  self: { id: string; livedSeconds: number },
): ReadingDecision | null {
  const isSuspect = (one: Unread) => one.begunBy !== null && one.begunBy !== self.id
  const [first] = unread
  if (!first) return null
  if (isSuspect(first)) {
    if (first.begunAlone >= ENDINGS_MAX) return { kind: 'set-aside', id: first.id, times: first.begunAlone }
    if (self.livedSeconds < (LIVED_SECONDS[first.begunAlone] ?? 0)) return { kind: 'wait' }
    const before = { by: first.begunBy, alone: first.begunAlone }
    return { kind: 'alone', id: first.id, times: first.begunAlone + 1, before }
  }
  const next = unread.findIndex(isSuspect)
  const ids = unread.slice(0, next === -1 ? unread.length : next).map((one) => one.id)
  return ids.length === 1
    ? { kind: 'alone', id: first.id, times: 1, before: UNMARKED }
    : { kind: 'batch', ids, before: UNMARKED }
}
