import * as z from 'zod'
import { requireRight } from '../../access/actor.ts'
import { personByEmail } from '../../directory/store.ts'
import { actorOf, type RouteContext, type Routes } from '../../http/route.ts'
import { IdParams } from '../../http/schema.ts'
import { onCallAt } from '../../oncall/decide.ts'
import { loadSchedules, scheduleRow } from '../../oncall/store.ts'
import { fieldProblem } from '../../runtime/problem.ts'
import { alertAnswer } from '../answer.ts'
import { Alert } from '../schema.ts'
import { assignToPerson, escalate, raise, reroute } from './hand-over.ts'
import { linkAlerts, unlinkAlerts } from './links.ts'
import { mergeAlerts, unmergeAlert } from './merge.ts'
import { addResponders, firstLevelOf, removeResponder } from './responders.ts'
import {
  AssignQuery,
  EscalateInput,
  LinkInput,
  LinkParams,
  MergeInput,
  ResponderParams,
  RespondersInput,
  SubscribeInput,
  SuggestedResponder,
} from './schema.ts'
import { subscribe, unsubscribe } from './subscribe.ts'
import { suggestResponders } from './suggestions.ts'
import { reopen, unaccept } from './undo.ts'

const tags = ['Alerts']

/** What people do with an alert besides answering it. */
export const alertVerbRoutes: Routes = (app, context) => {
  handOverRoutes(app, context)
  responderRoutes(app, context)
  togetherRoutes(app, context)
  subscriptionRoutes(app, context)
  undoRoutes(app, context)
}

const handOverRoutes: Routes = (app, context) => {
  app.put(
    '/alerts/:id/assign',
    {
      schema: {
        operationId: 'assignAlert',
        summary: 'Give an alert to a person, or to another escalation policy',
        tags,
        params: IdParams,
        querystring: AssignQuery,
        response: { 200: Alert },
      },
    },
    async (request) => {
      await assign(context, request.params.id, actorOf(request), request.query)
      return alertAnswer(context, request.viewer, request.params.id)
    },
  )
  app.put(
    '/alerts/:id/escalate',
    {
      schema: {
        operationId: 'escalateAlert',
        summary: 'Ask a level now, and go on from there',
        tags,
        params: IdParams,
        body: EscalateInput,
        response: { 200: Alert },
      },
    },
    async (request) => {
      const { id } = request.params
      const levelIndex = request.body?.levelIndex ?? null
      await escalate(context.db, actorOf(request), id, levelIndex, await context.clock.now())
      return alertAnswer(context, request.viewer, id)
    },
  )
  app.put(
    '/alerts/:id/raise',
    {
      schema: {
        operationId: 'raiseAlert',
        summary: 'Make an alert of low priority one of high priority',
        tags,
        params: IdParams,
        response: { 200: Alert },
      },
    },
    async (request) => {
      const { id } = request.params
      await raise(context.db, actorOf(request), id, await context.clock.now())
      return alertAnswer(context, request.viewer, id)
    },
  )
}

const undoRoutes: Routes = (app, context) => {
  app.put(
    '/alerts/:id/unaccept',
    {
      schema: {
        operationId: 'unacceptAlert',
        summary: 'Take an acceptance back: the alert waits for an answer again, unless somebody else accepted it too',
        tags,
        params: IdParams,
        response: { 200: Alert },
      },
    },
    async (request) => {
      const { id } = request.params
      await unaccept(context.db, actorOf(request), id, await context.clock.now())
      return alertAnswer(context, request.viewer, id)
    },
  )
  app.put(
    '/alerts/:id/reopen',
    {
      schema: {
        operationId: 'reopenAlert',
        summary: 'Open a resolved alert again, as it was before; refused when another one of its key is open',
        tags,
        params: IdParams,
        response: { 200: Alert },
      },
    },
    async (request) => {
      const { id } = request.params
      await reopen(context.db, actorOf(request), id, await context.clock.now())
      return alertAnswer(context, request.viewer, id)
    },
  )
}

/** One of the targets, whichever spelling it came in. */
async function assign(
  context: RouteContext,
  id: number,
  actor: ReturnType<typeof actorOf>,
  query: AssignQuery,
): Promise<void> {
  const { db } = context
  const now = await context.clock.now()
  const given = (['user', 'user-id', 'policy', 'policy-id', 'schedule', 'schedule-id'] as const).filter(
    (name) => query[name] !== undefined,
  )
  const [field] = given
  if (!field || given.length > 1) throw fieldProblem('user', 'Say either user, policy or schedule.')
  if (field === 'schedule' || field === 'schedule-id') {
    return assignToPerson(db, actor, id, { id: await onCallNow(context, query[field] ?? 0, field), field }, now)
  }
  if (field === 'policy' || field === 'policy-id') {
    return reroute(db, actor, id, { id: query[field] ?? 0, field }, now)
  }
  const text = query[field] ?? ''
  const person = /^\d{1,9}$/.test(text) ? { id: Number(text) } : await personByEmail(db, text)
  if (!person) throw fieldProblem(field, 'There is nobody with this address.')
  return assignToPerson(db, actor, id, { id: person.id, field }, now)
}

/** Whoever is on call on a schedule now. */
async function onCallNow({ db, clock }: RouteContext, scheduleId: number, field: string): Promise<number> {
  const now = await clock.now()
  const row = await scheduleRow(db, scheduleId)
  if (!row) throw fieldProblem(field, `There is no on-call schedule ${scheduleId}.`)
  const [stored] = await loadSchedules(db, [row], { from: now, until: now })
  const shift = stored ? onCallAt(stored.rules, now) : null
  if (!shift) throw fieldProblem(field, `Nobody is on call on ${row.name} now.`)
  return shift.userId
}

const responderRoutes: Routes = (app, context) => {
  app.get(
    '/alerts/:id/suggested-responders',
    {
      schema: {
        operationId: 'getSuggestedResponders',
        summary: 'Who could be asked to help',
        tags,
        params: IdParams,
        response: { 200: z.array(SuggestedResponder) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      const alert = await alertAnswer(context, request.viewer, request.params.id)
      return suggestResponders(context.db, request.viewer, alert, await context.clock.now())
    },
  )
  app.post(
    '/alerts/:id/responders',
    {
      schema: {
        operationId: 'addAlertResponders',
        summary: 'Ask people to help, beside the policy',
        tags,
        params: IdParams,
        body: RespondersInput,
        response: { 201: Alert },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const people = await peopleOf(context, request.body)
      await addResponders(context.db, actorOf(request), id, people, await context.clock.now())
      reply.code(201)
      return alertAnswer(context, request.viewer, id)
    },
  )
  app.delete(
    '/alerts/:id/responders/:userId',
    {
      schema: {
        operationId: 'removeAlertResponder',
        summary: 'Take a person off an alert',
        tags,
        params: ResponderParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id, userId } = request.params
      await removeResponder(context.db, actorOf(request), id, userId, await context.clock.now())
      return reply.code(204).send(null)
    },
  )
}

async function peopleOf(context: RouteContext, input: RespondersInput): Promise<{ id: number; field: string }[]> {
  if (input.users && input.users.length > 0) {
    return input.users.map(({ id }, index) => ({ id, field: `users.${index}.id` }))
  }
  if (input.user) return [{ id: input.user.id, field: 'user.id' }]
  if (!input.id) throw fieldProblem('user.id', 'Say who.')
  if (input.group === 'ON_CALL_SCHEDULE') return [{ id: await onCallNow(context, input.id, 'id'), field: 'id' }]
  if (input.group === 'ESCALATION_POLICY') return firstLevelOf(context.db, input.id, 'id', await context.clock.now())
  return [{ id: input.id, field: 'id' }]
}

const togetherRoutes: Routes = (app, context) => {
  app.put(
    '/alerts/:id/merge',
    {
      schema: {
        operationId: 'mergeAlerts',
        summary: 'Let this alert stand for others: it alone is asked about and answered',
        tags,
        params: IdParams,
        body: MergeInput,
        response: { 200: Alert },
      },
    },
    async (request) => {
      const { id } = request.params
      const others = request.body.alerts.map((alert) => alert.id)
      await mergeAlerts(context.db, actorOf(request), id, others, await context.clock.now())
      return alertAnswer(context, request.viewer, id)
    },
  )
  app.put(
    '/alerts/:id/unmerge',
    {
      schema: {
        operationId: 'unmergeAlert',
        summary: 'Take this alert out of the one it is merged into',
        tags,
        params: IdParams,
        response: { 200: Alert },
      },
    },
    async (request) => {
      const { id } = request.params
      await unmergeAlert(context.db, actorOf(request), id, await context.clock.now())
      return alertAnswer(context, request.viewer, id)
    },
  )
  app.post(
    '/alerts/:id/links',
    {
      schema: {
        operationId: 'linkAlert',
        summary: 'Link an alert with another',
        tags,
        params: IdParams,
        body: LinkInput,
        response: { 201: Alert },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      await linkAlerts(context.db, actorOf(request), id, request.body.alert.id, await context.clock.now())
      reply.code(201)
      return alertAnswer(context, request.viewer, id)
    },
  )
  app.delete(
    '/alerts/:id/links/:otherId',
    {
      schema: {
        operationId: 'unlinkAlert',
        summary: 'Remove a link between two alerts',
        tags,
        params: LinkParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id, otherId } = request.params
      await unlinkAlerts(context.db, actorOf(request), id, otherId, await context.clock.now())
      return reply.code(204).send(null)
    },
  )
}

const subscriptionRoutes: Routes = (app, context) => {
  app.put(
    '/alerts/:id/subscribe',
    {
      schema: {
        operationId: 'subscribeToAlert',
        summary: 'Follow an alert: be told when it is answered, handed on or commented',
        tags,
        params: IdParams,
        body: SubscribeInput,
        response: { 200: Alert },
      },
    },
    async (request) => {
      const { id } = request.params
      await subscribe(context.db, actorOf(request), id, request.body?.user?.id ?? null, await context.clock.now())
      return alertAnswer(context, request.viewer, id)
    },
  )
  app.put(
    '/alerts/:id/unsubscribe',
    {
      schema: {
        operationId: 'unsubscribeFromAlert',
        summary: 'Stop following an alert',
        tags,
        params: IdParams,
        body: SubscribeInput,
        response: { 200: Alert },
      },
    },
    async (request) => {
      const { id } = request.params
      await unsubscribe(context.db, actorOf(request), id, request.body?.user?.id ?? null, await context.clock.now())
      return alertAnswer(context, request.viewer, id)
    },
  )
}
