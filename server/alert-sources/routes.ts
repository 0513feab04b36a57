import * as z from 'zod'
import { type Actor, hasRight, requireRight } from '../access/actor.ts'
import { ifSeen } from '../access/curtain.ts'
import type { Viewer } from '../access/sight.ts'
import { inContext } from '../access/team-context.ts'
import { firstFound, NameParams, namesIn } from '../http/look-up.ts'
import type { RouteContext, Routes } from '../http/route.ts'
import { actorOf } from '../http/route.ts'
import { IdParams, Paging } from '../http/schema.ts'
import { integrationByType } from '../integrations/index.ts'
import { Problem } from '../runtime/problem.ts'
import { allowVerification, createSource, deleteSource, replaceSource, rotateKey } from './actions.ts'
import { readCatalogue } from './catalogue.ts'
import { isKey, readPublicId } from './keys/key.ts'
import {
  AlertSource,
  AlertSourceInput,
  ConnectionTest,
  ConnectionTestInput,
  Integration,
  RotateKeyInput,
} from './schema.ts'
import { mergeSettings } from './settings.ts'
import { keyByPublicId, listSources, openSecretSettings, type SourceRow, sourceById, sourceByName } from './store.ts'
import { viewSources } from './view.ts'

const tags = ['Alert sources']
const IdOrKey = z.object({ id: z.string().max(200).describe('id, or an integration key') })

/** Settings of inbound connections, and the catalogue they are chosen from. */
export const alertSourceRoutes: Routes = (app, context) => {
  const { clock, db, secrets } = context
  const catalogue = readCatalogue()

  app.get(
    '/integrations',
    {
      schema: {
        operationId: 'getIntegrations',
        summary: 'The catalogue of integrations',
        tags,
        response: { 200: z.array(Integration) },
      },
    },
    async () => catalogue,
  )
  app.get(
    '/alert-sources',
    {
      schema: {
        operationId: 'getAlertSources',
        summary: 'Alert sources',
        tags,
        querystring: Paging,
        response: { 200: z.array(AlertSource) },
      },
    },
    async (request) => {
      const { 'start-index': startIndex, 'max-results': maxResults } = request.query
      return view(
        context,
        actorOf(request),
        await listSources(db, await inContext(request, context), startIndex, maxResults),
      )
    },
  )
  app.post(
    '/alert-sources',
    {
      schema: {
        operationId: 'createAlertSource',
        summary: 'Create an alert source',
        tags,
        body: AlertSourceInput,
        response: { 201: AlertSource },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      requireRight(actor, 'edit')
      const id = await createSource(db, secrets, actor, request.body, await clock.now())
      reply.code(201)
      return one(context, actor, id)
    },
  )
  app.get(
    '/alert-sources/name/*',
    {
      schema: {
        operationId: 'getAlertSourceByName',
        summary: 'The alert source of this name',
        tags,
        params: NameParams,
        response: { 200: AlertSource },
      },
    },
    async (request) => {
      const row = await firstFound(namesIn(request.url), (name) => sourceByName(db, request.viewer, name))
      if (!row) throw new Problem('not-found', 'There is no alert source of this name.')
      return one(context, actorOf(request), row.id)
    },
  )
  app.get(
    '/alert-sources/:id',
    {
      schema: {
        operationId: 'getAlertSource',
        summary: 'One alert source',
        tags,
        params: IdOrKey,
        response: { 200: AlertSource },
      },
    },
    async (request) => one(context, actorOf(request), await idOf(context, request.viewer, request.params.id)),
  )
  app.put(
    '/alert-sources/:id',
    {
      schema: {
        operationId: 'updateAlertSource',
        summary: 'Replace an alert source',
        tags,
        params: IdParams,
        body: AlertSourceInput,
        response: { 200: AlertSource },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireRight(actor, 'edit')
      await replaceSource(db, secrets, actor, request.params.id, request.body, await clock.now())
      return one(context, actor, request.params.id)
    },
  )
  app.delete(
    '/alert-sources/:id',
    {
      schema: {
        operationId: 'deleteAlertSource',
        summary: 'Delete an alert source',
        tags,
        params: IdParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      requireRight(actorOf(request), 'edit')
      await deleteSource(db, actorOf(request), request.params.id, await clock.now())
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/alert-sources/:id/rotate-key',
    {
      schema: {
        operationId: 'rotateAlertSourceKey',
        summary: 'A new integration key',
        tags,
        params: IdParams,
        body: RotateKeyInput,
        response: { 200: AlertSource },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireRight(actor, 'edit')
      await rotateKey(db, secrets, actor, request.params.id, request.body.overlapHours, await clock.now())
      return one(context, actor, request.params.id)
    },
  )
  app.post(
    '/alert-sources/:id/allow-verification',
    {
      schema: {
        operationId: 'allowAlertSourceVerification',
        summary: 'Answer verifications that were held back',
        tags,
        params: IdParams,
        response: { 200: AlertSource },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireRight(actor, 'edit')
      await allowVerification(db, secrets, actor, request.params.id, await clock.now())
      return one(context, actor, request.params.id)
    },
  )
  app.post(
    '/alert-sources/:id/test-connection',
    {
      schema: {
        operationId: 'testAlertSourceConnection',
        summary: 'Ask the other system with saved or unsaved settings',
        tags,
        params: IdParams,
        body: ConnectionTestInput,
        response: { 200: ConnectionTest },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'edit')
      return testConnection(
        context,
        await requireRow(context, request.params.id),
        request.body.integrationSettings ?? {},
      )
    },
  )
}

async function testConnection(context: RouteContext, source: SourceRow, sent: Record<string, unknown>) {
  const integration = integrationByType(source.integration_type)
  if (!integration?.testConnection)
    throw new Problem('not-found', 'This type of alert source has no connection to test.')
  const saved = { ...source.settings, ...openSecretSettings(source, context.secrets) }
  const checks = await integration.testConnection(mergeSettings(integration, saved, sent), context.outbound)
  return { ok: checks.every((check) => check.ok), checks }
}

async function requireRow(context: RouteContext, id: number): Promise<SourceRow> {
  const row = await sourceById(context.db, id)
  if (!row) throw new Problem('not-found', `There is no alert source ${id}.`)
  return row
}

async function idOf(context: RouteContext, viewer: Viewer, text: string): Promise<number> {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  const publicId = readPublicId(text)
  const key = publicId === null ? null : await keyByPublicId(context.db, publicId)
  const isSeen = key && isKey(text, key.key_hash) && (await ifSeen(context, viewer, 'alert-source', key.source))
  if (!isSeen) throw new Problem('not-found', 'There is no such alert source.')
  return key.source.id
}

async function one(context: RouteContext, actor: Actor, id: number): Promise<AlertSource> {
  const [shown] = await view(context, actor, [await requireRow(context, id)])
  if (!shown) throw new Problem('not-found', `There is no alert source ${id}.`)
  return shown
}

async function view(context: RouteContext, actor: Actor, rows: SourceRow[]): Promise<AlertSource[]> {
  const { publicUrl } = context.settings
  const viewContext = { secrets: context.secrets, publicUrl, showsKeys: hasRight(actor, 'edit') }
  return viewSources(context.db, rows, viewContext, await context.clock.now())
}
