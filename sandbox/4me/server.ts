import { readFile } from 'node:fs/promises'
import cookie from '@fastify/cookie'
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify'
import { addressOf, explainListenError, portOf } from '../listen.ts'
import { createLiveStream } from '../live-stream.ts'
import { isSameSite } from '../same-site.ts'
import type { SandboxOptions } from '../settings.ts'
import { createCourier } from './courier.ts'
import { createDesk, type Desk } from './desk.ts'
import { addOauthRoutes } from './oauth-routes.ts'
import { restRoutes } from './rest/routes.ts'
import { addFaultsScreen } from './screens/faults-page.ts'
import { messagePage } from './screens/page.ts'
import { addDiscoveryRoutes, addPolicyScreens } from './screens/policy-routes.ts'
import { directoryPage, settingsPage } from './screens/settings-pages.ts'
import { addTicketScreens } from './screens/ticket-routes.ts'
import { addTokenScreens } from './screens/token-routes.ts'
import { fieldsOf, PERSON_COOKIE, safePath, send, type VisitOf, visitsOf } from './screens/visits.ts'
import { addVerifyCallback, addWebhookScreens } from './screens/webhook-routes.ts'
import { seedState } from './seeds.ts'
import { openStore } from './store.ts'
import { tellNight } from './story.ts'
import { addTestApi } from './test-api.ts'

const BODY_BYTES_MAX = 1024 * 1024
const WAKE_MS = 200
const CONTENT_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

/** What only tests change about a running sandbox. */
export interface SandboxClock {
  now?: () => Date
  deliveryTimeoutMs?: number
}

export interface RunningFourme {
  url: string
  desk: Desk
  close(): Promise<void>
}

/** Starts the pretend 4me account: screens, REST, oauth and verify callback on one port. */
export async function startFourme(options: SandboxOptions, clock: SandboxClock = {}): Promise<RunningFourme> {
  const now = clock.now ?? (() => new Date())
  let isNew = false
  const store = await openStore(options.dataDir, () => {
    isNew = true
    return seedState(options.account, now(), options.randomSeed)
  })
  let origin = options.publicUrl ?? ''
  const timeScale = () => store.state.faults.timeScale ?? options.timeScale
  const courier = createCourier({ store, now, timeScale, origin: () => origin, timeoutMs: clock.deliveryTimeoutMs })
  const desk = createDesk({ store, courier, now, origin: () => origin, timeScale })

  const app = Fastify({
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
  })
  await app.register(cookie)
  readForms(app)
  guard(app)
  const stream = createLiveStream()
  store.onChange(() => stream.tell('change', {}))
  app.get('/live', (_request, reply) => stream.join(reply))
  await addAssets(app)
  addScreens(app, desk)
  addOauthRoutes(app, desk)
  addTestApi(app, desk)
  await app.register(restRoutes(desk), { prefix: '/v1' })

  const { host, sandboxPort } = options
  const url = await app
    .listen({ host, port: sandboxPort })
    .then(() => addressOf('http', host, portOf(app.server.address(), sandboxPort)))
    .catch((error: unknown) => {
      throw explainListenError(error, 'the 4me sandbox', host, sandboxPort, 'SANDBOX_PORT')
    })
  if (origin === '') origin = url
  if (isNew && options.story === 'night') await tellNight(desk)
  courier.resume()
  const waking = setInterval(() => {
    desk.wake().catch((error: unknown) => console.error('sandbox: a wait could not be ended', error))
  }, WAKE_MS)

  return {
    url,
    desk,
    async close() {
      clearInterval(waking)
      stream.close()
      await courier.close()
      await app.close()
      await store.close()
    },
  }
}

function readForms(app: FastifyInstance): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, text, done) =>
    done(null, new URLSearchParams(String(text))),
  )
}

function guard(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    // Other systems write by these two; they bring a token or a code, never a browser's cookie.
    const isForPrograms =
      /^\/(v1|token|introspect)\b|^\/webhook_policies\/[0-9a-f]+\/(jwks|\.well-known)\b|^\/webhooks\/\d+\/verify\b/.test(
        request.url,
      )
    if (!isForPrograms && !isSameSite(request)) {
      return reply.code(403).send({ message: 'Forbidden: this came from another web site.' })
    }
    reply.headers({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin' })
  })
  app.addHook('onSend', async (_request, reply) => {
    if (String(reply.getHeader('content-type')).startsWith('text/html')) {
      reply.headers({ 'content-security-policy': CONTENT_POLICY, 'cache-control': 'no-store' })
    }
  })
}

async function addAssets(app: FastifyInstance): Promise<void> {
  for (const [name, type] of [
    ['style.css', 'text/css'],
    ['live.js', 'text/javascript'],
  ] as const) {
    const content = await readFile(new URL(`./assets/${name}`, import.meta.url))
    app.get(`/assets/${name}`, async (_request, reply) =>
      reply.type(`${type}; charset=utf-8`).header('cache-control', 'no-cache').send(content),
    )
  }
}

function addScreens(app: FastifyInstance, desk: Desk): void {
  const visitOf = visitsOf(desk)
  app.get('/', async (_request, reply) => reply.redirect('/requests'))
  app.post('/act-as', async (request, reply) => {
    const { person = '', back } = fieldsOf(request.body)
    reply.setCookie(PERSON_COOKIE, person, { path: '/', httpOnly: true, sameSite: 'lax', maxAge: 31_536_000 })
    return reply.redirect(safePath(back), 303)
  })
  app.get<{ Querystring: { q?: string } }>('/settings', async (request, reply) =>
    send(reply, settingsPage(visitOf(request), request.query.q ?? '')),
  )
  app.get<{ Params: { name: string } }>('/settings/:name', async (request, reply) => {
    const markup = directoryPage(visitOf(request), request.params.name)
    return markup === undefined ? reply.callNotFound() : send(reply, markup)
  })
  addTicketScreens(app, desk, 'request', visitOf)
  addTicketScreens(app, desk, 'problem', visitOf)
  addTokenScreens(app, desk, visitOf)
  addVerifyCallback(app, desk, visitOf)
  addWebhookScreens(app, desk, visitOf)
  addPolicyScreens(app, desk, visitOf)
  addDiscoveryRoutes(app, desk)
  addFaultsScreen(app, desk, visitOf)
  answerMisses(app, visitOf)
}

function answerMisses(app: FastifyInstance, visitOf: VisitOf): void {
  app.setNotFoundHandler((request, reply) => {
    if (!request.headers.accept?.includes('text/html')) return reply.code(404).send({ message: 'Not Found' })
    return send(reply.code(404), messagePage(visitOf(request), 'Not found', 'There is nothing at this address.'))
  })
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.name === 'ZodError' ? 400 : (error.statusCode ?? 500)
    if (status >= 500) console.error('sandbox: a call failed', error)
    return reply.code(status).send({ message: status >= 500 ? 'Internal Server Error' : error.message })
  })
}
