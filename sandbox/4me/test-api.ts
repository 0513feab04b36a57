import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import { type Desk, notesOf } from './desk.ts'
import { changeFaults, FaultsChange, noFaults } from './faults.ts'
import type { Person, Scope, Webhook } from './model.ts'
import { createPolicy, PolicyInput, sealedBody } from './policies.ts'
import { ticketShape } from './rest/shapes.ts'
import { seedState } from './seeds.ts'
import { tellNight } from './story.ts'
import { readTicketInput } from './ticket-input.ts'
import { findTicket, type Saved } from './tickets.ts'
import { createApplication, createToken, parseScopes } from './tokens.ts'
import type { Kind } from './vocabulary.ts'
import { changeWebhook, createWebhook, publishRule, removeWebhook, testWebhook, WebhookInput } from './webhooks.ts'

const By = z.object({ person: z.union([z.string(), z.number()]).optional(), silent: z.boolean().optional() })
const Grant = By.extend({
  name: z.string().default('Test'),
  scopes: z.array(z.string()).default(['request:CRU', 'problem:CRU']),
})
const Rule = z.object({ rule_id: z.number().int().default(77), payload: z.record(z.string(), z.unknown()) })

type ById = { Params: { id: string } }

/** The sandbox's own JSON API, without sign-in: what a person does on the screens, for tests. */
export function addTestApi(app: FastifyInstance, desk: Desk): void {
  const { state, office, store } = desk

  app.get('/sandbox/faults', async () => state.faults)
  app.put('/sandbox/faults', async (request, reply) => {
    const change = FaultsChange.safeParse(request.body)
    if (!change.success) return reply.code(400).send({ message: z.prettifyError(change.error) })
    await applyFaults(desk, change.data)
    return state.faults
  })
  app.delete('/sandbox/faults', async () => {
    await applyFaults(desk, noFaults())
    return state.faults
  })

  app.get('/sandbox/api/state', async () => ({
    account: state.account,
    origin: desk.origin(),
    timeScale: desk.timeScale(),
    people: state.people,
    teams: state.teams,
    supportDomains: state.supportDomains,
    services: state.services,
    requests: state.tickets.filter((ticket) => ticket.kind === 'request').length,
    problems: state.tickets.filter((ticket) => ticket.kind === 'problem').length,
    webhooks: state.webhooks.map(webhookView),
    tokens: state.tokens.map(({ hash: _, ...token }) => token),
    faults: state.faults,
  }))
  app.post('/sandbox/api/reset', async () => {
    for (const webhook of state.webhooks) removeWebhook(office, webhook)
    await store.replace(seedState(state.account.id, desk.now(), state.chance.seed))
    return { ok: true }
  })

  app.post('/sandbox/api/tokens', async (request, reply) => {
    const grant = Grant.parse(request.body ?? {})
    const scopes = scopesOf(grant.scopes)
    const { token, secret } = createToken(state, personOf(desk, grant.person), { name: grant.name, scopes }, desk.now())
    await store.changed()
    return reply.code(201).send({ id: token.id, token: secret })
  })
  app.post('/sandbox/api/oauth-applications', async (request, reply) => {
    const grant = Grant.parse(request.body ?? {})
    const made = createApplication(state, personOf(desk, grant.person), grant.name, scopesOf(grant.scopes))
    await store.changed()
    return reply.code(201).send({ client_id: made.clientId, client_secret: made.clientSecret })
  })

  app.post('/sandbox/api/webhook-policies', async (request, reply) => {
    const saved = createPolicy(state, PolicyInput.parse(request.body), desk.now())
    if (!saved.ok) return reply.code(422).send({ message: 'Validation Failed', errors: saved.errors })
    await store.changed()
    const { id, name, kid } = saved.policy
    return reply.code(201).send({ id, name, kid, public_key_pem: saved.shownOnce })
  })
  app.get('/sandbox/api/calls', async () => desk.calls)
  app.get('/sandbox/api/exception-mails', async () => state.exceptionMails)
  app.post('/sandbox/api/night', async () => ({ records: await tellNight(desk) }))

  app.get('/sandbox/api/webhooks', async () => state.webhooks.map(webhookView))
  app.post('/sandbox/api/webhooks', async (request, reply) => {
    const input = WebhookInput.parse(request.body)
    const saved = createWebhook(office, input, personOf(desk, By.parse(request.body).person))
    if (!saved.ok) return reply.code(422).send({ message: 'Validation Failed', errors: saved.errors })
    await store.changed()
    return reply.code(201).send(webhookView(saved.webhook))
  })
  app.patch<ById>('/sandbox/api/webhooks/:id', async (request, reply) => {
    const webhook = state.webhooks.find((one) => one.id === Number(request.params.id))
    if (!webhook) return reply.code(404).send({ message: 'Not Found' })
    const saved = changeWebhook(office, webhook, WebhookInput.parse(request.body), personOf(desk, undefined))
    if (!saved.ok) return reply.code(422).send({ message: 'Validation Failed', errors: saved.errors })
    await store.changed()
    return webhookView(webhook)
  })
  app.post<ById>('/sandbox/api/webhooks/:id/test', async (request, reply) => {
    const webhook = state.webhooks.find((one) => one.id === Number(request.params.id))
    if (!webhook) return reply.code(404).send({ message: 'Not Found' })
    const delivery = testWebhook(office, webhook, personOf(desk, undefined))
    await store.changed()
    return delivery
  })
  app.delete<ById>('/sandbox/api/webhooks/:id', async (request, reply) => {
    const webhook = state.webhooks.find((one) => one.id === Number(request.params.id))
    if (!webhook) return reply.code(404).send({ message: 'Not Found' })
    removeWebhook(office, webhook)
    await store.changed()
    return reply.code(204).send()
  })

  app.get<{ Querystring: { webhook_id?: string; event?: string; state?: string } }>(
    '/sandbox/api/deliveries',
    async ({ query }) =>
      state.deliveries
        .filter((one) => query.webhook_id === undefined || one.webhookId === Number(query.webhook_id))
        .filter((one) => query.event === undefined || one.event === query.event)
        .filter((one) => query.state === undefined || one.state === query.state)
        .map((one) => ({ ...one, body: JSON.parse(one.body) as unknown })),
  )
  app.get<ById>('/sandbox/api/deliveries/:id/token', async (request, reply) => {
    const delivery = state.deliveries.find((one) => one.id === request.params.id)
    const webhook = state.webhooks.find((one) => one.id === delivery?.webhookId)
    if (!delivery || !webhook) return reply.code(404).send({ message: 'Not Found' })
    return JSON.parse(sealedBody(state, webhook, delivery.body, desk.origin(), desk.now())) as unknown
  })
  app.post<ById>('/sandbox/api/deliveries/:id/redeliver', async (request, reply) => {
    const delivery = state.deliveries.find((one) => one.id === request.params.id)
    const again = delivery ? desk.courier.redeliver(delivery) : null
    if (!again) return reply.code(404).send({ message: 'Not Found' })
    await store.changed()
    return again
  })
  app.post('/sandbox/api/deliveries/release', async () => ({ released: desk.courier.release() }))
  app.post('/sandbox/api/automation-rule', async (request) => {
    const rule = Rule.parse(request.body)
    publishRule(office, rule.rule_id, rule.payload)
    await store.changed()
    return { ok: true }
  })

  for (const kind of ['request', 'problem'] as const) addTickets(app, desk, kind)
}

function addTickets(app: FastifyInstance, desk: Desk, kind: Kind): void {
  const { state } = desk
  const answer = (saved: Saved) => (saved.ok ? ticketShape(state, saved.ticket) : null)
  const refusal = (errors: unknown) => ({ message: 'Validation Failed', errors })

  app.post(`/sandbox/api/${kind}s`, async (request, reply) => {
    const read = readTicketInput(request.body)
    if (!read.ok) return reply.code(422).send(refusal(read.errors))
    const by = By.parse(request.body)
    const saved = await desk.create(kind, withDefaults(desk, kind, read.input), personOf(desk, by.person), by.silent)
    return saved.ok ? reply.code(201).send(answer(saved)) : reply.code(422).send(refusal(saved.errors))
  })
  app.patch<ById>(`/sandbox/api/${kind}s/:id`, async (request, reply) => {
    const ticket = findTicket(state, kind, Number(request.params.id))
    if (!ticket) return reply.code(404).send({ message: 'Not Found' })
    const read = readTicketInput(request.body)
    if (!read.ok) return reply.code(422).send(refusal(read.errors))
    const saved = await desk.change(ticket, read.input, personOf(desk, By.parse(request.body).person))
    return saved.ok ? answer(saved) : reply.code(422).send(refusal(saved.errors))
  })
  app.get<ById>(`/sandbox/api/${kind}s/:id`, async (request, reply) => {
    const ticket = findTicket(state, kind, Number(request.params.id))
    if (!ticket) return reply.code(404).send({ message: 'Not Found' })
    return { ...ticketShape(state, ticket), notes: notesOf(state, ticket) }
  })
}

/** What a test need not say: category, impact, service and manager get ordinary values. */
function withDefaults(desk: Desk, kind: Kind, input: Parameters<Desk['create']>[1]): Parameters<Desk['create']>[1] {
  const usual =
    kind === 'request'
      ? { category: 'incident', impact: 'high' }
      : { impact: 'high', service_id: desk.state.services[0]?.id ?? null, manager_id: desk.state.people[0]?.id ?? null }
  return { ...usual, ...input }
}

/** Changes the faults; what was withheld leaves as soon as withholding ends. */
export async function applyFaults(desk: Desk, change: FaultsChange): Promise<void> {
  desk.state.faults = changeFaults(desk.state.faults, change)
  if (!desk.state.faults.webhooks.withheld) desk.courier.release()
  await desk.store.changed()
}

function personOf(desk: Desk, nameOrId: string | number | undefined): Person {
  const { people } = desk.state
  const person =
    nameOrId === undefined
      ? people[0]
      : people.find((one) => one.id === nameOrId || one.name === nameOrId || one.email === nameOrId)
  if (!person) throw Object.assign(new Error(`There is no person ${nameOrId}`), { statusCode: 400 })
  return person
}

function scopesOf(texts: string[]): Scope[] {
  return [{ effect: 'allow', actions: parseScopes(texts), accounts: [] }]
}

function webhookView(webhook: Webhook): Record<string, unknown> {
  return {
    id: webhook.id,
    name: webhook.name,
    event: webhook.event,
    uri: webhook.uri,
    disabled: webhook.disabled,
    verified: webhook.verified,
    verification: webhook.verification,
    consecutive_failures: webhook.consecutiveFailures,
    policy_id: webhook.policyId,
    openid_connect_discovery: webhook.openIdConnectDiscovery,
    last_error: webhook.lastError,
    last_delivery_id: webhook.lastDeliveryId,
  }
}
