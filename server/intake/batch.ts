/** One item of a shared commit, with the promise its request waits for. */
interface Waiting<T> {
  item: T
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
  #waiting: Waiting<T>[] = []
  #writing = 0
  readonly #writersMax: number

  constructor(
    write: (items: T[]) => Promise<void>,
    options: { sizeMax: number; writersMax: number; isItsOwnFault: (cause: unknown) => boolean },
  ) {
    this.#write = write
    this.#sizeMax = options.sizeMax
    this.#writersMax = options.writersMax
    this.#isItsOwnFault = options.isItsOwnFault
  }

  /** Resolves once the item is committed; rejects when it is not known to be. */
  add(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      this.#flush()
    })
  }

  #flush(): void {
    while (this.#waiting.length > 0 && this.#writing < this.#writersMax) {
      const batch = this.#waiting.splice(0, this.#sizeMax)
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
