import type * as real from '../../../../server/runtime/timers.ts'
import type { Appointment } from '../../time/agenda.ts'
import { host } from '../../time/host.ts'

export const elapsedMs: typeof real.elapsedMs = () => host().elapsedMs()

export const every: typeof real.every = (ms, work) => {
  const process = host()
  let busy = false
  let next: Appointment
  const plan = () => {
    next = process.after(ms, () => {
      plan()
      void run()
    })
  }
  const run = async () => {
    if (busy) return
    busy = true
    try {
      await work()
    } catch {
      // The next run is the retry.
    } finally {
      busy = false
    }
  }
  plan()
  return { stop: () => next.cancel() }
}

export const wait: typeof real.wait = (ms, signal) => {
  if (signal?.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      timer.cancel()
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = host().after(ms, done)
    signal?.addEventListener('abort', done, { once: true })
  })
}

export const within: typeof real.within = (ms, message, work) =>
  new Promise((resolve, reject) => {
    const timer = host().after(ms, () => reject(new Error(message)))
    work.then(resolve, reject).finally(() => timer.cancel())
  })
