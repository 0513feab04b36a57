import * as z from 'zod'
import { requireRight } from '../../access/actor.ts'
import { actorOf, type RouteContext, type Routes } from '../../http/route.ts'
import { IdParams } from '../../http/schema.ts'
import { integrationByType } from '../../integrations/index.ts'
import { fieldProblem, Problem } from '../../runtime/problem.ts'
import { settingsOf, sourceById } from '../store.ts'
import { knownFields } from './fields.ts'
import { type PreviewSubject, previewRules } from './preview.ts'
import { KnownField, Preview, PreviewInput } from './schema.ts'
import { latestDeliveries } from './store.ts'

const tags = ['Alert sources']
const LOOKED_AT = 30

/** Rules that are not saved yet, tried on what arrived; and the fields they can name. */
export const ruleRoutes: Routes = (app, context) => {
  const { clock, db } = context
  app.post(
    '/alert-sources/:id/preview',
    {
      schema: {
        operationId: 'previewAlertSource',
        summary: 'What unsaved rules would make of a delivery',
        tags,
        params: IdParams,
        body: PreviewInput,
        response: { 200: Preview },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'edit')
      return previewRules(db, await subjectOf(context, request.params.id), request.body, await clock.now())
    },
  )
  app.post(
    '/alert-sources/preview',
    {
      schema: {
        operationId: 'previewNewAlertSource',
        summary: 'The same for a source that is not made yet',
        tags,
        body: PreviewInput,
        response: { 200: Preview },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'edit')
      const type = request.body.integrationType ?? ''
      const integration = integrationByType(type)
      if (!integration) throw fieldProblem('integrationType', `There is no integration type ${type}.`)
      return previewRules(db, { id: null, integration, settings: null }, request.body, await clock.now())
    },
  )
  app.get(
    '/alert-sources/:id/fields',
    {
      schema: {
        operationId: 'getAlertSourceFields',
        summary: "Fields seen in the source's latest deliveries",
        tags,
        params: IdParams,
        response: { 200: z.array(KnownField) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'edit')
      const { integration, settings } = await subjectOf(context, request.params.id)
      return knownFields(integration, settings, await latestDeliveries(db, request.params.id, LOOKED_AT))
    },
  )
}

async function subjectOf(context: RouteContext, id: number): Promise<PreviewSubject> {
  const source = await sourceById(context.db, id)
  const integration = source ? integrationByType(source.integration_type) : null
  if (!source || !integration) throw new Problem('not-found', `There is no alert source ${id}.`)
  return { id, integration, settings: settingsOf(source, integration, context.secrets) }
}
