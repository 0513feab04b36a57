import { commitNow } from '../database/probe.ts'
import type { EngineHealth } from '../engine/engine.ts'
import { Problem } from '../runtime/problem.ts'
import { within } from '../runtime/timers.ts'
import type { Metrics } from './metrics.ts'
import type { App, RouteContext } from './route.ts'

const READY_MS_MAX = 3_000
/** A station that did not turn for this long hangs. */
const SILENT_MS_MAX = 60_000

/** Whether the process lives, whether it can commit now, and its figures: for machines, without sign-in. */
export function healthRoutes(app: App, context: RouteContext, parts: { engine: EngineHealth; metrics: Metrics }): void {
  const hidden = { schema: { hide: true } }
  app.get('/live', hidden, async (_request, reply) => {
    const silentMs = Math.round(parts.engine.silentMs())
    const isTurning = silentMs < SILENT_MS_MAX
    return reply.code(isTurning ? 200 : 503).send({ status: isTurning ? 'live' : 'hanging', silentMs })
  })
  app.get('/ready', hidden, async () => {
    try {
      await within(READY_MS_MAX, 'The database does not answer in time.', commitNow(context.db))
    } catch (cause) {
      throw new Problem('database-away', 'The database cannot commit just now.', { retryAfterSeconds: 2, cause })
    }
    return { status: 'ready' }
  })
  app.get('/metrics', hidden, async (_request, reply) => {
    const text = await parts.metrics.text()
    return reply.header('content-type', parts.metrics.contentType).header('cache-control', 'no-store').send(text)
  })
}
