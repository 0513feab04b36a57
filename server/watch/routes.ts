import * as z from 'zod'
import { requireRight } from '../access/actor.ts'
import { actorOf, type Routes } from '../http/route.ts'
import { dismissAll } from './auditor/actions.ts'
import { findings } from './auditor/store.ts'
import { SelfCheck } from './schema.ts'
import { selfCheckView } from './view.ts'

const tags = ['Status']

/** How this installation stands in its own eyes. */
export const watchRoutes: Routes = (app, { db, clock, pulse }) => {
  app.get(
    '/self-check',
    {
      schema: {
        operationId: 'getSelfCheck',
        summary: 'Whether database, engine, mail and auditor are well, and what the auditor found',
        tags,
        response: { 200: SelfCheck },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return selfCheckView(pulse(), await findings(db))
    },
  )
  app.put(
    '/self-check/findings/dismiss',
    {
      schema: {
        operationId: 'dismissFindings',
        summary: "The auditor's findings were seen: their banner and alert end",
        tags,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await dismissAll(db, actorOf(request), await clock.now())
      return reply.code(204).send(null)
    },
  )
}
