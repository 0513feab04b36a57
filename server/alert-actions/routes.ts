import * as z from 'zod'
import { requireRight } from '../access/actor.ts'
import { findAlert } from '../alerts/query.ts'
import { firstFound, NameParams, namesIn, pageOf } from '../http/look-up.ts'
import { actorOf, type RouteContext, type Routes } from '../http/route.ts'
import { IdParams, Paging } from '../http/schema.ts'
import { Problem } from '../runtime/problem.ts'
import { addAction, deleteAction, noSuchAction, replaceAction, rotateSigningKey } from './actions.ts'
import { actionKinds } from './kinds/index.ts'
import { previewAction } from './preview.ts'
import { pressAction, resendRun, retryRun } from './runs/actions.ts'
import { findRuns, runById } from './runs/store.ts'
import {
  ActionPreview,
  ActionPreviewInput,
  AlertAction,
  AlertActionInput,
  AlertActionRun,
  AlertActionType,
  type ConnectorType,
  ManualAction,
  ManualActionInput,
  RunQuery,
} from './schema.ts'
import { type ActionRow, actionById, actionByName, listActions, manualActionsOf } from './store.ts'
import { viewActions, viewRun } from './view.ts'

const tags = ['Alert actions']
const RUNS_OF_ALERT_MAX = 100

/** What is told outside when something happens to an alert, and its delivery log. */
export const alertActionRoutes: Routes = (app, context) => {
  const { db, clock, links } = context
  app.get(
    '/alert-action-types',
    {
      schema: {
        operationId: 'getAlertActionTypes',
        summary: 'Where alert actions can send to',
        tags,
        response: { 200: z.array(AlertActionType) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return actionKinds.map(({ type, title, summary, settings, connectorFields, sends, channel }) => ({
        type,
        title,
        summary,
        schema: z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>,
        connectorFields: [...connectorFields],
        sends,
        channel,
      }))
    },
  )
  app.get(
    '/alert-actions',
    {
      schema: {
        operationId: 'getAlertActions',
        summary: 'Alert actions, by name',
        tags,
        querystring: Paging,
        response: { 200: z.array(AlertAction) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return view(context, await listActions(db, request.viewer, pageOf(request.query)))
    },
  )
  app.post(
    '/alert-actions',
    {
      schema: {
        operationId: 'createAlertAction',
        summary: 'Add an alert action',
        tags,
        body: AlertActionInput,
        response: { 201: AlertAction },
      },
    },
    async (request, reply) => {
      const made = await addAction(context, actorOf(request), request.body, await clock.now())
      reply.code(201)
      return one(context, made.id, made.signingKey)
    },
  )
  app.post(
    '/alert-actions/preview',
    {
      schema: {
        operationId: 'previewAlertAction',
        summary: 'What unsaved settings would make of an alert; nothing is saved or sent',
        tags,
        body: ActionPreviewInput,
        response: { 200: ActionPreview },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'edit')
      return previewAction(db, request.body, links.alertUrl, await clock.now())
    },
  )
  app.get(
    '/alert-actions/name/*',
    {
      schema: {
        operationId: 'getAlertActionByName',
        summary: 'The alert action of this name',
        tags,
        params: NameParams,
        response: { 200: AlertAction },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      const row = await firstFound(namesIn(request.url), (name) => actionByName(db, request.viewer, name))
      if (!row) throw new Problem('not-found', 'There is no alert action of this name.')
      return one(context, row.id)
    },
  )
  app.get(
    '/alert-actions/:id',
    {
      schema: {
        operationId: 'getAlertAction',
        summary: 'One alert action',
        tags,
        params: IdParams,
        response: { 200: AlertAction },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return one(context, request.params.id)
    },
  )
  app.put(
    '/alert-actions/:id',
    {
      schema: {
        operationId: 'updateAlertAction',
        summary: 'Replace an alert action; a secret that is left out stays',
        tags,
        params: IdParams,
        body: AlertActionInput,
        response: { 200: AlertAction },
      },
    },
    async (request) => {
      const { id } = request.params
      const fresh = await replaceAction(context, actorOf(request), id, request.body, await clock.now())
      return one(context, id, fresh)
    },
  )
  app.delete(
    '/alert-actions/:id',
    {
      schema: {
        operationId: 'deleteAlertAction',
        summary: 'Delete an alert action; what waits is not sent',
        tags,
        params: IdParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await deleteAction(context, actorOf(request), request.params.id, await clock.now())
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/alert-actions/:id/signing-key',
    {
      schema: {
        operationId: 'rotateAlertActionSigningKey',
        summary: 'Give a webhook another key to sign with; it is shown once',
        tags,
        params: IdParams,
        response: { 200: z.object({ signingKey: z.string() }) },
      },
    },
    async (request) => {
      const signingKey = await rotateSigningKey(context, actorOf(request), request.params.id, await clock.now())
      return { signingKey }
    },
  )
  runRoutes(app, context)
}

const runRoutes: Routes = (app, context) => {
  const { db, clock } = context
  app.get(
    '/alert-actions/:id/runs',
    {
      schema: {
        operationId: 'getAlertActionRuns',
        summary: 'The delivery log of an alert action, newest first',
        tags,
        params: IdParams,
        querystring: RunQuery,
        response: { 200: z.array(AlertActionRun) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      const { status, before, 'max-results': limit } = request.query
      const rows = await findRuns(db, { actionId: request.params.id }, { status, before, limit })
      return rows.map(viewRun)
    },
  )
  app.post(
    '/alert-action-runs/:id/retry',
    {
      schema: {
        operationId: 'retryAlertActionRun',
        summary: 'Try a message that waits or failed now',
        tags,
        params: IdParams,
        response: { 200: AlertActionRun },
      },
    },
    async (request) => {
      await retryRun(db, actorOf(request), request.params.id, await clock.now())
      return oneRun(context, request.params.id)
    },
  )
  app.post(
    '/alert-action-runs/:id/resend',
    {
      schema: {
        operationId: 'resendAlertActionRun',
        summary: 'Send a message that was sent or skipped once more',
        tags,
        params: IdParams,
        response: { 201: AlertActionRun },
      },
    },
    async (request, reply) => {
      const id = await resendRun(db, actorOf(request), request.params.id, await clock.now())
      reply.code(201)
      return oneRun(context, id)
    },
  )
  app.get(
    '/alerts/:id/action-runs',
    {
      schema: {
        operationId: 'getAlertActionRunsOfAlert',
        summary: 'What alert actions sent about an alert, newest first',
        tags,
        params: IdParams,
        response: { 200: z.array(AlertActionRun) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      const rows = await findRuns(db, { alertId: request.params.id }, { limit: RUNS_OF_ALERT_MAX })
      return rows.map(viewRun)
    },
  )
  app.get(
    '/alerts/:id/actions',
    {
      schema: {
        operationId: 'getActionsOfAlert',
        summary: 'Alert actions a person may press on this alert',
        tags,
        params: IdParams,
        response: { 200: z.array(ManualAction) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      const alert = await requireAlert(context, request.params.id)
      return (await manualActionsOf(db, alert.alertSourceId)).map((row) => ({
        id: String(row.id),
        webhookId: String(row.id),
        name: row.name,
        type: row.connector_type as ConnectorType,
      }))
    },
  )
  app.post(
    '/alerts/:id/actions',
    {
      schema: {
        operationId: 'pressActionOfAlert',
        summary: 'Press an alert action on this alert',
        tags,
        params: IdParams,
        body: ManualActionInput,
        response: { 200: AlertActionRun },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireRight(actor, 'answer')
      const alert = await requireAlert(context, request.params.id)
      const { id, webhookId } = request.body
      const run = await pressAction(db, actor, alert, Number(id ?? webhookId ?? 0), await clock.now())
      return oneRun(context, run)
    },
  )
}

async function view({ db, secrets }: RouteContext, rows: readonly ActionRow[]): Promise<AlertAction[]> {
  return viewActions(db, secrets, rows)
}

async function one(context: RouteContext, id: number, signingKey: string | null = null): Promise<AlertAction> {
  const row = await actionById(context.db, id)
  const [shown] = row ? await view(context, [row]) : []
  if (!shown) throw noSuchAction(id)
  return signingKey === null ? shown : { ...shown, signingKey }
}

async function oneRun({ db }: RouteContext, id: number): Promise<AlertActionRun> {
  const row = await runById(db, id)
  if (!row) throw new Problem('not-found', `There is no message ${id} of an alert action.`)
  return viewRun(row)
}

async function requireAlert({ db }: RouteContext, id: number): Promise<{ alertSourceId: number; alertId: number }> {
  const alert = await findAlert(db, id)
  if (!alert) throw new Problem('not-found', `There is no alert ${id}.`)
  return { alertSourceId: alert.alert_source_id, alertId: alert.id }
}
