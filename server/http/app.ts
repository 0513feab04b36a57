import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import { fastifySSE } from '@fastify/sse'
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { drawCurtain } from '../access/curtain.ts'
import { authenticate } from '../access/gate.ts'
import { doorRoutes, invitationRoutes, sessionRoutes } from '../access/routes.ts'
import { viewerOf } from '../access/sight.ts'
import { connectorRoutes } from '../alert-actions/connectors/routes.ts'
import { alertActionRoutes } from '../alert-actions/routes.ts'
import { alertSourceRoutes } from '../alert-sources/routes.ts'
import { ruleRoutes } from '../alert-sources/rules/routes.ts'
import { byHandRoutes } from '../alerts/by-hand/routes.ts'
import { commentRoutes } from '../alerts/comments/routes.ts'
import { alertRoutes } from '../alerts/routes.ts'
import { savedViewRoutes } from '../alerts/saved-views/routes.ts'
import { alertVerbRoutes } from '../alerts/verbs/routes.ts'
import { answerCallbacks } from '../answers/routes.ts'
import { auditRoutes } from '../audit/routes.ts'
import { directoryRoutes } from '../directory/routes.ts'
import { coverageRequestRoutes } from '../duties/requests/routes.ts'
import { ownShiftRoutes } from '../duties/shifts/routes.ts'
import type { EngineHealth } from '../engine/engine.ts'
import { onCallRoutes } from '../escalation/on-calls/routes.ts'
import { policyRoutes } from '../escalation/policies/routes.ts'
import { heartbeatRoutes, pingRoutes } from '../heartbeats/routes.ts'
import { deliveryRoutes } from '../intake/deliveries/routes.ts'
import { intakeRoutes } from '../intake/routes.ts'
import { BODY_BYTES_MAX } from '../intake/schema.ts'
import { maintenanceRoutes } from '../maintenance/routes.ts'
import { answerPages } from '../notifications/answer-page/routes.ts'
import { channelRoutes } from '../notifications/channels/routes.ts'
import { contactRoutes } from '../notifications/contacts/routes.ts'
import { lastResortRoutes } from '../notifications/last-resort/routes.ts'
import { noticeRoutes } from '../notifications/notices/routes.ts'
import { preferenceRoutes } from '../notifications/rules/routes.ts'
import { calendarFeeds, feedRoutes } from '../oncall/feeds/routes.ts'
import { calendarImportRoutes } from '../oncall/imports/routes.ts'
import { scheduleRoutes } from '../oncall/routes.ts'
import { supportHoursRoutes } from '../oncall/support-hours/routes.ts'
import { reconciliationRoutes } from '../reconciliation/routes.ts'
import { readJson } from '../runtime/json.ts'
import { Problem } from '../runtime/problem.ts'
import { elapsedMs } from '../runtime/timers.ts'
import { simulationRoutes } from '../simulation/routes.ts'
import { statusRoutes } from '../status/routes.ts'
import { watchRoutes } from '../watch/routes.ts'
import { writeBackRoutes } from '../writeback/routes.ts'
import { problemOf, sendProblem } from './errors.ts'
import { healthRoutes } from './health.ts'
import { type LiveHub, liveRoute } from './live.ts'
import type { Metrics } from './metrics.ts'
import { describeApi } from './openapi.ts'
import type { App, RouteContext, Routes } from './route.ts'
import { errorPages, readFrame, serveWeb } from './web.ts'

export interface AppParts {
  live: LiveHub
  engine: EngineHealth
  metrics: Metrics
}

const REQUEST_MS_MAX = 30_000
/** Room for the longest e-mail address, name or integration key, percent-encoded. */
const PARAM_LENGTH_MAX = 1_000
const behindTheGate: readonly Routes[] = [
  sessionRoutes,
  invitationRoutes,
  alertSourceRoutes,
  ruleRoutes,
  alertRoutes,
  alertVerbRoutes,
  commentRoutes,
  byHandRoutes,
  savedViewRoutes,
  auditRoutes,
  deliveryRoutes,
  maintenanceRoutes,
  alertActionRoutes,
  connectorRoutes,
  heartbeatRoutes,
  directoryRoutes,
  policyRoutes,
  lastResortRoutes,
  contactRoutes,
  preferenceRoutes,
  noticeRoutes,
  channelRoutes,
  scheduleRoutes,
  ownShiftRoutes,
  coverageRequestRoutes,
  onCallRoutes,
  supportHoursRoutes,
  calendarImportRoutes,
  feedRoutes,
  reconciliationRoutes,
  writeBackRoutes,
  statusRoutes,
  simulationRoutes,
  watchRoutes,
]

/** Builds the HTTP server: every room's routes, problem details, the web app. It does not listen yet. */
export async function buildApp(context: RouteContext, parts: AppParts): Promise<App> {
  const { log, settings } = context
  const app: App = fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX, ignoreTrailingSlash: true },
    // A client that speaks broken HTTP is told so in the same words as everybody.
    frameworkErrors: (error, request, reply) => sendProblem(request, reply, problemOf(error, log), settings.publicUrl),
  }).withTypeProvider()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.decorateRequest('actor', null)
  app.decorateRequest('viewer')
  app.setErrorHandler((error, request, reply) => sendProblem(request, reply, problemOf(error, log), settings.publicUrl))
  const methods = watchMethods(app)
  readBodiesLeniently(app)
  await app.register(cookie)
  await protect(app, settings.publicUrl)
  await app.register(rateLimit, { global: false })
  await app.register(fastifySSE, { heartbeatInterval: 15_000 })
  await describeApi(app)
  measure(app, parts.metrics)

  await mountApi(app, context, parts)
  healthRoutes(app, context, parts)
  answerPages(app, context)
  answerCallbacks(app, context)
  calendarFeeds(app, context)
  errorPages(app)
  const hasWeb = await serveWeb(app)
  answerTheRest(app, context, methods, hasWeb ? readFrame() : null)
  return app
}

async function mountApi(app: App, context: RouteContext, parts: AppParts): Promise<void> {
  const mount = (prefix: string, isHidden: boolean) =>
    app.register(
      async (api) => {
        if (isHidden) {
          api.addHook('onRoute', (route) => {
            route.schema = { ...route.schema, hide: true }
          })
        }
        // Answers are about one moment and one person.
        api.addHook('onSend', async (_request, reply) => void reply.header('cache-control', 'no-store'))
        await api.register(async (open) => doorRoutes(open as App, context))
        await api.register(async (open) => pingRoutes(open as App, context))
        await api.register(async (gated) => {
          gated.addHook('onRequest', async (request) => {
            request.actor = await authenticate(request, context)
            request.viewer = viewerOf(request.actor)
          })
          gated.addHook('preHandler', (request) => drawCurtain(request, context))
          for (const routes of behindTheGate) routes(gated as App, context)
          liveRoute(gated as App, context, parts.live)
        })
      },
      { prefix },
    )
  await mount('/api', false)
  await mount('/api/v1', true)
  await app.register(async (door) => intakeRoutes(door as App, context), { prefix: '/api' })
}

/** JSON as our clients send it: an empty body is no body, and depth is bounded before it is parsed. */
function readBodiesLeniently(app: App): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(/^application\/(.+\+)?json/, { parseAs: 'string' }, (_request, body, done) => {
    const text = String(body)
    if (text.trim() === '') return done(null, undefined)
    const read = readJson(text, 'plain')
    if (read.ok) done(null, read.value)
    else done(new Problem('invalid-json', read.reason), undefined)
  })
}

async function protect(app: App, publicUrl: string): Promise<void> {
  const isSecure = publicUrl.startsWith('https:')
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        // Pictures in alerts come from the systems that sent them.
        imgSrc: ["'self'", 'https:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: isSecure,
    crossOriginOpenerPolicy: isSecure,
    originAgentCluster: isSecure,
    // Not no-referrer: with it a browser would say Origin: null of our own forms.
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  })
}

function measure(app: App, metrics: Metrics): void {
  const began = new WeakMap<FastifyRequest, number>()
  app.addHook('onRequest', async (request) => void began.set(request, elapsedMs()))
  app.addHook('onResponse', async (request: FastifyRequest, reply: FastifyReply) => {
    const seconds = (elapsedMs() - (began.get(request) ?? elapsedMs())) / 1_000
    metrics.observeAnswer(request.routeOptions.url ?? 'unknown', request.method, reply.statusCode, seconds)
  })
}

/** Which methods each address takes, so that another one is told 405 rather than 404. */
function watchMethods(app: App): (path: string) => string[] {
  const routes: { pattern: RegExp; methods: string[] }[] = []
  app.addHook('onRoute', ({ url, method }) => {
    const source = url
      .split('/')
      .map((part) =>
        part === '*' ? '.*' : part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
      )
      .join('/')
    routes.push({ pattern: new RegExp(`^${source}/?$`), methods: [method].flat().map(String) })
  })
  return (path) => [...new Set(routes.filter((route) => route.pattern.test(path)).flatMap((route) => route.methods))]
}

function answerTheRest(
  app: App,
  context: RouteContext,
  methods: (path: string) => string[],
  frame: string | null,
): void {
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '/'
    const isOurs = /^\/(api|api-docs|answer|callbacks|calendar|live|ready|metrics|docs)(\/|$)/.test(path)
    if (!isOurs && (request.method === 'GET' || request.method === 'HEAD')) return sendFrame(reply, frame)
    const allowed = methods(path).filter((method) => method !== request.method)
    if (isOurs && allowed.length > 0) {
      reply.header('allow', allowed.join(', '))
      const problem = new Problem(
        'method-not-allowed',
        `This address takes ${allowed.join(', ')}, not ${request.method}.`,
      )
      return sendProblem(request, reply, problem, context.settings.publicUrl)
    }
    return sendProblem(
      request,
      reply,
      new Problem('not-found', 'There is nothing at this address.'),
      context.settings.publicUrl,
    )
  })
}

function sendFrame(reply: FastifyReply, frame: string | null): FastifyReply {
  if (frame === null) {
    return reply
      .code(503)
      .header('content-type', 'text/plain; charset=utf-8')
      .send('The web app is not built: run npm run build.\n')
  }
  return reply.header('content-type', 'text/html; charset=utf-8').header('cache-control', 'no-cache').send(frame)
}
