import { actorOf, type Routes } from '../../http/route.ts'
import { alertAnswer } from '../answer.ts'
import { Alert } from '../schema.ts'
import { answerMany, createAlert } from './actions.ts'
import { BulkAnswer, BulkInput, NewAlertInput } from './schema.ts'

const tags = ['Alerts']

/** Alerts that people make, and answers to many at once. */
export const byHandRoutes: Routes = (app, context) => {
  app.post(
    '/alerts',
    {
      schema: {
        operationId: 'createAlert',
        summary: 'Open an alert by hand',
        tags,
        body: NewAlertInput,
        response: { 201: Alert },
      },
    },
    async (request, reply) => {
      const id = await createAlert(context.db, actorOf(request), request.body, await context.clock.now())
      reply.code(201)
      return alertAnswer(context, request.viewer, id)
    },
  )
  app.post(
    '/alerts/bulk',
    {
      schema: {
        operationId: 'answerAlerts',
        summary: 'Accept or resolve many alerts, or take that back, each by itself',
        tags,
        body: BulkInput,
        response: { 200: BulkAnswer },
      },
    },
    async (request) => answerMany(context.db, actorOf(request), request.body, await context.clock.now()),
  )
}
