import * as z from 'zod'
import type { Actor } from '../access/actor.ts'
import { requireRight } from '../access/actor.ts'
import { actorOf, type RouteContext, type Routes } from '../http/route.ts'
import { IdParams } from '../http/schema.ts'
import { Notification } from '../notifications/schema.ts'
import { viewNotifications } from '../notifications/view.ts'
import { Problem } from '../runtime/problem.ts'
import { Trace } from '../trace/schema.ts'
import { viewTrace } from '../trace/view.ts'
import { acceptAlert, type By, resolveAlert } from './actions.ts'
import { alertExists, countAlerts, customDetailsOf, findAlert, findAlerts, findTimeline } from './query.ts'
import { Alert, AlertCount, AlertQuery, LogEntry, LogEntryFilterType, ResolveInput } from './schema.ts'
import { viewAlerts } from './view.ts'

const tags = ['Alerts']
const ENTRIES_MAX = 1_000

/** Clients repeat a parameter or separate its values by commas. */
const listOf = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) => (value === undefined ? [] : [value].flat().flatMap((text) => String(text).split(','))),
    z.array(item).max(50),
  )

const Include = z.object({
  include: listOf(z.string().max(100)).describe('customDetails, nextEscalationUser, escalationRules'),
})

const LogEntryQuery = z.object({
  include: listOf(z.string().max(100)).describe('vars'),
  'filter-types': listOf(LogEntryFilterType),
  'start-index': z.coerce.number().int().min(0).max(1_000_000).default(0),
  'max-results': z.coerce.number().int().min(1).max(ENTRIES_MAX).default(ENTRIES_MAX),
})

/** Alerts: read, accepted, resolved. */
export const alertRoutes: Routes = (app, context) => {
  app.get(
    '/alerts',
    {
      schema: {
        operationId: 'getAlerts',
        summary: 'Alerts, newest first',
        tags,
        querystring: AlertQuery,
        response: { 200: z.array(Alert) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return viewAlerts(context.db, await findAlerts(context.db, request.query))
    },
  )
  app.get(
    '/alerts/count',
    {
      schema: {
        operationId: 'getAlertCount',
        summary: 'How many alerts match',
        tags,
        querystring: AlertQuery,
        response: { 200: AlertCount },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return { count: await countAlerts(context.db, request.query) }
    },
  )
  app.get(
    '/alerts/:id',
    {
      schema: {
        operationId: 'getAlert',
        summary: 'One alert',
        tags,
        params: IdParams,
        querystring: Include,
        response: { 200: Alert },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      const { id } = request.params
      const alert = await alertAnswer(context, id)
      if (!request.query.include.includes('customDetails')) return alert
      return { ...alert, customDetails: await customDetailsOf(context.db, id) }
    },
  )
  answerRoutes(app, context)
  storyRoutes(app, context)
  traceRoutes(app, context)
}

const answerRoutes: Routes = (app, context) => {
  app.put(
    '/alerts/:id/accept',
    {
      schema: {
        operationId: 'acceptAlert',
        summary: 'Accept an alert: nobody else is asked',
        tags,
        params: IdParams,
        response: { 200: Alert },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireRight(actor, 'answer')
      const { id } = request.params
      await acceptAlert(context.db, id, byOf(actor), await context.clock.now())
      return alertAnswer(context, id)
    },
  )
  app.put(
    '/alerts/:id/resolve',
    {
      schema: {
        operationId: 'resolveAlert',
        summary: 'Resolve an alert',
        tags,
        params: IdParams,
        body: ResolveInput,
        response: { 200: Alert },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireRight(actor, 'answer')
      const { id } = request.params
      const comment = request.body?.comment?.replaceAll('\0', '').trim() || null
      await resolveAlert(context.db, id, byOf(actor), comment, await context.clock.now())
      return alertAnswer(context, id)
    },
  )
}

const storyRoutes: Routes = (app, context) => {
  app.get(
    '/alerts/:id/log-entries',
    {
      schema: {
        operationId: 'getAlertLogEntries',
        summary: "An alert's timeline, oldest first",
        tags,
        params: IdParams,
        querystring: LogEntryQuery,
        response: { 200: z.array(LogEntry) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      const { params, query } = request
      const entries = await findTimeline(context.db, params.id, {
        offset: query['start-index'],
        limit: query['max-results'],
        filterTypes: query['filter-types'],
      })
      if (entries.length === 0) await requireAlert(context, params.id)
      return query.include.includes('vars') ? entries : entries.map(({ vars, ...entry }) => entry)
    },
  )
  app.get(
    '/alerts/:id/notifications',
    {
      schema: {
        operationId: 'getAlertNotifications',
        summary: 'Who was told of an alert, and how that went',
        tags,
        params: IdParams,
        response: { 200: z.array(Notification) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      const notifications = await viewNotifications(context.db, request.params.id)
      if (notifications.length === 0) await requireAlert(context, request.params.id)
      return notifications
    },
  )
}

const traceRoutes: Routes = (app, context) => {
  app.get(
    '/alerts/:id/trace',
    {
      schema: {
        operationId: 'getAlertTrace',
        summary: 'Why: every decision about an alert with the rule that caused it, oldest first',
        tags,
        params: IdParams,
        response: { 200: Trace },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      const trace = await viewTrace(context.db, request.params.id)
      if (trace.steps.length === 0) await requireAlert(context, request.params.id)
      return trace
    },
  )
}

async function alertAnswer(context: RouteContext, id: number): Promise<Alert> {
  const row = await findAlert(context.db, id)
  const [alert] = row ? await viewAlerts(context.db, [row]) : []
  if (!alert) throw noAlert(id)
  return alert
}

async function requireAlert(context: RouteContext, id: number): Promise<void> {
  if (!(await alertExists(context.db, id))) throw noAlert(id)
}

function noAlert(id: number): Problem {
  return new Problem('not-found', `There is no alert ${id}.`)
}

function byOf(actor: Actor): By {
  if (actor.kind === 'automation') return { kind: 'automation' }
  return { kind: 'person', personId: actor.personId, name: actor.name, through: 'in the web app' }
}
