import { randomUUID } from 'node:crypto'
import type { Viewer } from '../access/sight.ts'
import { isHidden } from '../access/sight-store.ts'
import type { Database } from '../database/connection.ts'
import type { Log } from '../runtime/log.ts'
import type { App, RouteContext } from './route.ts'

interface LiveMessage {
  id: string
  event: string
  data: string
}

const REMEMBERED_MAX = 1_000

/** Hands what the database told on to every open browser, and remembers enough for one that was away for a moment. */
export class LiveHub {
  readonly #boot = randomUUID().slice(0, 8)
  readonly #listeners = new Set<(message: LiveMessage) => void>()
  readonly #recent: LiveMessage[] = []
  readonly #log: Log
  #count = 0

  constructor(log: Log) {
    this.#log = log
  }

  /** A payload of `tellLive`, as it came over the wire. */
  tell(payload: string): void {
    try {
      const { kind, ...rest } = JSON.parse(payload)
      this.#send(String(kind), JSON.stringify(rest))
    } catch (cause) {
      this.#log.warn({ reason: String(cause) }, 'http.live-event-unreadable')
    }
  }

  /** Something may have been missed: whoever watches reads everything again. */
  resync(): void {
    this.#send('resync', '{}')
  }

  #send(event: string, data: string): void {
    this.#count += 1
    const message = { id: `${this.#boot}-${this.#count}`, event, data }
    this.#recent.push(message)
    if (this.#recent.length > REMEMBERED_MAX) this.#recent.shift()
    for (const listener of this.#listeners) listener(message)
  }

  /** What was sent after this id; null when it is not remembered. */
  since(id: string): LiveMessage[] | null {
    const at = this.#recent.findIndex((message) => message.id === id)
    return at < 0 ? null : this.#recent.slice(at + 1)
  }

  /** How many browsers are open. */
  get listeners(): number {
    return this.#listeners.size
  }

  listen(listener: (message: LiveMessage) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

/** True when a message is about something this viewer does not see. */
async function isAboutHidden(db: Database, viewer: Viewer, { event, data }: LiveMessage): Promise<boolean> {
  const about = JSON.parse(data) as { id?: number; alertSourceId?: number }
  if (event === 'alert') return isHidden(db, viewer, 'alert', String(about.id))
  if (event === 'alert-source') return isHidden(db, viewer, 'alert-source', String(about.id))
  if (event === 'delivery') return isHidden(db, viewer, 'alert-source', String(about.alertSourceId))
  return false
}

/** Passes messages on in their order, but for what this viewer does not see. */
function curtained(
  { db, log }: Pick<RouteContext, 'db' | 'log'>,
  viewer: Viewer,
  write: (message: LiveMessage) => void,
): (message: LiveMessage) => void {
  if (viewer.sees === 'everything') return write
  let before = Promise.resolve()
  return (message) => {
    before = before.then(async () => {
      try {
        if (!(await isAboutHidden(db, viewer, message))) write(message)
      } catch (cause) {
        log.warn({ reason: String(cause) }, 'http.live-event-unchecked')
        write({ ...message, event: 'resync', data: '{}' })
      }
    })
  }
}

/** The stream of changes, for a browser with a session. */
export function liveRoute(app: App, context: Pick<RouteContext, 'db' | 'log'>, hub: LiveHub): void {
  app.get(
    '/live',
    { sse: 'only', schema: { operationId: 'getLive', summary: 'Changes as they happen', tags: ['Live'] } },
    async (request, reply) => {
      const { sse } = reply
      const write = curtained(context, request.viewer, (message) => {
        if (sse.isConnected) void sse.send(message).catch(() => {})
      })
      sse.keepAlive()
      sse.sendHeaders()
      // Node keeps them back until the first byte of a body, and a quiet night has none.
      reply.raw.flushHeaders()
      const lastId = request.headers['last-event-id']
      if (typeof lastId === 'string') {
        for (const message of hub.since(lastId) ?? [{ id: lastId, event: 'resync', data: '{}' }]) write(message)
      }
      sse.onClose(hub.listen(write))
    },
  )
}
