import * as z from 'zod'
import { requireRight } from '../../access/actor.ts'
import { inContext } from '../../access/team-context.ts'
import { firstFound, known, NameParams, namesIn, pageOf } from '../../http/look-up.ts'
import { actorOf, type Routes } from '../../http/route.ts'
import { IdParams, Paging } from '../../http/schema.ts'
import { addSupportHours, deleteSupportHours, noSuchSupportHours, replaceSupportHours } from './actions.ts'
import { SupportHours, SupportHoursInput } from './schema.ts'
import {
  listSupportHours,
  type SupportHoursRow,
  supportHoursByName,
  supportHoursRow,
  viewSupportHours,
} from './store.ts'

/** Support hours: when the priority of alerts is high or low. */
export const supportHoursRoutes: Routes = (app, { db, clock }) => {
  const tags = ['Support hours']
  const one = async (row: SupportHoursRow | null) => {
    const [hours] = await viewSupportHours(db, [known(row, noSuchSupportHours)], await clock.now())
    return known(hours ?? null, noSuchSupportHours)
  }

  app.get(
    '/support-hours',
    {
      schema: {
        operationId: 'listSupportHours',
        summary: 'All support hours',
        tags,
        querystring: Paging,
        response: { 200: z.array(SupportHours) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      const viewer = await inContext(request, { db })
      return viewSupportHours(db, await listSupportHours(db, viewer, pageOf(request.query)), await clock.now())
    },
  )

  app.post(
    '/support-hours',
    {
      schema: {
        operationId: 'createSupportHours',
        summary: 'Add support hours',
        tags,
        body: SupportHoursInput,
        response: { 201: SupportHours },
      },
    },
    async (request, reply) => {
      const id = await addSupportHours(db, actorOf(request), request.body, await clock.now())
      return reply.code(201).send(await one(await supportHoursRow(db, id)))
    },
  )

  app.get(
    '/support-hours/name/*',
    {
      schema: {
        operationId: 'getSupportHoursByName',
        summary: 'The support hours of a name',
        tags,
        params: NameParams,
        response: { 200: SupportHours },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return one(await firstFound(namesIn(request.url), (name) => supportHoursByName(db, request.viewer, name)))
    },
  )

  app.get(
    '/support-hours/:id',
    {
      schema: {
        operationId: 'getSupportHours',
        summary: 'One object of support hours',
        tags,
        params: IdParams,
        response: { 200: SupportHours },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return one(await supportHoursRow(db, request.params.id))
    },
  )

  app.put(
    '/support-hours/:id',
    {
      schema: {
        operationId: 'updateSupportHours',
        summary: 'Replace support hours; teams that are absent or null stay',
        tags,
        params: IdParams,
        body: SupportHoursInput,
        response: { 200: SupportHours },
      },
    },
    async (request) => {
      await replaceSupportHours(db, actorOf(request), request.params.id, request.body, await clock.now())
      return one(await supportHoursRow(db, request.params.id))
    },
  )

  app.delete(
    '/support-hours/:id',
    {
      schema: {
        operationId: 'deleteSupportHours',
        summary: 'Delete support hours that no alert source follows',
        tags,
        params: IdParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await deleteSupportHours(db, actorOf(request), request.params.id, await clock.now())
      return reply.code(204).send(null)
    },
  )
}
