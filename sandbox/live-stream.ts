import type { FastifyReply } from 'fastify'

const HEARTBEAT_MS = 20_000

/** Browsers that look at a page now, told of changes by server-sent events. */
export interface LiveStream {
  join(reply: FastifyReply): void
  tell(event: string, data: unknown): void
  close(): void
}

/** Opens a stream that any number of pages may join. */
export function createLiveStream(): LiveStream {
  const viewers = new Set<FastifyReply>()
  const heartbeat = setInterval(() => {
    for (const viewer of viewers) viewer.raw.write(': still here\n\n')
  }, HEARTBEAT_MS)
  heartbeat.unref()
  return {
    join(reply) {
      reply.hijack()
      reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      reply.raw.write('retry: 1000\n\n')
      viewers.add(reply)
      reply.raw.on('close', () => viewers.delete(reply))
    },
    tell(event, data) {
      for (const viewer of viewers) viewer.raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    },
    close() {
      clearInterval(heartbeat)
      for (const viewer of viewers) viewer.raw.destroy()
    },
  }
}
