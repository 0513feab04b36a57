import { randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { EventAnswer, EventInput } from '../alerts/schema.ts'
import { isDatabaseAway } from '../http/errors.ts'
import type { App, RouteContext } from '../http/route.ts'
import { integrationBySlug, integrationByType } from '../integrations/index.ts'
import { readJson } from '../runtime/json.ts'
import { fieldProblem, Problem } from '../runtime/problem.ts'
import { within } from '../runtime/timers.ts'
import { SharedCommits } from './batch.ts'
import { Guard } from './guard.ts'
import { keptHeaders } from './headers.ts'
import { KeyRing, type KnownKey } from './key-ring.ts'
import { BODY_BYTES_MAX } from './schema.ts'
import { type ArrivedDelivery, insertDeliveries } from './store.ts'

const BATCH_MAX = 100
const WRITERS_MAX = 4
/** No delivery waits longer for its commit; the sender tries again (invariants.md ING-3). */
const ANSWER_MS_MAX = 4_800
const API_SLUG = 'api'

type Received = FastifyRequest & { arrivedBy: KnownKey | null }

/** The door: keeps what arrived and answers after the commit. Nothing else happens in the request. */
export function intakeRoutes(app: App, context: RouteContext): void {
  const { clock, db, log, outbound } = context
  const keys = new KeyRing(db)
  const guard = new Guard({ db, outbound, log })
  const commits = new SharedCommits<ArrivedDelivery>(
    async (deliveries) => insertDeliveries(db, deliveries, await clock.now()),
    { sizeMax: BATCH_MAX, writersMax: WRITERS_MAX, isItsOwnFault: (cause) => !isDatabaseAway(cause) },
  )

  app.decorateRequest('arrivedBy', null)
  app.removeAllContentTypeParsers()
  // As it came: meaning is the engine's business, and a signature is over bytes.
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX }, (_request, body, done) =>
    done(null, body),
  )

  const keep = async (
    request: FastifyRequest,
    key: KnownKey,
    answerStatus: number,
    body: Buffer,
    marks: Record<string, string> = {},
  ): Promise<string> => {
    const id = randomUUID()
    const delivery = {
      alertSourceId: key.alertSourceId,
      id,
      answerStatus,
      headers: { ...keptHeaders(request.headers), ...marks },
      body,
    }
    try {
      await within(ANSWER_MS_MAX, 'The database does not answer in time.', commits.add(delivery))
    } catch (cause) {
      log.warn({ alertSourceId: key.alertSourceId, reason: String(cause) }, 'intake.not-kept')
      throw new Problem('database-away', 'The delivery could not be stored just now. Send it again.', {
        retryAfterSeconds: 2,
        cause,
      })
    }
    return id
  }

  const openDoor = async (request: FastifyRequest, slug: string, text: string): Promise<KnownKey> => {
    refuseEncoded(request)
    const key = await keys.find(text, () => clock.now())
    if (!key || integrationBySlug(slug)?.type !== key.integrationType) {
      throw new Problem('not-found', 'There is no alert source with this integration key.')
    }
    return key
  }

  app.post<{ Params: { slug: string; key: string } }>(
    '/v1/events/:slug/:key',
    {
      // Before the body is read: a stranger's bytes are not worth the memory.
      onRequest: async (request) => {
        ;(request as unknown as Received).arrivedBy = await openDoor(request, request.params.slug, request.params.key)
      },
      schema: {
        operationId: 'receiveTypedEvent',
        summary: 'Receive a delivery in an outside system’s own format',
        tags: ['Events'],
        security: [],
      },
    },
    async (request, reply) => {
      const key = (request as unknown as Received).arrivedBy
      if (!key) throw new Problem('not-found', 'There is no alert source with this integration key.')
      const integration = integrationByType(key.integrationType)
      const bytes = bytesOf(request)
      const marks = integration ? await guard.admit(key, integration, bytes, () => clock.now()) : {}
      const receipt = await keep(request, key, 200, bytes, marks)
      return reply.code(200).send({ receipt })
    },
  )

  const takeEvent = async (request: FastifyRequest, reply: FastifyReply, keyInPath: string | null) => {
    refuseEncoded(request)
    const bytes = bytesOf(request)
    const event = readEvent(bytes)
    const text = keyInPath ?? event.integrationKey ?? event.apiKey
    if (!text) throw fieldProblem('integrationKey', 'Give the integration key of an alert source.')
    const key = await openDoor(request, API_SLUG, text)
    // The key opens doors, and what is kept is shown.
    const kept = Buffer.from(bytes.toString('utf8').replaceAll(text, '…'), 'utf8')
    const receipt = await keep(request, key, 202, kept)
    const alertKey = event.alertKey || event.incidentKey || null
    reply.code(202)
    return { alertKey, alertUrl: null, responseCode: 'ACCEPTED', receipt }
  }
  const schema = {
    summary: 'Send an event: open, accept, resolve or comment an alert',
    tags: ['Events'],
    security: [],
    response: { 202: EventAnswer },
  }
  // Read by hand: what is wrong with a body is told after its key was found.
  const config = { describedBody: EventInput }
  app.post('/events', { config, schema: { ...schema, operationId: 'createEvent' } }, (request, reply) =>
    takeEvent(request, reply, null),
  )
  app.post('/v1/events', { schema: { ...schema, hide: true } }, (request, reply) => takeEvent(request, reply, null))
  app.post<{ Params: { key: string } }>(
    '/events/:key',
    { config, schema: { ...schema, operationId: 'createEventWithKey' } },
    (request, reply) => takeEvent(request, reply, request.params.key),
  )
}

function refuseEncoded(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new Problem('unsupported-encoding', 'Send the body as it is, without Content-Encoding.')
  }
}

function bytesOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
}

/** The event API alone refuses a malformed body, as its clients expect. */
function readEvent(bytes: Buffer): EventInput {
  const read = readJson(bytes.toString('utf8'), 'plain')
  if (!read.ok) throw new Problem('invalid-json', read.reason)
  const parsed = EventInput.safeParse(read.value)
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.map((issue) => ({ field: issue.path.join('.') || 'body', message: issue.message }))
  throw new Problem('invalid-input', errors.map((one) => `${one.field}: ${one.message}`).join(' '), { errors })
}
