/**
 * How much a station takes in one pass: little after a start, so that a process that lives a second only keeps what it
 * did, twice as much after each pass that was kept, and as little as at first after one that was cut off: what takes long is
 * cut off again.
 */
export class BatchSize {
  readonly #first: number
  readonly #most: number
  #now: number

  constructor(first: number, most: number) {
    this.#now = first
    this.#first = first
    this.#most = most
  }

  get now(): number {
    return this.#now
  }

  /** A pass was kept. */
  grow(): void {
    this.#now = Math.min(this.#most, this.#now * 2)
  }

  /** A pass was cut off before its end. */
  shrink(): void {
    this.#now = this.#first
  }
}
