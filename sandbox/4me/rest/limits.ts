const HOUR_MS = 3_600_000
const HOUR_CALLS = 3_600
const BURST_MS = 2_000
const BURST_CALLS = 20
const KEYS_MAX = 1_000

export interface LimitVerdict {
  allowed: boolean
  headers: Record<string, string>
}

/** Counts the calls of each token against 3,600 per hour and 20 per 2 seconds. */
export interface Limits {
  take(key: string, now: Date): LimitVerdict
  peek(key: string, now: Date): { limit: number; remaining: number; reset: number }
}

/** Starts counting from nothing. */
export function createLimits(): Limits {
  const calls = new Map<string, number[]>()

  function recent(key: string, nowMs: number): number[] {
    const kept = (calls.get(key) ?? []).filter((at) => at > nowMs - HOUR_MS)
    if (calls.size >= KEYS_MAX && !calls.has(key)) calls.delete(calls.keys().next().value ?? '')
    calls.set(key, kept)
    return kept
  }

  function peek(key: string, now: Date) {
    const times = recent(key, now.getTime())
    const reset = Math.ceil(((times[0] ?? now.getTime()) + HOUR_MS) / 1_000)
    return { limit: HOUR_CALLS, remaining: Math.max(HOUR_CALLS - times.length, 0), reset }
  }

  return {
    peek,
    take(key, now) {
      const nowMs = now.getTime()
      const times = recent(key, nowMs)
      const burst = times.filter((at) => at > nowMs - BURST_MS)
      const isHourUsed = times.length >= HOUR_CALLS
      const allowed = !isHourUsed && burst.length < BURST_CALLS
      if (allowed) times.push(nowMs)
      const { limit, remaining, reset } = peek(key, now)
      const freeAt = isHourUsed ? (times[0] ?? nowMs) + HOUR_MS : (burst[0] ?? nowMs) + BURST_MS
      return {
        allowed,
        headers: {
          'x-ratelimit-limit': String(limit),
          'x-ratelimit-remaining': String(remaining),
          'x-ratelimit-reset': String(reset),
          ...(allowed ? {} : { 'retry-after': String(Math.max(1, Math.ceil((freeAt - nowMs) / 1_000))) }),
        },
      }
    },
  }
}
