import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Desk } from '../desk.ts'
import { createPolicy, discoveryOf, isAsymmetric, jwksOf } from '../policies.ts'
import { messagePage, type Visit } from './page.ts'
import { policyFormPage, policyListPage, policyPage } from './policy-pages.ts'
import { fieldsOf, send, type VisitOf } from './visits.ts'

/** The screens of webhook policies; only administrators may see them. */
export function addPolicyScreens(app: FastifyInstance, desk: Desk, visitOf: VisitOf): void {
  const { state, store } = desk
  const administrators =
    (act: (visit: Visit, request: FastifyRequest, reply: FastifyReply) => unknown) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      const visit = visitOf(request)
      if (visit.person.isAdministrator) return act(visit, request, reply)
      const text = 'Only an account administrator may maintain webhook policies. Act as Howard Tanner to do so.'
      return send(reply.code(403), messagePage(visit, 'Not allowed', text))
    }

  app.get(
    '/webhook_policies',
    administrators((visit, _request, reply) => send(reply, policyListPage(visit))),
  )
  app.get(
    '/webhook_policies/new',
    administrators((visit, _request, reply) => send(reply, policyFormPage(visit, {}))),
  )
  app.post(
    '/webhook_policies',
    administrators(async (visit, request, reply) => {
      const fields = fieldsOf(request.body)
      const minutes = fields.jwt_claim_expires_in ?? ''
      if (!/^(|[1-9]|[1-5]\d|60)$/.test(minutes)) {
        const mistake: [string, string] = ['jwt_claim_expires_in', 'Claim expires in must be from 1 to 60 minutes']
        return send(reply.code(422), policyFormPage(visit, fields, [mistake]))
      }
      const saved = createPolicy(
        state,
        {
          ...(fields.jwt_alg === undefined ? {} : { jwt_alg: fields.jwt_alg }),
          jwt_audience: (fields.jwt_audience ?? '').slice(0, 128) || null,
          jwt_claim_expires_in: minutes === '' ? null : Number(minutes),
        },
        desk.now(),
      )
      if (!saved.ok) return send(reply.code(422), policyFormPage(visit, fields, saved.errors))
      await store.changed()
      return send(reply.code(201), policyPage(visit, saved.policy, saved.shownOnce))
    }),
  )
  app.get<{ Params: { id: string } }>('/webhook_policies/:id', (request, reply) =>
    administrators((visit, _request, answer) => {
      const policy = state.policies.find((one) => one.id === Number(request.params.id))
      return policy
        ? send(answer, policyPage(visit, policy))
        : send(answer.code(404), messagePage(visit, 'Not found', 'There is no such webhook policy.'))
    })(request, reply),
  )
}

/** What receivers ask about a policy: public, and cacheable for an hour. */
export function addDiscoveryRoutes(app: FastifyInstance, desk: Desk): void {
  const answer =
    (part: (policy: Desk['state']['policies'][number]) => unknown) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      const { name } = request.params as { name: string }
      const policy = desk.state.policies.find((one) => one.name === name && isAsymmetric(one.algorithm))
      if (!policy) return reply.code(404).send({ message: 'Not Found' })
      return reply.header('cache-control', 'public, max-age=3600').send(part(policy))
    }
  app.get(
    '/webhook_policies/:name/.well-known/openid-configuration',
    answer((policy) => discoveryOf(policy, desk.origin())),
  )
  app.get('/webhook_policies/:name/jwks', answer(jwksOf))
}
