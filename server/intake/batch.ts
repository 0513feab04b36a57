/** One item of a shared commit, with the promise its request waits for. */
interface Waiting<T> {
  item: T
  weight: number
  resolve: () => void
  reject: (cause: unknown) => void
}

/**
 * Concurrent requests share a commit: while one write is under way, arrivals collect for the next. No artificial wait.
 * `write` stores all items or none. A batch that fails for a reason of its own content is retried one by one.
 */
export class SharedCommits<T> {
  readonly #write: (items: T[]) => Promise<void>
  readonly #isItsOwnFault: (cause: unknown) => boolean
  readonly #sizeMax: number
  readonly #weigh: (item: T) => number
  readonly #weightMax: number
  #weight = 0
  #waiting: Waiting<T>[] = []
  #writing = 0
  readonly #writersMax: number

  constructor(
    write: (items: T[]) => Promise<void>,
    options: {
      sizeMax: number
      writersMax: number
      isItsOwnFault: (cause: unknown) => boolean
      /** What waits weighs no more than `weightMax` together. */
      weigh: (item: T) => number
      weightMax: number
    },
  ) {
    this.#write = write
    this.#sizeMax = options.sizeMax
    this.#writersMax = options.writersMax
    this.#weigh = options.weigh
    this.#weightMax = options.weightMax
    this.#isItsOwnFault = options.isItsOwnFault
  }

  /** Resolves once the item is committed; rejects when it is not known to be, and at once when too much waits already. */
  add(item: T): Promise<void> {
    const weight = this.#weigh(item)
    if (this.#waiting.length > 0 && this.#weight + weight > this.#weightMax)
      return Promise.reject(new Error('Too much waits to be stored already.'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, weight, resolve, reject })
      this.#weight += weight
      this.#flush()
    })
  }

  /** Takes back an item nobody waits for any more, unless its commit is under way. */
  withdraw(item: T): void {
    const at = this.#waiting.findIndex((waiting) => waiting.item === item)
    if (at >= 0) this.#lighten(this.#waiting.splice(at, 1))
  }

  #lighten(gone: readonly Waiting<T>[]): void {
    for (const { weight } of gone) this.#weight -= weight
  }

  #flush(): void {
    while (this.#waiting.length > 0 && this.#writing < this.#writersMax) {
      const batch = this.#waiting.splice(0, this.#sizeMax)
      this.#lighten(batch)
      this.#writing++
      void this.#commit(batch).finally(() => {
        this.#writing--
        this.#flush()
      })
    }
  }

  async #commit(batch: Waiting<T>[]): Promise<void> {
    try {
      await this.#write(batch.map((waiting) => waiting.item))
      for (const waiting of batch) waiting.resolve()
    } catch (cause) {
      if (batch.length > 1 && this.#isItsOwnFault(cause)) {
        for (const waiting of batch) await this.#commit([waiting])
        return
      }
      for (const waiting of batch) waiting.reject(cause)
    }
  }
}
