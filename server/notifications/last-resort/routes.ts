import { requireRight } from '../../access/actor.ts'
import { actorOf, type Routes } from '../../http/route.ts'
import { changeLastResort, readLastResort } from './actions.ts'
import { LastResort, LastResortInput } from './schema.ts'

const tags = ['Escalation policies']

/** Who is told when nobody could be reached. */
export const lastResortRoutes: Routes = (app, context) => {
  app.get(
    '/last-resort',
    {
      schema: {
        operationId: 'getLastResort',
        summary: 'Who is told when nobody could be reached, or nobody answered',
        tags,
        response: { 200: LastResort },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return readLastResort(context.db)
    },
  )
  app.put(
    '/last-resort',
    {
      schema: {
        operationId: 'putLastResort',
        summary: 'Choose who is told when nobody could be reached',
        tags,
        body: LastResortInput,
        response: { 200: LastResort },
      },
    },
    async (request) => changeLastResort(context.db, actorOf(request), request.body, await context.clock.now()),
  )
}
