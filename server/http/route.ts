import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Actor } from '../access/actor.ts'
import type { Viewer } from '../access/sight.ts'
import type { Database } from '../database/connection.ts'
import type { Outbound } from '../integrations/contract.ts'
import type { AnswerLinks } from '../notifications/answers.ts'
import type { ChannelBook } from '../notifications/channels/book.ts'
import type { Clock } from '../runtime/clock.ts'
import { invariant } from '../runtime/invariant.ts'
import type { Log } from '../runtime/log.ts'
import type { Secrets } from '../runtime/secrets.ts'
import type { Settings } from '../runtime/settings.ts'
import type { HeartbeatState } from '../watch/heartbeat/heartbeat.ts'

/** The HTTP server, with types read from the zod schemas of its routes. */
export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

/** What routes work with. */
export interface RouteContext {
  db: Database
  clock: Clock
  secrets: Secrets
  settings: Settings
  outbound: Outbound
  channels: ChannelBook
  links: AnswerLinks
  /** How this node stood when it last looked at itself. */
  pulse: () => HeartbeatState
  log: Log
}

/** Adds one area's routes; mounted under `/api` and, for older clients, under `/api/v1`. */
export type Routes = (app: App, context: RouteContext) => void

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The shape of a body that the route reads by itself, for the API's description. */
    describedBody?: unknown
  }
  interface FastifyRequest {
    /** Who asks, with the role they have on what the address names. */
    actor: Actor | null
    /** What their own role and their teams let them see. */
    viewer: Viewer
  }
}

/** Who asks; the gate before every API route has made sure that somebody does. */
export function actorOf(request: FastifyRequest): Actor {
  invariant(request.actor, 'a route behind the gate has an actor')
  return request.actor
}
