import { setTimeout as sleep } from 'node:timers/promises'
import type { PaceClock } from './outbound.ts'

/** At most `calls` in any stretch of `perMs`. */
export interface CallLimit {
  calls: number
  perMs: number
}

/** Calls made to one account, oldest first, and until when it asked for silence; in milliseconds of one clock. */
export interface CallLog {
  made: readonly number[]
  silentUntil: number
}

/** How long `cost` more calls must wait at `nowMs` to stay under every limit; 0: go. */
export function waitMs(log: CallLog, limits: readonly CallLimit[], cost: number, nowMs: number): number {
  const waits = limits.map((limit) => {
    // The call that has to leave the window before the last of ours fits in.
    const leaving = log.made.at(-(limit.calls - cost + 1))
    return leaving === undefined ? 0 : leaving + limit.perMs - nowMs
  })
  // Nobody overtakes a call that is booked already.
  return Math.max(0, log.silentUntil - nowMs, (log.made.at(-1) ?? nowMs) - nowMs, ...waits)
}

/** The log after `cost` calls at `nowMs`, without what no limit can see any more. */
export function withCalls(log: CallLog, limits: readonly CallLimit[], cost: number, nowMs: number): CallLog {
  const windowMs = Math.max(...limits.map((limit) => limit.perMs))
  const made = [...log.made.filter((at) => at > nowMs - windowMs), ...Array<number>(cost).fill(nowMs)]
  return { made, silentUntil: log.silentUntil }
}

export interface Pacer {
  /** Waits for leave to make `cost` calls, or says after how many seconds to come back. Rejects when `signal` aborts. */
  leave(
    key: string,
    cost: number,
    signal?: AbortSignal,
  ): Promise<{ kind: 'go' } | { kind: 'later'; afterSeconds: number }>
  /** The other side asked for silence. */
  hush(key: string, seconds: number): void
}

const KEYS_MAX = 1_000

/** Keeps calls under an outside system's limits, per key. Its clock is real elapsed time: the other side knows no other. */
export function createPacer(
  limits: readonly CallLimit[],
  waitMsMax: number,
  clock: Pick<PaceClock, 'nowMs' | 'wait'> = elapsedTime,
): Pacer {
  const logs = new Map<string, CallLog>()
  const quiet: CallLog = { made: [], silentUntil: 0 }
  const keep = (key: string, log: CallLog) => {
    logs.delete(key)
    logs.set(key, log)
    const oldest = logs.keys().next()
    if (logs.size > KEYS_MAX && !oldest.done) logs.delete(oldest.value)
  }

  return {
    async leave(key, cost, signal) {
      const nowMs = clock.nowMs()
      const log = logs.get(key) ?? quiet
      const ms = waitMs(log, limits, cost, nowMs)
      if (ms > waitMsMax) return { kind: 'later', afterSeconds: Math.ceil(ms / 1_000) }
      // Booked before the wait, so that two callers never share a place.
      keep(key, withCalls(log, limits, cost, nowMs + ms))
      if (ms > 0) await clock.wait(ms, signal)
      return { kind: 'go' }
    },
    hush(key, seconds) {
      const log = logs.get(key) ?? quiet
      keep(key, { ...log, silentUntil: Math.max(log.silentUntil, clock.nowMs() + seconds * 1_000) })
    },
  }
}

const elapsedTime = {
  nowMs: () => performance.now(),
  wait: (ms: number, signal?: AbortSignal) => sleep(ms, undefined, signal ? { signal } : {}),
}
