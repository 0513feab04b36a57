import type * as real from '../../../../server/runtime/pacer.ts'
import { createPacer as createRealPacer } from '../../../../server/runtime/pacer.ts'
import { type Host, host } from '../../time/host.ts'
import { wait } from './timers.ts'

export { waitMs, withCalls } from '../../../../server/runtime/pacer.ts'

/** The product's own pacer, by the clock of the process that asks: each process has calls of its own. */
export const createPacer: typeof real.createPacer = (limits, waitMsMax) => {
  const pacers = new WeakMap<Host, real.Pacer>()
  const own = () => {
    const process = host()
    const known = pacers.get(process)
    if (known) return known
    const clock = { nowMs: () => process.elapsedMs(), wait: (ms: number, signal?: AbortSignal) => wait(ms, signal) }
    const pacer = createRealPacer(limits, waitMsMax, clock)
    pacers.set(process, pacer)
    return pacer
  }
  return {
    leave: (key, cost, signal) => own().leave(key, cost, signal),
    hush: (key, seconds) => own().hush(key, seconds),
  }
}
