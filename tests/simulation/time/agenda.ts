/** Something that will happen; it may be called off. */
export interface Appointment {
  cancel(): void
}

interface Entry extends Appointment {
  atMs: number
  order: number
  run: (() => void) | null
}

/** The real one, whatever the simulation does to time. */
const { setImmediate } = globalThis
const BREATH_EVERY = 5_000

/** Virtual time: what will happen, in order. Between two happenings everything that follows from the first is done. */
export class Agenda {
  #nowMs = 0
  #order = 0
  #happened = 0
  /** A binary heap, earliest first. */
  readonly #heap: Entry[] = []
  readonly #afterEach: () => void

  /** `afterEach`: called after each happening and all that follows from it. */
  constructor(afterEach: () => void = () => {}) {
    this.#afterEach = afterEach
  }

  /** Milliseconds since the simulation began. */
  get nowMs(): number {
    return this.#nowMs
  }

  get happened(): number {
    return this.#happened
  }

  at(atMs: number, run: () => void): Appointment {
    const entry: Entry = {
      atMs: Math.max(atMs, this.#nowMs),
      order: this.#order++,
      run,
      cancel: () => {
        entry.run = null
      },
    }
    this.#push(entry)
    return entry
  }

  after(ms: number, run: () => void): Appointment {
    return this.at(this.#nowMs + ms, run)
  }

  /** Lets everything happen until the instant, or until it is given up. */
  async runUntil(endMs: number, isGivenUp: () => boolean): Promise<void> {
    for (;;) {
      const next = this.#heap[0]
      if (!next || next.atMs > endMs || isGivenUp()) break
      this.#pop()
      if (next.run === null) continue
      this.#nowMs = next.atMs
      next.run()
      await consequences()
      this.#afterEach()
      this.#happened++
      // Signals and output have their turn too.
      if (this.#happened % BREATH_EVERY === 0) await new Promise<void>((resolve) => setImmediate(resolve))
    }
    this.#nowMs = endMs
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(entry)
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = heap[above] as Entry
      if (!isBefore(entry, parent)) break
      heap[at] = parent
      at = above
    }
    heap[at] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= heap.length) break
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Entry, heap[below] as Entry)) below++
      const child = heap[below] as Entry
      if (!isBefore(child, last)) break
      heap[at] = child
      at = below
    }
    heap[at] = last
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order)
}

/** Resolves when no promise is left that could go on by itself: a tick begun by a microtask waits for all of them. */
export function consequences(): Promise<void> {
  return new Promise((resolve) => queueMicrotask(() => process.nextTick(resolve)))
}
