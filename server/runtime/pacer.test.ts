import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CallLog, createPacer, waitMs, withCalls } from './pacer.ts'

const limits = [
  { calls: 3, perMs: 2_000 },
  { calls: 5, perMs: 60_000 },
]

function testClock() {
  let nowMs = 0
  return {
    nowMs: () => nowMs,
    wait: async (ms: number) => {
      nowMs += ms
    },
    pass: (ms: number) => {
      nowMs += ms
    },
  }
}

describe('calls under a limit', () => {
  test('as many as the limit go at once, the next waits for the oldest to leave the window', () => {
    let log: CallLog = { made: [], silentUntil: 0 }
    log = withCalls(log, limits, 2, 100)
    expect(waitMs(log, limits, 1, 200)).toBe(0)
    log = withCalls(log, limits, 1, 200)
    expect(waitMs(log, limits, 1, 300)).toBe(1_800)
    expect(waitMs(log, limits, 2, 300)).toBe(1_800)
    expect(waitMs(log, limits, 2, 2_100)).toBe(0)
  })

  test('no window ever holds more calls than its limit, whatever is asked when', () => {
    const asks = fc.array(
      fc.record({ cost: fc.integer({ min: 1, max: 2 }), pause: fc.integer({ min: 0, max: 3_000 }) }),
      { maxLength: 60 },
    )
    fc.assert(
      fc.property(asks, (plan) => {
        const starts: number[] = []
        let log: CallLog = { made: [], silentUntil: 0 }
        let nowMs = 0
        for (const { cost, pause } of plan) {
          nowMs += pause
          nowMs += waitMs(log, limits, cost, nowMs)
          log = withCalls(log, limits, cost, nowMs)
          for (let call = 0; call < cost; call += 1) starts.push(nowMs)
        }
        for (const limit of limits) {
          for (const from of starts) {
            expect(starts.filter((at) => at >= from && at < from + limit.perMs).length).toBeLessThanOrEqual(limit.calls)
          }
        }
      }),
    )
  })

  test('a short wait is waited, a long one is handed back in seconds', async () => {
    const clock = testClock()
    const pacer = createPacer(limits, 5_000, clock)
    for (let call = 0; call < 5; call += 1) expect(await pacer.leave('a', 1)).toEqual({ kind: 'go' })
    expect(clock.nowMs()).toBe(2_000)
    expect(await pacer.leave('a', 1)).toEqual({ kind: 'later', afterSeconds: 58 })
    expect(await pacer.leave('b', 1)).toEqual({ kind: 'go' })
  })

  test('silence the other side asked for is kept, for that key alone', async () => {
    const clock = testClock()
    const pacer = createPacer(limits, 1_000, clock)
    pacer.hush('a', 30)
    pacer.hush('a', 5)
    expect(await pacer.leave('a', 1)).toEqual({ kind: 'later', afterSeconds: 30 })
    expect(await pacer.leave('b', 1)).toEqual({ kind: 'go' })
    clock.pass(30_000)
    expect(await pacer.leave('a', 1)).toEqual({ kind: 'go' })
  })
})
