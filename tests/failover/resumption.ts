import { subscribe, unsubscribe } from 'node:diagnostics_channel'

interface Request {
  method: string
  path: string
}

/** Watches the sender's own requests from below, so that the sender need not know that it is timed. */
export interface Resumption {
  /** Milliseconds until the first 2xx of a delivery whose attempt began after this call. */
  next(withinMs: number): Promise<number>
  close(): void
}

const DELIVERY = /^\/api\/(v1\/)?events\b/

/** Begins to watch. An answer to what was sent before a kill proves nothing: it may have been on its way already. */
export function watchResumption(): Resumption {
  const began = new WeakMap<object, number>()
  let waiting: { since: number; resolve: (ms: number) => void } | null = null

  const onCreate = (message: unknown) => {
    const { request } = message as { request: Request }
    if (request.method === 'POST' && DELIVERY.test(request.path)) began.set(request, performance.now())
  }
  const onHeaders = (message: unknown) => {
    const { request, response } = message as { request: Request; response: { statusCode: number } }
    const start = began.get(request)
    const isPromise = response.statusCode >= 200 && response.statusCode < 300
    if (!waiting || !isPromise || start === undefined || start < waiting.since) return
    waiting.resolve(performance.now() - waiting.since)
    waiting = null
  }
  subscribe('undici:request:create', onCreate)
  subscribe('undici:request:headers', onHeaders)
  return {
    next: (withinMs) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`No delivery was acknowledged within ${withinMs} ms.`)),
          withinMs,
        )
        waiting = {
          since: performance.now(),
          resolve: (ms) => {
            clearTimeout(timer)
            resolve(ms)
          },
        }
      }),
    close: () => {
      unsubscribe('undici:request:create', onCreate)
      unsubscribe('undici:request:headers', onHeaders)
    },
  }
}
