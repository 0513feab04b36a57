import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Desk } from '../desk.ts'
import type { Webhook } from '../model.ts'
import { idFrom } from '../node-id.ts'
import {
  changeWebhook,
  createWebhook,
  removeWebhook,
  type SavedWebhook,
  testWebhook,
  WebhookInput,
} from '../webhooks.ts'
import { forbidden, notFound, validationFailed } from './errors.ts'
import { type Caller, mustBeAllowed } from './gate.ts'
import { paginate, type Query } from './query.ts'
import type { CallerOf } from './routes.ts'
import { webhookShape } from './shapes.ts'

type ById = { Params: { id: string } }

/** Webhooks by REST; only an administrator's token with a scope for webhooks may. */
export function addWebhookRoutes(app: FastifyInstance, desk: Desk, callerOf: CallerOf): void {
  const { state, office } = desk

  const administrator = (request: FastifyRequest, action: 'C' | 'R' | 'U' | 'D'): Caller => {
    const caller = callerOf(request)
    mustBeAllowed(caller, 'webhook', action)
    if (!caller.person.isAdministrator) throw forbidden()
    return caller
  }
  const one = (id: string): Webhook => {
    const number = idFrom(id, 'Webhook')
    const webhook = state.webhooks.find((each) => each.id === number)
    if (!webhook) throw notFound()
    return webhook
  }
  const inputOf = (body: unknown) => {
    const parsed = WebhookInput.safeParse(body ?? {})
    if (parsed.success) return parsed.data
    throw validationFailed(
      parsed.error.issues.map((issue) => [String(issue.path[0]), `${String(issue.path[0])} is invalid`]),
    )
  }
  const done = async (saved: SavedWebhook): Promise<Webhook> => {
    if (!saved.ok) throw validationFailed(saved.errors)
    await desk.store.changed()
    return saved.webhook
  }
  const change = async (request: FastifyRequest<ById>) => {
    const { person } = administrator(request, 'U')
    const webhook = one(request.params.id)
    return webhookShape(state, await done(changeWebhook(office, webhook, inputOf(request.body), person)))
  }

  for (const [suffix, wanted] of [
    ['', null],
    ['/enabled', false],
    ['/disabled', true],
  ] as const) {
    app.get<{ Querystring: Query }>(`/webhooks${suffix}`, async (request, reply) => {
      administrator(request, 'R')
      const shapes = state.webhooks
        .filter((webhook) => wanted === null || webhook.disabled === wanted)
        .map((webhook) => webhookShape(state, webhook))
        .reverse()
      const url = new URL(request.url, desk.origin())
      const { items, headers } = paginate(shapes, request.query, url, [{ field: 'id', sign: -1 }])
      return reply.headers(headers).send(items)
    })
  }
  app.post('/webhooks', async (request, reply) => {
    const { person } = administrator(request, 'C')
    const webhook = await done(createWebhook(office, inputOf(request.body), person))
    return reply
      .code(201)
      .header('location', `${desk.origin()}/webhooks/${webhook.id}`)
      .send(webhookShape(state, webhook))
  })
  app.get<ById>('/webhooks/:id', async (request) => {
    administrator(request, 'R')
    return webhookShape(state, one(request.params.id))
  })
  app.patch<ById>('/webhooks/:id', change)
  app.put<ById>('/webhooks/:id', change)
  app.delete<ById>('/webhooks/:id', async (request, reply) => {
    administrator(request, 'D')
    removeWebhook(office, one(request.params.id))
    await desk.store.changed()
    return reply.code(204).send()
  })
  app.post<ById>('/webhooks/:id/test', async (request, reply) => {
    const { person } = administrator(request, 'U')
    testWebhook(office, one(request.params.id), person)
    await desk.store.changed()
    return reply.code(204).send()
  })
}
