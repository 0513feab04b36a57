import * as z from 'zod'
import type { Actor } from '../../access/actor.ts'
import { requireStorable } from '../../database/values.ts'
import { actorOf, type Routes } from '../../http/route.ts'
import { IdParams } from '../../http/schema.ts'
import { fieldProblem, Problem } from '../../runtime/problem.ts'
import { SAVED_VIEWS_MAX, SavedView, SavedViewInput } from './schema.ts'
import { deleteView, saveView, viewsOf } from './store.ts'

const tags = ['Alerts']

/** One's own saved lists. */
export const savedViewRoutes: Routes = (app, context) => {
  app.get(
    '/saved-views',
    {
      schema: {
        operationId: 'getSavedViews',
        summary: 'Your saved views of the alert list',
        tags,
        response: { 200: z.array(SavedView) },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return actor.kind === 'person' ? viewsOf(context.db, actor.personId) : []
    },
  )
  app.post(
    '/saved-views',
    {
      schema: {
        operationId: 'saveView',
        summary: 'Save a view of the alert list; the same name replaces it',
        tags,
        body: SavedViewInput,
        response: { 201: SavedView },
      },
    },
    async (request, reply) => {
      const personId = personOf(actorOf(request))
      requireStorable(request.body)
      const views = await viewsOf(context.db, personId)
      const isKnown = views.some((view) => view.name.toLowerCase() === request.body.name.toLowerCase())
      if (!isKnown && views.length >= SAVED_VIEWS_MAX) {
        throw fieldProblem('name', `You have ${SAVED_VIEWS_MAX} views: delete one first.`)
      }
      reply.code(201)
      return saveView(context.db, personId, request.body, await context.clock.now())
    },
  )
  app.delete(
    '/saved-views/:id',
    {
      schema: {
        operationId: 'deleteSavedView',
        summary: 'Delete a saved view',
        tags,
        params: IdParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      if (!(await deleteView(context.db, personOf(actorOf(request)), id))) {
        throw new Problem('not-found', `You have no view ${id}.`)
      }
      return reply.code(204).send(null)
    },
  )
}

function personOf(actor: Actor): number {
  if (actor.kind === 'person') return actor.personId
  throw new Problem('not-allowed', 'Views belong to people: sign in as one.')
}
