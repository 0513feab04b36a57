/** Each pass in a row that came to nothing takes so many times fewer. */
const FEWER = 4
/**
 * How often something may fail alone. Fewer, and what is innocent would count as failed where the database is restarted
 * again and again, or somebody else holds a lock for some seconds.
 */
const ALONE_MAX = 8

/**
 * Finds among what is done in one transaction the piece that ends it each time, as by losing its connection or by taking too
 * long: from such an end nobody can tell which it was. Kept in memory, for it is found anew within seconds.
 */
export class Misfires {
  #inARow = 0
  #alone: { piece: string; times: number; cause: unknown } | null = null

  /** How many to take together, where `most` would be taken otherwise: in the end one. */
  atMost(most: number): number {
    return Math.max(1, Math.floor(most / FEWER ** this.#inARow))
  }

  /** These were done in one transaction, and `cause` ended it. */
  failed(pieces: readonly string[], cause: unknown): void {
    const [first] = pieces
    if (first === undefined) return
    this.#inARow += 1
    const times = this.#alone?.piece === first ? this.#alone.times : 0
    this.#alone = pieces.length === 1 ? { piece: first, times: times + 1, cause } : null
  }

  /** A transaction was kept, or what ended it is out of the way. */
  kept(): void {
    this.#inARow = 0
    this.#alone = null
  }

  /** What failed alone so often that it has failed by itself, and why the last time. */
  get culprit(): { piece: string; cause: unknown } | null {
    return this.#alone && this.#alone.times >= ALONE_MAX ? this.#alone : null
  }
}
