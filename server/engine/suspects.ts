import { codeOf, isConnectionLoss } from '../database/failures.ts'
import { addSeconds } from '../runtime/time.ts'

/** What came to nothing together is done again in so many parts. */
const PARTS = 4
/** How much must speak against a piece: with less, innocents would be convicted where the database restarts again and again. */
const CONVICTED_AT = 8
/** Of what failed before, by itself or found out like this. */
const CONVICTED_AT_AGAIN = 2
/** What takes long holds up its neighbours each time: it is tried twice. */
const WEIGHT_OF_SLOW = 4
/** Whom nobody met for so long is over, or in other hands. */
const FORGOTTEN_SECONDS = 120

interface Group<T> {
  pieces: readonly T[]
  since: Date
}

/**
 * Finds, of several pieces done in one transaction, the one that ends it each time: by losing the connection or by taking too
 * long, from which nobody can tell which piece it was. What was done together is done again in parts, then alone, apart from
 * everything else; who goes through is acquitted, and who fails alone again and again is convicted: it has failed by itself,
 * and its neighbours go on (invariants.md ING-5). Kept in memory: another process finds out for itself.
 */
export class Suspects<T> {
  #groups: Group<T>[] = []
  readonly #against = new Map<T, number>()

  /** What is to be done together and with nothing else; the first was not tried for the longest time. */
  groups(now: Date): readonly (readonly T[])[] {
    const old = this.#groups.filter(({ since }) => addSeconds(since, FORGOTTEN_SECONDS) <= now)
    this.acquit(old.flatMap(({ pieces }) => pieces))
    return this.#groups.map(({ pieces }) => pieces)
  }

  /**
   * `cause` ended a transaction in which these were done, and no others. True when it convicts the only one of them;
   * `hasFailedBefore`: it did so, and less is enough.
   */
  note(pieces: readonly T[], cause: unknown, hasFailedBefore: boolean, now: Date): boolean {
    const weight = weightOf(cause)
    if (weight === 0 || pieces.length === 0) return false
    this.#remove(pieces)
    const size = Math.ceil(pieces.length / PARTS)
    for (let from = 0; from < pieces.length; from += size) {
      this.#groups.push({ pieces: pieces.slice(from, from + size), since: now })
    }
    const [only] = pieces
    if (only === undefined || pieces.length > 1) return false
    const against = (this.#against.get(only) ?? 0) + weight
    this.#against.set(only, against)
    return against >= (hasFailedBefore ? CONVICTED_AT_AGAIN : CONVICTED_AT)
  }

  /** These went through, or what they did is dealt with. */
  acquit(pieces: readonly T[]): void {
    this.#remove(pieces)
    for (const piece of pieces) this.#against.delete(piece)
  }

  #remove(pieces: readonly T[]): void {
    this.#groups = this.#groups
      .map((group) => ({ ...group, pieces: group.pieces.filter((piece) => !pieces.includes(piece)) }))
      .filter((group) => group.pieces.length > 0)
  }
}

/** Locks, deadlocks and full disks are never a piece's own doing: what meets them waits until they pass. */
function weightOf(cause: unknown): number {
  if (['57014', '25P03'].includes(codeOf(cause))) return WEIGHT_OF_SLOW
  return isConnectionLoss(cause) ? 1 : 0
}
