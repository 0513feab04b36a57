import * as z from 'zod'
import { requireRight } from '../../access/actor.ts'
import { pageOf } from '../../http/look-up.ts'
import { actorOf, type RouteContext, type Routes } from '../../http/route.ts'
import { IdParams, Paging } from '../../http/schema.ts'
import { Connector, ConnectorInput } from '../schema.ts'
import { viewConnectors } from '../view.ts'
import { addConnector, deleteConnector, noSuchConnector, replaceConnector } from './actions.ts'
import { connectorById, listConnectors } from './store.ts'

const tags = ['Connectors']

/** Credentials that several alert actions share. */
export const connectorRoutes: Routes = (app, context) => {
  const { db, clock, secrets } = context
  app.get(
    '/connectors',
    {
      schema: {
        operationId: 'getConnectors',
        summary: 'Connectors, by name',
        tags,
        querystring: Paging,
        response: { 200: z.array(Connector) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return viewConnectors(db, secrets, await listConnectors(db, pageOf(request.query)))
    },
  )
  app.post(
    '/connectors',
    {
      schema: {
        operationId: 'createConnector',
        summary: 'Add a connector',
        tags,
        body: ConnectorInput,
        response: { 201: Connector },
      },
    },
    async (request, reply) => {
      const id = await addConnector(context, actorOf(request), request.body, await clock.now())
      reply.code(201)
      return one(context, id)
    },
  )
  app.get(
    '/connectors/:id',
    {
      schema: {
        operationId: 'getConnector',
        summary: 'One connector',
        tags,
        params: IdParams,
        response: { 200: Connector },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return one(context, request.params.id)
    },
  )
  app.put(
    '/connectors/:id',
    {
      schema: {
        operationId: 'updateConnector',
        summary: 'Replace a connector; a secret that is left out stays',
        tags,
        params: IdParams,
        body: ConnectorInput,
        response: { 200: Connector },
      },
    },
    async (request) => {
      await replaceConnector(context, actorOf(request), request.params.id, request.body, await clock.now())
      return one(context, request.params.id)
    },
  )
  app.delete(
    '/connectors/:id',
    {
      schema: {
        operationId: 'deleteConnector',
        summary: 'Delete a connector that no alert action uses',
        tags,
        params: IdParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await deleteConnector(context, actorOf(request), request.params.id, await clock.now())
      return reply.code(204).send(null)
    },
  )
}

async function one({ db, secrets }: RouteContext, id: number): Promise<Connector> {
  const row = await connectorById(db, id)
  const [shown] = row ? await viewConnectors(db, secrets, [row]) : []
  if (!shown) throw noSuchConnector(id)
  return shown
}
