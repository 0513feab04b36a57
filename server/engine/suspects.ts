import { codeOf, isConnectionLoss } from '../database/failures.ts'
import { addMinutes } from '../runtime/time.ts'

/** How much must speak against a piece: with less, innocents would be convicted where the database restarts again and again. */
const CONVICTED_AT = 8
/** Of what failed before, by itself or found out like this. */
const CONVICTED_AT_AGAIN = 2
/** What takes long holds up its neighbours each time: it is tried twice. */
const WEIGHT_OF_SLOW = 4
/** Whom nobody met for so long is over, or in other hands. */
const FORGOTTEN_MINUTES = 30

/**
 * Pieces of work that failed in passing: over them a connection was lost, a lock was not free, a statement took too long.
 * That may be anything's doing, so they are done again, apart from all others: who goes through is acquitted. Over whom a
 * connection is lost or time runs out again and again is convicted: it has failed by itself, and its neighbours go on
 * (invariants.md ING-5). Kept in memory: another process finds out for itself.
 */
export class Suspects<T> {
  readonly #records = new Map<T, { against: number; since: Date }>()

  /** All of them; the first was met longest ago. */
  all(now: Date): T[] {
    for (const [piece, { since }] of this.#records) {
      if (addMinutes(since, FORGOTTEN_MINUTES) <= now) this.#records.delete(piece)
    }
    return [...this.#records.keys()]
  }

  /** It failed by `cause`; true when that convicts it. `hasFailedBefore`: less is enough then. */
  note(piece: T, cause: unknown, hasFailedBefore: boolean, now: Date): boolean {
    const against = (this.#records.get(piece)?.against ?? 0) + weightOf(cause)
    this.#records.delete(piece)
    this.#records.set(piece, { against, since: now })
    return against >= (hasFailedBefore ? CONVICTED_AT_AGAIN : CONVICTED_AT)
  }

  /** It was made to fail, and begins anew; it stays apart until it goes through. */
  punished(piece: T, now: Date): void {
    this.#records.delete(piece)
    this.#records.set(piece, { against: 0, since: now })
  }

  acquit(pieces: Iterable<T>): void {
    for (const piece of pieces) this.#records.delete(piece)
  }
}

/** Locks and deadlocks are others' doing, full disks everybody's trouble: they pass, however long that takes. */
function weightOf(cause: unknown): number {
  if (['57014', '25P03'].includes(codeOf(cause))) return WEIGHT_OF_SLOW
  return isConnectionLoss(cause) ? 1 : 0
}
