/** Milliseconds on a clock that never jumps; only differences mean something. */
export function elapsedMs(): number {
  return performance.now()
}

export type Timer = { stop(): void }

/**
 * Runs `work` every `ms` until stopped; it does not keep the process alive. A run that is still busy is not overtaken,
 * and one that fails is left to the next, so work that must not fail unseen reports its own failure.
 */
export function every(ms: number, work: () => unknown): Timer {
  let busy = false
  const timer = setInterval(async () => {
    if (busy) return
    busy = true
    try {
      await work()
    } catch {
      // The next run is the retry.
    } finally {
      busy = false
    }
  }, ms)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

/** Waits `ms`, or less when the signal is aborted; never rejects. */
export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done, { once: true })
  })
}

/** Settles as `work` does, or rejects with `message` when it takes longer than `ms`. */
export function within<T>(ms: number, message: string, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(message)), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
