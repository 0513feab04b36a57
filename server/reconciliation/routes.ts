import { requireRight } from '../access/actor.ts'
import { sourceById } from '../alert-sources/store.ts'
import { actorOf, type Routes } from '../http/route.ts'
import { IdParams } from '../http/schema.ts'
import { Problem } from '../runtime/problem.ts'
import { reconcileNow, viewReconciliation } from './actions.ts'
import { ReconcileInput, Reconciliation } from './schema.ts'
import { reconciliationOf } from './store.ts'

const tags = ['Alert sources']

/** The open records of the other system, compared with what is known here. */
export const reconciliationRoutes: Routes = (app, context) => {
  app.get(
    '/alert-sources/:id/reconciliation',
    {
      schema: {
        operationId: 'getAlertSourceReconciliation',
        summary: 'The last comparison with the other system',
        tags,
        params: IdParams,
        response: { 200: Reconciliation },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      if (!(await sourceById(context.db, request.params.id)))
        throw new Problem('not-found', `There is no alert source ${request.params.id}.`)
      return viewReconciliation(await reconciliationOf(context.db, request.params.id))
    },
  )
  app.post(
    '/alert-sources/:id/reconcile',
    {
      schema: {
        operationId: 'reconcileAlertSource',
        summary: 'Compare with the other system now; what differs is shown and healed',
        tags,
        params: IdParams,
        body: ReconcileInput,
        response: { 200: Reconciliation },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'edit')
      if (!(await sourceById(context.db, request.params.id)))
        throw new Problem('not-found', `There is no alert source ${request.params.id}.`)
      const { dryRun = false, includeBaseline = false } = request.body
      return reconcileNow(context, request.params.id, { dryRun, includeBaseline }, await context.clock.now())
    },
  )
}
