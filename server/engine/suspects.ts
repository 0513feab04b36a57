import { codeOf } from '../database/failures.ts'
import { addMinutes } from '../runtime/time.ts'

/** How much must speak against a piece: with less, innocents would be convicted where the database restarts again and again. */
const ENOUGH = 8
/** Of what failed before, by itself or found out like this. */
const ENOUGH_AGAIN = 2
/** What takes long holds up its neighbours each time: it is tried twice. */
const WEIGHT_OF_SLOW = 4
/** Whom nobody met for so long is over, or in other hands. */
const FORGOTTEN_MINUTES = 30

interface Entry {
  against: number
  since: Date
  cause: unknown
  isConvicted: boolean
}

/**
 * Pieces of work that failed in passing: over them a connection was lost, a lock was not free, a statement took too long.
 * That may be anything's doing, so they are done again, apart from all others: who goes through is acquitted. Who fails
 * again and again is convicted: it has failed by itself, and its neighbours go on (invariants.md ING-5). Kept in memory:
 * another process finds out for itself.
 */
export class Suspects<T> {
  readonly #entries = new Map<T, Entry>()

  /** All of them; the first was met longest ago. */
  all(now: Date): T[] {
    for (const [piece, { since }] of this.#entries) {
      if (addMinutes(since, FORGOTTEN_MINUTES) <= now) this.#entries.delete(piece)
    }
    return [...this.#entries.keys()]
  }

  /** It failed by `cause`. `hasFailedBefore`: less is enough to convict it. */
  note(piece: T, cause: unknown, hasFailedBefore: boolean, now: Date): void {
    const against = (this.#entries.get(piece)?.against ?? 0) + weightOf(cause)
    const isConvicted = against >= (hasFailedBefore ? ENOUGH_AGAIN : ENOUGH)
    this.#putLast(piece, { against, since: now, cause, isConvicted })
  }

  /** What convicts it, until that was carried out; null when nothing does. */
  sentenceOn(piece: T): { cause: unknown } | null {
    const known = this.#entries.get(piece)
    return known?.isConvicted ? { cause: known.cause } : null
  }

  /** It was made to fail, and begins anew; it stays apart until it goes through. */
  punished(piece: T, now: Date): void {
    this.#putLast(piece, { against: 0, since: now, cause: null, isConvicted: false })
  }

  /** It was not to be had; others have their turn. */
  missed(piece: T): void {
    const known = this.#entries.get(piece)
    if (known) this.#putLast(piece, known)
  }

  /** These went through. */
  acquit(pieces: readonly T[]): void {
    for (const piece of pieces) this.#entries.delete(piece)
  }

  #putLast(piece: T, entry: Entry): void {
    this.#entries.delete(piece)
    this.#entries.set(piece, entry)
  }
}

/** Locks and deadlocks are others' doing, a full disk everybody's trouble: they pass, however long that takes. */
function weightOf(cause: unknown): number {
  const code = codeOf(cause)
  if (/^(40|55P03|53100|53300)/.test(code)) return 0
  return code === '57014' ? WEIGHT_OF_SLOW : 1
}
