import * as z from 'zod'
import { requireRight } from '../access/actor.ts'
import { inContext } from '../access/team-context.ts'
import { actorOf, type RouteContext, type Routes } from '../http/route.ts'
import { IdParams } from '../http/schema.ts'
import { Notification } from '../notifications/schema.ts'
import { viewNotifications } from '../notifications/view.ts'
import { Trace } from '../trace/schema.ts'
import { viewTrace } from '../trace/view.ts'
import { acceptAlert, noSuchAlert, resolveAlert } from './actions.ts'
import { alertAnswer } from './answer.ts'
import {
  alertExists,
  countAlerts,
  cursorAfter,
  customDetailsOf,
  findAlert,
  findAlerts,
  findTimeline,
  similarAlerts,
} from './query.ts'
import { Alert, AlertCount, AlertQuery, AlertReference, LogEntry, LogEntryFilterType, ResolveInput } from './schema.ts'
import { byOf } from './verbs/act.ts'
import { escalationRulesOf, referenceOf, viewAlertDetails, viewAlerts } from './view.ts'

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
    async (request, reply) => {
      requireRight(actorOf(request), 'read')
      const rows = await findAlerts(context.db, await inContext(request, context), request.query)
      const next = cursorAfter(rows, request.query)
      if (next !== null) reply.header('next-cursor', next)
      return viewAlerts(context.db, rows)
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
      return { count: await countAlerts(context.db, await inContext(request, context), request.query) }
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
      const row = await findAlert(context.db, id)
      if (!row) throw noSuchAlert(id)
      const { include } = request.query
      return {
        ...(await viewAlertDetails(context.db, request.viewer, row)),
        ...(include.includes('customDetails') ? { customDetails: await customDetailsOf(context.db, id) } : {}),
        ...(include.includes('escalationRules') ? { escalationRules: await escalationRulesOf(context.db, row) } : {}),
      }
    },
  )
  app.get(
    '/alerts/:id/similar',
    {
      schema: {
        operationId: 'getSimilarAlerts',
        summary: 'Alerts of the same source with the same key, or the same summary but for numbers; newest first',
        tags,
        params: IdParams,
        response: { 200: z.array(AlertReference) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      const others = await similarAlerts(context.db, request.viewer, request.params.id)
      if (others.length === 0) await requireAlert(context, request.params.id)
      return others.map(referenceOf)
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
      return alertAnswer(context, request.viewer, id)
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
      return alertAnswer(context, request.viewer, id)
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

async function requireAlert(context: RouteContext, id: number): Promise<void> {
  if (!(await alertExists(context.db, id))) throw noSuchAlert(id)
}
