import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Desk } from '../desk.ts'
import type { Webhook } from '../model.ts'
import {
  changeWebhook,
  createWebhook,
  removeWebhook,
  resendVerification,
  testWebhook,
  verifyWebhook,
  type WebhookInput,
} from '../webhooks.ts'
import { messagePage, type Visit } from './page.ts'
import { fieldsOf, send, type VisitOf } from './visits.ts'
import {
  deliveryListPage,
  deliveryPage,
  verifiedPage,
  webhookFormPage,
  webhookListPage,
  webhookPage,
} from './webhook-pages.ts'

type ById = { Params: { id: string } }
type Act = (visit: Visit, webhook: Webhook, reply: FastifyReply, request: FastifyRequest) => unknown

/** The screens of webhooks and their deliveries; only administrators may see them. */
export function addWebhookScreens(app: FastifyInstance, desk: Desk, visitOf: VisitOf): void {
  const { state, office, store } = desk

  const administrators =
    (act: (visit: Visit, request: FastifyRequest, reply: FastifyReply) => unknown) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      const visit = visitOf(request)
      if (visit.person.isAdministrator) return act(visit, request, reply)
      const text = 'Only an account administrator may maintain webhooks. Act as Howard Tanner to do so.'
      return send(reply.code(403), messagePage(visit, 'Not allowed', text))
    }
  const withWebhook = (act: Act) =>
    administrators((visit, request, reply) => {
      const id = Number((request.params as ById['Params']).id)
      const webhook = state.webhooks.find((one) => one.id === id)
      if (webhook) return act(visit, webhook, reply, request)
      return send(reply.code(404), messagePage(visit, 'Not found', 'There is no such webhook.'))
    })

  app.get(
    '/webhooks',
    administrators((visit, _request, reply) => send(reply, webhookListPage(visit))),
  )
  app.get(
    '/webhooks/new',
    administrators((visit, request, reply) =>
      send(reply, webhookFormPage(visit, null, request.query as Record<string, string>)),
    ),
  )
  app.post(
    '/webhooks',
    administrators(async (visit, request, reply) => {
      const fields = fieldsOf(request.body)
      const saved = createWebhook(office, inputOf(fields), visit.person)
      if (!saved.ok) return send(reply.code(422), webhookFormPage(visit, null, fields, saved.errors))
      await store.changed()
      return reply.redirect(`/webhooks/${saved.webhook.id}`, 303)
    }),
  )
  app.get(
    '/webhooks/:id',
    withWebhook((visit, webhook, reply) => send(reply, webhookPage(visit, webhook))),
  )
  app.get(
    '/webhooks/:id/edit',
    withWebhook((visit, webhook, reply) => send(reply, webhookFormPage(visit, webhook, valuesOf(webhook)))),
  )
  app.post(
    '/webhooks/:id',
    withWebhook(async (visit, webhook, reply, request) => {
      const fields = fieldsOf(request.body)
      const saved = changeWebhook(office, webhook, inputOf(fields), visit.person)
      if (!saved.ok) return send(reply.code(422), webhookFormPage(visit, webhook, fields, saved.errors))
      await store.changed()
      return reply.redirect(`/webhooks/${webhook.id}`, 303)
    }),
  )
  const act = (name: string, to: (webhook: Webhook) => string, change: (visit: Visit, webhook: Webhook) => unknown) =>
    app.post(
      `/webhooks/:id/${name}`,
      withWebhook(async (visit, webhook, reply) => {
        change(visit, webhook)
        await store.changed()
        return reply.redirect(to(webhook), 303)
      }),
    )
  const itsPage = (webhook: Webhook) => `/webhooks/${webhook.id}`
  act('resend', itsPage, (visit, webhook) => resendVerification(office, webhook, visit.person))
  act('test', itsPage, (visit, webhook) => testWebhook(office, webhook, visit.person))
  act(
    'delete',
    () => '/webhooks',
    (_visit, webhook) => removeWebhook(office, webhook),
  )

  addDeliveryScreens(app, desk, administrators)
}

function addDeliveryScreens(
  app: FastifyInstance,
  { state, store, courier }: Desk,
  administrators: (
    act: (visit: Visit, request: FastifyRequest, reply: FastifyReply) => unknown,
  ) => (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
): void {
  const find = (request: FastifyRequest) =>
    state.deliveries.find((one) => one.id === (request.params as ById['Params']).id)
  const gone = (visit: Visit, reply: FastifyReply) =>
    send(reply.code(404), messagePage(visit, 'Not found', 'There is no such delivery, or it was too old to keep.'))

  app.get(
    '/webhook_deliveries',
    administrators((visit, request, reply) => {
      const { webhook } = request.query as { webhook?: string }
      return send(reply, deliveryListPage(visit, webhook === undefined ? null : Number(webhook)))
    }),
  )
  app.get(
    '/webhook_deliveries/:id',
    administrators((visit, request, reply) => {
      const delivery = find(request)
      return delivery ? send(reply, deliveryPage(visit, delivery)) : gone(visit, reply)
    }),
  )
  app.post(
    '/webhook_deliveries/:id/redeliver',
    administrators(async (visit, request, reply) => {
      const delivery = find(request)
      const again = delivery ? courier.redeliver(delivery) : null
      if (!again) return gone(visit, reply)
      await store.changed()
      return reply.redirect(`/webhook_deliveries/${again.id}`, 303)
    }),
  )
}

/** The callback of a verification: GET or POST, from anywhere, without sign-in. */
export function addVerifyCallback(app: FastifyInstance, desk: Desk, visitOf: VisitOf): void {
  app.route<ById & { Querystring: { code?: string; expires_at?: string } }>({
    method: ['GET', 'POST'],
    url: '/webhooks/:id/verify',
    handler: async (request, reply) => {
      const { code = '', expires_at: expiresAt = '' } = request.query
      const webhook = verifyWebhook(desk.office, Number(request.params.id), code, expiresAt)
      const visit = visitOf(request)
      if (!webhook) {
        const text = 'This verification link is wrong, was replaced by a newer one, or has expired.'
        return send(reply.code(Number(desk.state.faults.webhooks.wrongCode)), messagePage(visit, 'Not verified', text))
      }
      await desk.store.changed()
      return send(reply, verifiedPage(visit, webhook))
    },
  })
}

function inputOf(fields: Record<string, string>): WebhookInput {
  const { name, event, uri, description, mail_exceptions_to } = fields
  return {
    name: name ?? '',
    event: event ?? '',
    uri: uri ?? '',
    disabled: fields.disabled === '1',
    description: description ?? '',
    mail_exceptions_to: mail_exceptions_to ?? '',
    webhook_policy_id: /^\d+$/.test(fields.webhook_policy_id ?? '') ? Number(fields.webhook_policy_id) : null,
    openid_connect_discovery: fields.openid_connect_discovery === '1',
  }
}

function valuesOf(webhook: Webhook): Record<string, string> {
  return {
    name: webhook.name,
    event: webhook.event,
    uri: webhook.uri,
    disabled: webhook.disabled ? '1' : '',
    description: webhook.description,
    mail_exceptions_to: webhook.mailExceptionsTo,
    webhook_policy_id: webhook.policyId === null ? '' : String(webhook.policyId),
    openid_connect_discovery: webhook.openIdConnectDiscovery ? '1' : '',
  }
}
