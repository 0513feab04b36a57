import { useSyncExternalStore } from 'react'

const tickers = new Map<number, { listeners: Set<() => void>; timer: ReturnType<typeof setInterval> }>()

function follow(everyMs: number, listener: () => void): () => void {
  let ticker = tickers.get(everyMs)
  if (!ticker) {
    const listeners = new Set<() => void>()
    ticker = {
      listeners,
      timer: setInterval(() => {
        for (const one of listeners) one()
      }, everyMs),
    }
    tickers.set(everyMs, ticker)
  }
  const { listeners, timer } = ticker
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    tickers.delete(everyMs)
  }
}

const subscriptions = new Map<number, (listener: () => void) => () => void>()
function subscription(everyMs: number) {
  const known = subscriptions.get(everyMs)
  if (known) return known
  const made = (listener: () => void) => follow(everyMs, listener)
  subscriptions.set(everyMs, made)
  return made
}

/** The present moment in milliseconds, again every `everyMs`; all who ask share one timer. */
export function useNow(everyMs: number): number {
  return useSyncExternalStore(subscription(everyMs), () => Math.floor(Date.now() / everyMs) * everyMs)
}

/** The present moment in milliseconds, for what happens at a click. */
export function nowMs(): number {
  return Date.now()
}
