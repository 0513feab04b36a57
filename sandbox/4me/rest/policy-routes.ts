import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Desk } from '../desk.ts'
import type { WebhookPolicy } from '../model.ts'
import { idFrom } from '../node-id.ts'
import { changePolicy, createPolicy, PolicyInput } from '../policies.ts'
import { forbidden, notFound, validationFailed } from './errors.ts'
import { mustBeAllowed } from './gate.ts'
import { paginate, type Query } from './query.ts'
import type { CallerOf } from './routes.ts'
import { policyShape } from './shapes.ts'

type ById = { Params: { id: string } }

/** Webhook policies by REST; only an administrator's token with a scope for them may. */
export function addPolicyRoutes(app: FastifyInstance, desk: Desk, callerOf: CallerOf): void {
  const { state, store } = desk
  const mustBeAdministrator = (request: FastifyRequest, action: 'C' | 'R' | 'U' | 'D') => {
    const caller = callerOf(request)
    mustBeAllowed(caller, 'webhook_policy', action)
    if (!caller.person.isAdministrator) throw forbidden()
  }
  const one = (id: string): WebhookPolicy => {
    const number = idFrom(id, 'WebhookPolicy')
    const policy = state.policies.find((each) => each.id === number)
    if (!policy) throw notFound()
    return policy
  }
  const inputOf = (body: unknown) => {
    const parsed = PolicyInput.safeParse(body ?? {})
    if (parsed.success) return parsed.data
    throw validationFailed(
      parsed.error.issues.map((issue) => [String(issue.path[0]), `${String(issue.path[0])} is invalid`]),
    )
  }
  const change = async (request: FastifyRequest<ById>) => {
    mustBeAdministrator(request, 'U')
    const policy = one(request.params.id)
    const errors = changePolicy(policy, inputOf(request.body), desk.now())
    if (errors.length > 0) throw validationFailed(errors)
    await store.changed()
    return policyShape(policy)
  }

  app.get<{ Querystring: Query }>('/webhook_policies', async (request, reply) => {
    mustBeAdministrator(request, 'R')
    const shapes = state.policies.map((policy) => policyShape(policy)).reverse()
    const url = new URL(request.url, desk.origin())
    const { items, headers } = paginate(shapes, request.query, url, [{ field: 'id', sign: -1 }])
    return reply.headers(headers).send(items)
  })
  app.post('/webhook_policies', async (request, reply) => {
    mustBeAdministrator(request, 'C')
    const saved = createPolicy(state, inputOf(request.body), desk.now())
    if (!saved.ok) throw validationFailed(saved.errors)
    await store.changed()
    const location = `${desk.origin()}/webhook_policies/${saved.policy.id}`
    return reply.code(201).header('location', location).send(policyShape(saved.policy, saved.shownOnce))
  })
  app.get<ById>('/webhook_policies/:id', async (request) => {
    mustBeAdministrator(request, 'R')
    return policyShape(one(request.params.id))
  })
  app.patch<ById>('/webhook_policies/:id', change)
  app.put<ById>('/webhook_policies/:id', change)
  app.delete<ById>('/webhook_policies/:id', async (request, reply) => {
    mustBeAdministrator(request, 'D')
    const policy = one(request.params.id)
    if (state.webhooks.some((webhook) => webhook.policyId === policy.id)) {
      throw validationFailed([['base', 'The policy is used by a webhook']])
    }
    state.policies = state.policies.filter((each) => each !== policy)
    await store.changed()
    return reply.code(204).send()
  })
}
