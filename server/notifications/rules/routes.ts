import * as z from 'zod'
import { requireRight } from '../../access/actor.ts'
import { personIdOf } from '../../directory/actions.ts'
import { EMAIL_LENGTH_MAX } from '../../directory/schema.ts'
import { personById } from '../../directory/store.ts'
import { known } from '../../http/look-up.ts'
import { actorOf, type Routes } from '../../http/route.ts'
import { Id } from '../../http/schema.ts'
import { noSuchPerson } from '../contacts/actions.ts'
import { addRule, deleteRule, noSuchRule, replaceRule, setQuietHours } from './actions.ts'
import { NotificationRule, NotificationRuleInput, QuietHoursSetting, RuleList } from './schema.ts'
import { ruleById, rulesOf, ruleView } from './store.ts'

const tags = ['Notification preferences']
const Person = z.object({ id: z.string().min(1).max(EMAIL_LENGTH_MAX).describe('id, e-mail address, or `current`') })
const OfList = Person.extend({ list: RuleList })
const One = OfList.extend({ ruleId: Id })

/** How people want to hear of alerts, updates and shifts, in ilert's shapes. */
export const preferenceRoutes: Routes = (app, { db, clock }) => {
  const person = async (request: { params: { id: string } } & Parameters<typeof actorOf>[0]) => {
    const actor = actorOf(request)
    requireRight(actor, 'read')
    const id = await personIdOf(db, actor, request.params.id)
    return known(await personById(db, id), noSuchPerson)
  }

  app.get(
    '/users/:id/notification-preferences/:list',
    {
      schema: {
        operationId: 'listNotificationPreferences',
        summary: 'How a person hears of alerts, updates, duties or subscriptions',
        tags,
        params: OfList,
        response: { 200: z.array(NotificationRule) },
      },
    },
    async (request) => (await rulesOf(db, (await person(request)).id, request.params.list)).map(ruleView),
  )
  app.post(
    '/users/:id/notification-preferences/:list',
    {
      schema: {
        operationId: 'createNotificationPreference',
        summary: 'Add a rule',
        tags,
        params: OfList,
        body: NotificationRuleInput,
        response: { 201: NotificationRule },
      },
    },
    async (request, reply) => {
      const { id } = await person(request)
      const now = await clock.now()
      return reply.code(201).send(await addRule(db, actorOf(request), id, request.params.list, request.body, now))
    },
  )
  app.get(
    '/users/:id/notification-preferences/:list/:ruleId',
    {
      schema: {
        operationId: 'getNotificationPreference',
        summary: 'One rule',
        tags,
        params: One,
        response: { 200: NotificationRule },
      },
    },
    async (request) => {
      const { list, ruleId } = request.params
      return ruleView(known(await ruleById(db, (await person(request)).id, list, ruleId), noSuchRule))
    },
  )
  app.put(
    '/users/:id/notification-preferences/:list/:ruleId',
    {
      schema: {
        operationId: 'updateNotificationPreference',
        summary: 'Replace a rule',
        tags,
        params: One,
        body: NotificationRuleInput,
        response: { 200: NotificationRule },
      },
    },
    async (request) => {
      const { list, ruleId } = request.params
      const { id } = await person(request)
      return replaceRule(db, actorOf(request), id, list, ruleId, request.body, await clock.now())
    },
  )
  app.delete(
    '/users/:id/notification-preferences/:list/:ruleId',
    {
      schema: {
        operationId: 'deleteNotificationPreference',
        summary: 'Remove a rule',
        tags,
        params: One,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { list, ruleId } = request.params
      await deleteRule(db, actorOf(request), (await person(request)).id, list, ruleId, await clock.now())
      return reply.code(204).send(null)
    },
  )
  app.get(
    '/users/:id/quiet-hours',
    {
      schema: {
        operationId: 'getQuietHours',
        summary: 'When low priority waits; high priority never does',
        tags,
        params: Person,
        response: { 200: QuietHoursSetting },
      },
    },
    async (request) => {
      const { quiet_from: from, quiet_to: to } = await person(request)
      return { quietHours: from !== null && to !== null ? { from, to } : null }
    },
  )
  app.put(
    '/users/:id/quiet-hours',
    {
      schema: {
        operationId: 'putQuietHours',
        summary: 'Say when low priority waits',
        tags,
        params: Person,
        body: QuietHoursSetting,
        response: { 200: QuietHoursSetting },
      },
    },
    async (request) => {
      const { id } = await person(request)
      const { quietHours } = request.body
      return { quietHours: await setQuietHours(db, actorOf(request), id, quietHours, await clock.now()) }
    },
  )
}
