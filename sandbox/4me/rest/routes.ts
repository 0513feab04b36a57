import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Desk } from '../desk.ts'
import { takeRestFault } from '../faults.ts'
import { ALGORITHMS } from '../policies.ts'
import {
  CATEGORIES,
  COMPLETION_REASONS,
  IMPACTS,
  MAJOR_INCIDENT_STATUSES,
  STATUSES,
  WEBHOOK_EVENTS,
} from '../vocabulary.ts'
import { addDirectoryRoutes } from './directory-routes.ts'
import { forbidden, invalidJson, notFound, RestError, unauthorized, validationFailed } from './errors.ts'
import { addEventRoutes } from './event-routes.ts'
import { admit, type Caller, mustBeAllowed } from './gate.ts'
import { createLimits } from './limits.ts'
import { addPolicyRoutes } from './policy-routes.ts'
import { personShape } from './shapes.ts'
import { addTicketRoutes } from './ticket-routes.ts'
import { addWebhookRoutes } from './webhook-routes.ts'

const BAD_GATEWAY = `<html>
<head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body>
</html>
`

/** The newest calls, for tests that ask what was asked. */
const CALLS_MAX = 5_000

/** Adds the caller to a request that passed the gate. */
export type CallerOf = (request: FastifyRequest) => Caller

/** The REST API under /v1: gate, limits, faults, and everything behind them. */
export function restRoutes(desk: Desk) {
  const limits = createLimits()
  const callers = new WeakMap<FastifyRequest, Caller>()
  const callerOf: CallerOf = (request) => {
    const caller = callers.get(request)
    if (!caller) throw unauthorized()
    return caller
  }

  return async (app: FastifyInstance): Promise<void> => {
    readJsonBodies(app)
    app.addHook('onRequest', async (request, reply) => {
      reply.headers({ 'cache-control': 'no-store', 'x-request-id': randomUUID() })
      desk.calls.push({ method: request.method, path: request.url, at: desk.now().toISOString() })
      if (desk.calls.length > CALLS_MAX) desk.calls.shift()
      const fault = takeRestFault(desk.state.faults, request.method)
      const { slowMs } = desk.state.faults.rest
      if (slowMs > 0) await wait(slowMs)
      pretend(desk, fault)
      if (isOpenToAll(request)) return
      const caller = admit(desk, request)
      callers.set(request, caller)
      if (request.url.startsWith('/v1/rate_limit')) return
      const verdict = limits.take(String(caller.token.id), desk.now())
      reply.headers(verdict.headers)
      if (!verdict.allowed) throw tooMany(desk, verdict.headers)
    })
    app.addHook('onSend', async (request, reply, payload) => tag(request, reply, payload))
    app.setErrorHandler((error: FastifyError, _request, reply) => answerError(error, reply))
    app.setNotFoundHandler((_request, reply) => reply.code(404).send({ message: 'Not Found' }))

    app.get('/', async () => ({}))
    app.get('/me', async (request) => {
      const caller = callerOf(request)
      mustBeAllowed(caller, 'me', 'R')
      return personShape(desk.state, caller.person)
    })
    app.get('/rate_limit', async (request) => {
      const { limit, remaining, reset } = limits.peek(String(callerOf(request).token.id), desk.now())
      return { resources: { core: { limit, remaining, reset } } }
    })
    app.get('/enums', async (request) => {
      callerOf(request)
      return {
        request: {
          status: STATUSES.request,
          category: CATEGORIES.request,
          impact: IMPACTS.request,
          completion_reason: COMPLETION_REASONS,
          major_incident_status: MAJOR_INCIDENT_STATUSES,
          grouping: ['none', 'group', 'grouped'],
          satisfaction: ['satisfied', 'dissatisfied'],
        },
        problem: { status: STATUSES.problem, category: CATEGORIES.problem, impact: IMPACTS.problem },
        webhook: { event: WEBHOOK_EVENTS },
        webhook_policy: { jwt_alg: ALGORITHMS },
      }
    })
    addTicketRoutes(app, desk, 'request', callerOf)
    addTicketRoutes(app, desk, 'problem', callerOf)
    addWebhookRoutes(app, desk, callerOf)
    addPolicyRoutes(app, desk, callerOf)
    addDirectoryRoutes(app, desk, callerOf)
    addEventRoutes(app, desk, callerOf)
  }
}

/** Every body is JSON and an object, whatever its content type says. */
function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => {
    try {
      const body: unknown = text === '' ? {} : JSON.parse(String(text))
      if (typeof body !== 'object' || body === null || Array.isArray(body)) done(invalidJson())
      else done(null, body)
    } catch {
      done(invalidJson())
    }
  })
}

function isOpenToAll(request: FastifyRequest): boolean {
  return /^\/v1\/?(\?|$)/.test(request.url)
}

function pretend(desk: Desk, fault: ReturnType<typeof takeRestFault>): void {
  if (fault === '429') throw tooMany(desk, { 'retry-after': '2' })
  if (fault === '429-silent') throw tooMany(desk, {})
  if (fault === '502-html') throw new RestError(502, BAD_GATEWAY, { 'content-type': 'text/html' })
  if (fault === '401') throw unauthorized()
  if (fault === '403') throw forbidden()
  if (fault === '422')
    throw validationFailed([
      ['status', 'Status cannot be changed'],
      ['member', "Member can't be blank"],
    ])
  if (fault === '500') throw new RestError(500, { message: 'Internal Server Error' })
  if (fault === 'truncated')
    throw new RestError(200, '{"id":1,"subject":"Mail is do', { 'content-type': 'application/json; charset=utf-8' })
}

function tooMany(desk: Desk, headers: Record<string, string>): RestError {
  const body = { message: 'Too Many Requests', documentation_url: `${desk.origin()}/v1/#rate-limiting` }
  return new RestError(429, body, headers)
}

function tag(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  reply.header('x-runtime', (reply.elapsedTime / 1_000).toFixed(6))
  if (request.method !== 'GET' || reply.statusCode !== 200 || typeof payload !== 'string') return payload
  const etag = `W/"${createHash('sha256').update(payload).digest('hex').slice(0, 32)}"`
  reply.header('etag', etag)
  if (request.headers['if-none-match'] !== etag) return payload
  reply.code(304).removeHeader('content-length')
  return null
}

function answerError(error: FastifyError | RestError, reply: FastifyReply): FastifyReply {
  if (error instanceof RestError) return reply.code(error.status).headers(error.headers).send(error.body)
  const status = error.statusCode ?? 500
  if (status === 404) return answerError(notFound(), reply)
  if (status === 403) return answerError(forbidden(), reply)
  if (status < 500) return reply.code(status).send({ message: error.message })
  console.error('sandbox: a REST call failed', error)
  return reply.code(500).send({ message: 'Internal Server Error' })
}
