import * as z from 'zod'
import { requireRight } from '../../access/actor.ts'
import { actorOf, type Routes } from '../../http/route.ts'
import { Problem } from '../../runtime/problem.ts'
import { replay, replayDry } from '../replay/actions.ts'
import { Delivery, DeliveryDetails, DeliveryParams, DeliveryQuery, DryRun, Replay, ReplayInput } from '../schema.ts'
import { findDeliveries, findDelivery } from './store.ts'

const tags = ['Deliveries']

/** What arrived, and what became of it. */
export const deliveryRoutes: Routes = (app, context) => {
  app.get(
    '/deliveries',
    {
      schema: {
        operationId: 'getDeliveries',
        summary: 'Deliveries, newest first',
        tags,
        querystring: DeliveryQuery,
        response: { 200: z.array(Delivery) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'answer')
      return findDeliveries(context.db, request.viewer, request.query)
    },
  )
  app.get(
    '/deliveries/:id',
    {
      schema: {
        operationId: 'getDelivery',
        summary: 'One delivery with its headers and bytes',
        tags,
        params: DeliveryParams,
        response: { 200: DeliveryDetails },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'answer')
      const { id } = request.params
      const delivery = await findDelivery(context.db, id)
      if (!delivery) throw new Problem('not-found', `There is no delivery ${id}.`)
      return delivery
    },
  )
  app.post(
    '/deliveries/:id/replay',
    {
      schema: {
        operationId: 'replayDelivery',
        summary: "What today's rules would do with a delivery, or let it arrive again",
        tags,
        params: DeliveryParams,
        body: ReplayInput,
        response: { 200: DryRun, 201: Replay },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const now = await context.clock.now()
      if (request.body.dryRun) {
        requireRight(actorOf(request), 'answer')
        return replayDry(context, id, now)
      }
      requireRight(actorOf(request), 'edit')
      reply.code(201)
      return { dryRun: false as const, id: await replay(context, actorOf(request), id, now) }
    },
  )
}
