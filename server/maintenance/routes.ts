import * as z from 'zod'
import { requireRight } from '../access/actor.ts'
import type { Viewer } from '../access/sight.ts'
import type { Database } from '../database/connection.ts'
import { everKnownPeople } from '../directory/store.ts'
import { actorOf, type RouteContext, type Routes } from '../http/route.ts'
import { IdParams } from '../http/schema.ts'
import { addWindow, deleteWindow, endWindow, noSuchWindow, replaceWindow } from './actions.ts'
import { MaintenanceQuery, MaintenanceWindow, MaintenanceWindowInput } from './schema.ts'
import { droppedBy, findWindows, sourcesOfWindows, type WindowRow, windowById } from './store.ts'

const tags = ['Maintenance windows']

/** Spans of time in which alerts of some sources are dropped. */
export const maintenanceRoutes: Routes = (app, context) => {
  app.get(
    '/maintenance-windows',
    {
      schema: {
        operationId: 'getMaintenanceWindows',
        summary: 'Maintenance windows: what runs or comes first',
        tags,
        querystring: MaintenanceQuery,
        response: { 200: z.array(MaintenanceWindow) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      const now = await context.clock.now()
      return viewWindows(
        context.db,
        request.viewer,
        await findWindows(context.db, request.viewer, request.query, now),
        now,
      )
    },
  )
  app.post(
    '/maintenance-windows',
    {
      schema: {
        operationId: 'createMaintenanceWindow',
        summary: 'Plan maintenance, or begin it',
        tags,
        body: MaintenanceWindowInput,
        response: { 200: MaintenanceWindow },
      },
    },
    async (request) => {
      const id = await addWindow(context.db, actorOf(request), request.body, await context.clock.now())
      return one(context, request.viewer, id)
    },
  )
  app.get(
    '/maintenance-windows/:id',
    {
      schema: {
        operationId: 'getMaintenanceWindow',
        summary: 'One maintenance window',
        tags,
        params: IdParams,
        response: { 200: MaintenanceWindow },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return one(context, request.viewer, request.params.id)
    },
  )
  app.put(
    '/maintenance-windows/:id',
    {
      schema: {
        operationId: 'updateMaintenanceWindow',
        summary: 'Replace a maintenance window',
        tags,
        params: IdParams,
        body: MaintenanceWindowInput,
        response: { 200: MaintenanceWindow },
      },
    },
    async (request) => {
      const { id } = request.params
      await replaceWindow(context.db, actorOf(request), id, request.body, await context.clock.now())
      return one(context, request.viewer, id)
    },
  )
  app.put(
    '/maintenance-windows/:id/end',
    {
      schema: {
        operationId: 'endMaintenanceWindow',
        summary: 'End maintenance now',
        tags,
        params: IdParams,
        response: { 200: MaintenanceWindow },
      },
    },
    async (request) => {
      const { id } = request.params
      await endWindow(context.db, actorOf(request), id, await context.clock.now())
      return one(context, request.viewer, id)
    },
  )
  app.delete(
    '/maintenance-windows/:id',
    {
      schema: {
        operationId: 'deleteMaintenanceWindow',
        summary: 'Delete a maintenance window',
        tags,
        params: IdParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await deleteWindow(context.db, actorOf(request), request.params.id, await context.clock.now())
      return reply.code(204).send(null)
    },
  )
}

async function one(context: RouteContext, viewer: Viewer, id: number): Promise<MaintenanceWindow> {
  const row = await windowById(context.db, id)
  const [shown] = row ? await viewWindows(context.db, viewer, [row], await context.clock.now()) : []
  if (!shown) throw noSuchWindow(id)
  return shown
}

async function viewWindows(
  db: Database,
  viewer: Viewer,
  rows: readonly WindowRow[],
  now: Date,
): Promise<MaintenanceWindow[]> {
  const ids = rows.map((row) => row.id)
  const [sources, dropped, people] = await Promise.all([
    sourcesOfWindows(db, viewer, ids),
    droppedBy(db, ids),
    everKnownPeople(
      db,
      rows.flatMap((row) => row.created_by ?? []),
    ),
  ])
  return rows.map((row) => ({
    id: row.id,
    summary: row.summary,
    description: row.description,
    timezone: row.timezone,
    start: row.starts_at.toISOString(),
    end: row.ends_at.toISOString(),
    state: row.ends_at > now ? 'OPEN' : 'CLOSED',
    status: row.ends_at <= now ? 'ENDED' : row.starts_at <= now ? 'ACTIVE' : 'SCHEDULED',
    alertSources: sources.filter((source) => source.windowId === row.id).map(({ id, name }) => ({ id, name })),
    services: [],
    notifications: { atCreation: false, atStart: false, atEnd: false },
    dropped: dropped.get(row.id) ?? 0,
    createdBy: row.created_by === null ? null : (people.get(row.created_by) ?? null),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }))
}
