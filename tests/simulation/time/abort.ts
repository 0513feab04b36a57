/** A signal as product code uses it: the platform's own costs more than everything else in a simulated turn. */
class LightSignal {
  aborted = false
  readonly #listeners = new Set<() => void>()

  static any(signals: readonly LightSignal[]): LightSignal {
    const any = new LightSignal()
    const follow = () => {
      for (const signal of signals) signal.removeEventListener('abort', follow)
      any.abort()
    }
    if (signals.some((signal) => signal.aborted)) any.abort()
    else for (const signal of signals) signal.addEventListener('abort', follow)
    return any
  }

  /** Whoever listens hears it once. */
  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener)
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener)
  }

  abort(): void {
    if (this.aborted) return
    this.aborted = true
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    for (const listener of listeners) listener()
  }
}

class LightController {
  readonly signal = new LightSignal()

  abort(): void {
    this.signal.abort()
  }
}

/** From now on controllers and signals are light ones, in this process. */
export function lightenAborts(): void {
  Object.assign(globalThis, { AbortController: LightController, AbortSignal: LightSignal })
}
