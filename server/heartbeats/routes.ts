import type { FastifyRequest } from 'fastify'
import * as z from 'zod'
import { type Actor, hasRight, requireRight } from '../access/actor.ts'
import { ifSeen } from '../access/curtain.ts'
import { isDatabaseAway } from '../http/errors.ts'
import { firstFound, NameParams, namesIn } from '../http/look-up.ts'
import { type App, actorOf, type RouteContext, type Routes } from '../http/route.ts'
import { IdParams } from '../http/schema.ts'
import { Problem } from '../runtime/problem.ts'
import { within } from '../runtime/timers.ts'
import { addMonitor, deleteMonitor, noSuchMonitor, ping, replaceMonitor } from './actions.ts'
import {
  HeartbeatInclude,
  HeartbeatMonitor,
  HeartbeatMonitorInput,
  HeartbeatQuery,
  type HeartbeatState,
  PingParams,
} from './schema.ts'
import {
  alertsOfMonitors,
  listMonitors,
  type MonitorRow,
  monitorById,
  monitorByName,
  monitorKeyPlace,
  teamsOfMonitors,
} from './store.ts'

const tags = ['Heartbeat monitors']
const PING_MS_MAX = 4_800
/** A window shorter than the shortest interval: who calls too often is noted often enough all the same. */
const PING_WINDOW_SECONDS = 20
const PINGS_PER_WINDOW_MAX = 10

const limited = {
  rateLimit: {
    max: PINGS_PER_WINDOW_MAX,
    timeWindow: PING_WINDOW_SECONDS * 1_000,
    keyGenerator: (request: FastifyRequest) => (request.params as z.infer<typeof PingParams>).key,
    errorResponseBuilder: () =>
      new Problem(
        'too-many-requests',
        `This monitor is called more than ${PINGS_PER_WINDOW_MAX} times in ${PING_WINDOW_SECONDS} seconds. Earlier calls were noted: call again in ${PING_WINDOW_SECONDS} seconds.`,
        { retryAfterSeconds: PING_WINDOW_SECONDS },
      ),
  },
}

/** Where the watched things call, without a session: the key is in the address. */
export function pingRoutes(app: App, context: RouteContext): void {
  // Whatever a script sends along is not looked at.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null, undefined))
  for (const url of ['/heartbeats/:key', '/pings/:key']) {
    app.route({
      method: ['GET', 'HEAD', 'POST'],
      url,
      exposeHeadRoute: false,
      config: limited,
      schema: { hide: true, params: PingParams },
      handler: async (request, reply) => {
        const { key } = request.params as z.infer<typeof PingParams>
        if (!(await take(context, key))) throw new Problem('not-found', 'There is no heartbeat monitor with this key.')
        return reply.code(202).send({})
      },
    })
  }
}

async function take(context: RouteContext, key: string): Promise<boolean> {
  try {
    return await within(PING_MS_MAX, 'The database does not answer in time.', pingNow(context, key))
  } catch (cause) {
    if (!isDatabaseAway(cause) && !(cause instanceof Error && cause.message.includes('in time'))) throw cause
    throw new Problem('database-away', 'The call could not be noted just now. Call again.', {
      retryAfterSeconds: 2,
      cause,
    })
  }
}

async function pingNow(context: RouteContext, key: string): Promise<boolean> {
  return ping(context.db, key, await context.clock.now())
}

/** Things that must not fall silent. */
export const heartbeatRoutes: Routes = (app, context) => {
  const { db, secrets, clock } = context
  app.get(
    '/heartbeat-monitors',
    {
      schema: {
        operationId: 'getHeartbeatMonitors',
        summary: 'Heartbeat monitors, oldest first; the header next-cursor leads to the next page',
        tags,
        querystring: HeartbeatQuery,
        response: { 200: z.array(HeartbeatMonitor) },
      },
    },
    async (request, reply) => {
      const { query } = request
      const limit = query['max-results']
      const rows = await listMonitors(db, request.viewer, {
        afterId: Number(query.cursor ?? 0),
        offset: query.cursor === undefined ? query['start-index'] : 0,
        limit,
      })
      const last = rows.at(-1)
      if (last && rows.length === limit) reply.header('next-cursor', String(last.id))
      return view(context, actorOf(request), rows, query.include)
    },
  )
  app.post(
    '/heartbeat-monitors',
    {
      schema: {
        operationId: 'createHeartbeatMonitor',
        summary: 'Add a heartbeat monitor; a name that is taken answers 409 with the monitor that has it',
        tags,
        querystring: HeartbeatInclude,
        body: HeartbeatMonitorInput,
        response: { 201: HeartbeatMonitor },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      const { include } = request.query
      const id = await addMonitor(db, secrets, actor, request.body, await clock.now())
      if (id === null)
        return nameTaken(context, request, request.body.name, include, reply as unknown as Replier) as never
      reply.code(201)
      return one(context, actor, id, include)
    },
  )
  app.get(
    '/heartbeat-monitors/name/*',
    {
      schema: {
        operationId: 'getHeartbeatMonitorByName',
        summary: 'The heartbeat monitor of this name',
        tags,
        params: NameParams,
        querystring: HeartbeatInclude,
        response: { 200: HeartbeatMonitor },
      },
    },
    async (request) => {
      const row = await firstFound(namesIn(request.url.replace(/[?&]include=[^&]*/g, '')), async (name) =>
        ifSeen(context, request.viewer, 'heartbeat-monitor', await monitorByName(db, name)),
      )
      if (!row) throw new Problem('not-found', 'There is no heartbeat monitor of this name.')
      return one(context, actorOf(request), row.id, request.query.include)
    },
  )
  app.get(
    '/heartbeat-monitors/:id',
    {
      schema: {
        operationId: 'getHeartbeatMonitor',
        summary: 'One heartbeat monitor',
        tags,
        params: IdParams,
        querystring: HeartbeatInclude,
        response: { 200: HeartbeatMonitor },
      },
    },
    async (request) => one(context, actorOf(request), request.params.id, request.query.include),
  )
  app.put(
    '/heartbeat-monitors/:id',
    {
      schema: {
        operationId: 'updateHeartbeatMonitor',
        summary: 'Replace a heartbeat monitor',
        tags,
        params: IdParams,
        querystring: HeartbeatInclude,
        body: HeartbeatMonitorInput,
        response: { 200: HeartbeatMonitor },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      await replaceMonitor(db, actor, request.params.id, request.body, await clock.now())
      return one(context, actor, request.params.id, request.query.include)
    },
  )
  app.delete(
    '/heartbeat-monitors/:id',
    {
      schema: {
        operationId: 'deleteHeartbeatMonitor',
        summary: 'Delete a heartbeat monitor',
        tags,
        params: IdParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await deleteMonitor(db, actorOf(request), request.params.id, await clock.now())
      return reply.code(204).send(null)
    },
  )
}

interface Replier {
  code(status: number): Replier
  header(name: string, value: string): Replier
  send(body: unknown): unknown
}

/** Install scripts create again and again: the answer is 409, and all the same has the address to call. */
async function nameTaken(
  context: RouteContext,
  request: FastifyRequest,
  name: string,
  include: readonly string[],
  reply: Replier,
): Promise<unknown> {
  const row = await ifSeen(context, request.viewer, 'heartbeat-monitor', await monitorByName(context.db, name))
  const [monitor] = row ? await view(context, actorOf(request), [row], include) : []
  const detail = `A heartbeat monitor is called ${name} already.`
  return reply
    .code(409)
    .header('content-type', 'application/json; charset=utf-8')
    .send(
      JSON.stringify({
        ...monitor,
        title: 'The name is taken',
        status: 409,
        detail,
        message: detail,
        code: 'NAME_TAKEN',
      }),
    )
}

async function one(
  context: RouteContext,
  actor: Actor,
  id: number,
  include: readonly string[],
): Promise<HeartbeatMonitor> {
  const row = await monitorById(context.db, id)
  const [monitor] = row ? await view(context, actor, [row], include) : []
  if (!monitor) throw noSuchMonitor(id)
  return monitor
}

async function view(
  context: RouteContext,
  actor: Actor,
  rows: readonly MonitorRow[],
  include: readonly string[],
): Promise<HeartbeatMonitor[]> {
  requireRight(actor, 'read')
  const { db, secrets, settings } = context
  const ids = rows.map((row) => row.id)
  const [teams, alerts, sources] = await Promise.all([
    teamsOfMonitors(db, ids),
    alertsOfMonitors(db, rows),
    sourceNames(
      db,
      rows.map((row) => row.alert_source_id),
    ),
  ])
  const showsKeys = hasRight(actor, 'edit')
  return rows.map((row) => {
    const key = showsKeys ? secrets.open(row.key_sealed, monitorKeyPlace(row.public_id)) : null
    const alert = alerts.find((one) => one.key === `heartbeat-${row.id}`)
    return {
      id: row.id,
      name: row.name,
      state: row.state as HeartbeatState,
      intervalSec: row.interval_seconds,
      alertSummary: row.alert_summary,
      alertSource: { id: row.alert_source_id, name: sources.get(row.alert_source_id) ?? '' },
      teams: teams.filter((team) => team.monitorId === row.id).map((team) => ({ id: team.id, name: team.name })),
      lastPingAt: row.last_ping_at?.toISOString() ?? null,
      overdueAt: row.state === 'HEALTHY' ? (row.due_at?.toISOString() ?? null) : null,
      alert: alert ? { id: alert.id } : null,
      integrationKey: key,
      ...(include.includes('integrationUrl')
        ? { integrationUrl: key === null ? null : `${settings.publicUrl}/api/v1/heartbeats/${key}` }
        : {}),
      createdAt: row.created_at.toISOString(),
      updatedAt: row.updated_at.toISOString(),
    }
  })
}

async function sourceNames(db: RouteContext['db'], ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('alert_source')
    .select(['id', 'name'])
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map((row) => [row.id, row.name]))
}
