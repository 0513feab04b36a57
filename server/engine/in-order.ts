import type { Tx } from '../database/connection.ts'
import { isPassing } from '../database/failures.ts'
import { attempt } from '../database/savepoint.ts'

/** How far pieces of work have come that are done in one transaction; nothing of it counts unless that is kept. */
export interface Progress<T> {
  through: T[]
  /** The one at which it stopped; null when it did not, or nobody can tell. */
  inHand: T | null
  /** What that one failed by, in passing; null when nothing did. */
  failure: unknown
}

export function startProgress<T>(): Progress<T> {
  return { through: [], inHand: null, failure: null }
}

/**
 * Does one piece after the other, as far as the first one that fails in passing: what follows it may depend on it, and what
 * came before it can be kept. One that fails by itself is undone and set aside (invariants.md ING-5). Throws when the
 * transaction cannot go on; `progress` tells where.
 */
export async function doInOrder<T>(
  tx: Tx,
  pieces: readonly T[],
  progress: Progress<T>,
  how: { work(piece: T): Promise<void>; setAside(piece: T, cause: unknown): Promise<void> },
): Promise<void> {
  for (const piece of pieces) {
    progress.inHand = piece
    const failure = await attempt(tx, () => how.work(piece)).catch((cause) => {
      progress.failure = cause
      throw cause
    })
    if (failure !== null && isPassing(failure)) {
      progress.failure = failure
      return
    }
    if (failure !== null) await how.setAside(piece, failure)
    progress.inHand = null
    progress.through.push(piece)
  }
}
