import { codeOf } from '../database/failures.ts'
import { addMinutes } from '../runtime/time.ts'

/** How much must speak against a piece: with less, innocents would be convicted where the database restarts again and again. */
const ENOUGH = 8
/** Of what failed before, by itself or found out like this. */
const ENOUGH_AGAIN = 2
/** While nothing else goes through, it may be everybody's trouble. */
const ENOUGH_IN_TROUBLE = 8
/** What takes long holds up its neighbours each time: it is tried twice. */
const WEIGHT_OF_SLOW = 4
/** Whom nobody met for so long is over, or in other hands. */
const FORGOTTEN_MINUTES = 30

interface Record {
  against: number
  since: Date
  /** What had gone through when it failed first. */
  wentThrough: number
  cause: unknown
  isConvicted: boolean
}

/** How many pieces of work have gone through in this process, whosever they are. */
export class Throughput {
  count = 0
}

/**
 * Pieces of work that failed in passing: over them a connection was lost, a lock was not free, a statement took too long.
 * That may be anything's doing, so they are done again, apart from all others: who goes through is acquitted. Who fails
 * again and again while others go through is convicted: it has failed by itself, and its neighbours go on (invariants.md
 * ING-5). Kept in memory: another process finds out for itself.
 */
export class Suspects<T> {
  readonly #throughput: Throughput
  readonly #records = new Map<T, Record>()

  constructor(throughput: Throughput) {
    this.#throughput = throughput
  }

  /** All of them; the first was met longest ago. */
  all(now: Date): T[] {
    for (const [piece, { since }] of this.#records) {
      if (addMinutes(since, FORGOTTEN_MINUTES) <= now) this.#records.delete(piece)
    }
    return [...this.#records.keys()]
  }

  /** It failed by `cause`. `hasFailedBefore`: less is enough to convict it. */
  note(piece: T, cause: unknown, hasFailedBefore: boolean, now: Date): void {
    const known = this.#records.get(piece)
    const against = (known?.against ?? 0) + weightOf(cause)
    const wentThrough = known?.wentThrough ?? this.#throughput.count
    const enough =
      (hasFailedBefore ? ENOUGH_AGAIN : ENOUGH) * (this.#throughput.count > wentThrough ? 1 : ENOUGH_IN_TROUBLE)
    this.#putLast(piece, { against, since: now, wentThrough, cause, isConvicted: against >= enough })
  }

  /** What convicts it, until that was carried out; null when nothing does. */
  sentenceOn(piece: T): { cause: unknown } | null {
    const known = this.#records.get(piece)
    return known?.isConvicted ? { cause: known.cause } : null
  }

  /** It was made to fail, and begins anew; it stays apart until it goes through. */
  punished(piece: T, now: Date): void {
    const wentThrough = this.#records.get(piece)?.wentThrough ?? this.#throughput.count
    this.#putLast(piece, { against: 0, since: now, wentThrough, cause: null, isConvicted: false })
  }

  /** It was not to be had; others have their turn. */
  missed(piece: T): void {
    const known = this.#records.get(piece)
    if (known) this.#putLast(piece, known)
  }

  /** These went through. */
  acquit(pieces: readonly T[]): void {
    this.#throughput.count += pieces.length
    for (const piece of pieces) this.#records.delete(piece)
  }

  #putLast(piece: T, record: Record): void {
    this.#records.delete(piece)
    this.#records.set(piece, record)
  }
}

/** Locks and deadlocks are others' doing, a full disk everybody's trouble: they pass, however long that takes. */
function weightOf(cause: unknown): number {
  const code = codeOf(cause)
  if (/^(40|55P03|53100|53300)/.test(code)) return 0
  return code === '57014' ? WEIGHT_OF_SLOW : 1
}
