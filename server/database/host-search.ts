import { elapsedMs, wait } from '../runtime/timers.ts'

const REST_MS = 250

/**
 * Which of several hosts can commit. Every lane asks here: while none can, one of them looks for all, so that a standby that is
 * just being promoted is not kept busy by refusing connections.
 */
export class HostSearch {
  readonly #look: () => Promise<number>
  readonly #restMs: number
  #host = 0
  #epoch = 0
  #isDoubted = false
  #search: Promise<number> | null = null
  #restUntil = 0

  constructor(look: () => Promise<number>, restMs = REST_MS) {
    this.#look = look
    this.#restMs = restMs
  }

  /** Counts how often the host was doubted: what was connected in an earlier epoch may lead nowhere. */
  get epoch(): number {
    return this.#epoch
  }

  /** The host to connect to; rejects when none can commit. */
  host(): Promise<number> {
    if (!this.#isDoubted) return Promise.resolve(this.#host)
    this.#search ??= this.#searchOnce().finally(() => {
      this.#search = null
    })
    return this.#search
  }

  /** The host refused, fell silent or can no longer commit, says a connection of this epoch; older ones tell nothing new. */
  doubt(epoch: number): void {
    if (epoch !== this.#epoch) return
    this.#epoch += 1
    this.#isDoubted = true
  }

  async #searchOnce(): Promise<number> {
    const restMs = this.#restUntil - elapsedMs()
    if (restMs > 0) await wait(restMs)
    try {
      this.#host = await this.#look()
      this.#isDoubted = false
      return this.#host
    } catch (cause) {
      this.#restUntil = elapsedMs() + this.#restMs
      throw cause
    }
  }
}
