import * as z from 'zod'
import { requireRight } from '../../access/actor.ts'
import { ifSeen } from '../../access/curtain.ts'
import { inContext } from '../../access/team-context.ts'
import { firstFound, known, NameParams, namesIn, pageOf } from '../../http/look-up.ts'
import { actorOf, type Routes } from '../../http/route.ts'
import { Id, IdParams, Paging } from '../../http/schema.ts'
import { removePolicy, seenUses, usesOfKnownPolicy } from '../../removals/actions.ts'
import { RemovalQuery, Use } from '../../removals/schema.ts'
import { EscalationPolicy, EscalationPolicyInput, EscalationRuleInput } from '../schema.ts'
import { addPolicy, noSuchPolicy, replaceLevel, replacePolicy } from './actions.ts'
import { listPolicies, type PolicyRow, policyByName, policyByRoutingKey, policyRow } from './store.ts'
import { viewPolicies } from './view.ts'

const ROUTING_KEYS_LENGTH_MAX = 2_000
const RoutingKeyQuery = z.object({
  'routing-key': z
    .string()
    .trim()
    .min(1, 'Give a routing key.')
    .max(ROUTING_KEYS_LENGTH_MAX)
    .describe('one key, or several with commas between them: the first that a policy has counts'),
})
const LevelParams = z.object({
  id: Id,
  level: z.coerce.number().int().min(0).describe('place in escalationRules, the first is 0'),
})

/** Escalation policies: who is asked, in which order, after how long. */
export const policyRoutes: Routes = (app, { db, clock }) => {
  const tags = ['Escalation policies']
  const one = async (row: PolicyRow | null) => {
    const [policy] = await viewPolicies(db, [known(row, noSuchPolicy)], await clock.now())
    return known(policy ?? null, noSuchPolicy)
  }

  app.get(
    '/escalation-policies',
    {
      schema: {
        operationId: 'listEscalationPolicies',
        summary: 'Every escalation policy',
        tags,
        querystring: Paging,
        response: { 200: z.array(EscalationPolicy) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      const viewer = await inContext(request, { db })
      return viewPolicies(db, await listPolicies(db, viewer, pageOf(request.query)), await clock.now())
    },
  )

  app.post(
    '/escalation-policies',
    {
      schema: {
        operationId: 'createEscalationPolicy',
        summary: 'Add an escalation policy',
        tags,
        body: EscalationPolicyInput,
        response: { 201: EscalationPolicy },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await addPolicy(db, actorOf(request), request.body, await clock.now())),
  )

  app.get(
    '/escalation-policies/name/*',
    {
      schema: {
        operationId: 'getEscalationPolicyByName',
        summary: 'The escalation policy of a name',
        tags,
        params: NameParams,
        response: { 200: EscalationPolicy },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return one(await firstFound(namesIn(request.url), (name) => policyByName(db, request.viewer, name)))
    },
  )

  app.get(
    '/escalation-policies/resolve',
    {
      schema: {
        operationId: 'resolveEscalationPolicy',
        summary: 'The escalation policy of a routing key',
        tags,
        querystring: RoutingKeyQuery,
        response: { 200: EscalationPolicy },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return one(
        await ifSeen(
          { db },
          request.viewer,
          'escalation-policy',
          await policyByRoutingKey(db, routingKeysIn(request.query['routing-key'])),
        ),
      )
    },
  )

  app.get(
    '/escalation-policies/:id',
    {
      schema: {
        operationId: 'getEscalationPolicy',
        summary: 'One escalation policy',
        tags,
        params: IdParams,
        response: { 200: EscalationPolicy },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return one(await policyRow(db, request.params.id))
    },
  )

  app.put(
    '/escalation-policies/:id',
    {
      schema: {
        operationId: 'updateEscalationPolicy',
        summary: 'Replace an escalation policy; teams that are absent or null stay',
        tags,
        params: IdParams,
        body: EscalationPolicyInput,
        response: { 200: EscalationPolicy },
      },
    },
    async (request) => replacePolicy(db, actorOf(request), request.params.id, request.body, await clock.now()),
  )

  app.put(
    '/escalation-policies/:id/levels/:level',
    {
      schema: {
        operationId: 'updateEscalationPolicyLevel',
        summary: 'Replace one level of an escalation policy',
        tags,
        params: LevelParams,
        body: EscalationRuleInput,
        response: { 200: EscalationPolicy },
      },
    },
    async (request) => {
      const place = { policyId: request.params.id, levelIndex: request.params.level }
      return replaceLevel(db, actorOf(request), place, request.body, await clock.now())
    },
  )

  app.delete(
    '/escalation-policies/:id',
    {
      schema: {
        operationId: 'deleteEscalationPolicy',
        summary: 'Delete an escalation policy; alert sources and open alerts go to the replacement',
        tags,
        params: IdParams,
        querystring: RemovalQuery,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const replacement = request.query.replacement ?? null
      await removePolicy(
        db,
        { actor: actorOf(request), viewer: request.viewer },
        request.params.id,
        replacement,
        await clock.now(),
      )
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/escalation-policies/:id/uses',
    {
      schema: {
        operationId: 'listUsesOfEscalationPolicy',
        summary: 'Alert sources and open alerts of a policy',
        tags,
        params: IdParams,
        response: { 200: z.array(Use) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return seenUses(db, request.viewer, await usesOfKnownPolicy(db, request.params.id))
    },
  )
}

/** The routing keys to try, in order: the text itself, then what its commas separate. */
export function routingKeysIn(text: string): string[] {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  return [...new Set([text, ...parts])]
}
