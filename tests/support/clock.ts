import type { Clock } from '../../server/runtime/clock.ts'

type Waiter = { until: number; wake: () => void }

/** A clock that stands still until a test moves it; whoever waits is woken in order of time. */
export class TestClock implements Clock {
  #now: number
  #waiters: Waiter[] = []

  constructor(start: Date | string) {
    this.#now = new Date(start).getTime()
  }

  now(): Promise<Date> {
    return Promise.resolve(new Date(this.#now))
  }

  /** The instant without waiting for it. */
  get instant(): Date {
    return new Date(this.#now)
  }

  wait(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || ms <= 0) return Promise.resolve()
    return new Promise((resolve) => {
      const waiter: Waiter = { until: this.#now + ms, wake: () => done() }
      const done = () => {
        this.#waiters = this.#waiters.filter((it) => it !== waiter)
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#waiters.push(waiter)
      signal.addEventListener('abort', done, { once: true })
    })
  }

  /** Moves time forward to the instant, stopping at every waiter on the way. */
  advanceTo(instant: Date | string): void {
    const target = new Date(instant).getTime()
    if (target < this.#now) throw new Error('A test clock does not run backwards.')
    for (;;) {
      const next = this.#waiters.filter((it) => it.until <= target).sort((a, b) => a.until - b.until)[0]
      if (!next) break
      this.#now = Math.max(this.#now, next.until)
      next.wake()
    }
    this.#now = target
  }

  /** Moves time forward by so many milliseconds. */
  advance(ms: number): void {
    this.advanceTo(new Date(this.#now + ms))
  }
}
