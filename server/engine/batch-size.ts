/**
 * How much a station takes in one pass: little after a start, so that a process that lives a second only keeps what it
 * did, and twice as much after each pass that was kept.
 */
export class BatchSize {
  readonly #most: number
  #now: number

  constructor(first: number, most: number) {
    this.#now = first
    this.#most = most
  }

  get now(): number {
    return this.#now
  }

  /** A pass was kept. */
  grow(): void {
    this.#now = Math.min(this.#most, this.#now * 2)
  }
}
