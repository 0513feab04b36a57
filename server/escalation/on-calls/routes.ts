import * as z from 'zod'
import { requireRight } from '../../access/actor.ts'
import { actorOf, type Routes } from '../../http/route.ts'
import { INTERVAL_DAYS_MAX, OnCall, OnCallQuery } from '../../oncall/schema.ts'
import { fieldProblem } from '../../runtime/problem.ts'
import { ZONED_FROM, ZONED_UNTIL } from '../../runtime/zoned.ts'
import { viewOnCalls } from './view.ts'

/** Who is on call, over all policies that alert sources use. */
export const onCallRoutes: Routes = (app, { db, clock }) => {
  app.get(
    '/on-calls',
    {
      schema: {
        operationId: 'listOnCalls',
        summary: 'Who is on call now, or in an interval',
        tags: ['On-call schedules'],
        querystring: OnCallQuery,
        response: { 200: z.array(OnCall) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      const { from, until } = request.query
      const now = await clock.now()
      const begin = from ? new Date(from) : now
      for (const [field, at] of Object.entries({ from, until })) {
        if (at && (Date.parse(at) < ZONED_FROM || Date.parse(at) >= ZONED_UNTIL)) {
          throw fieldProblem(field, 'It lies between 1970 and 2100.')
        }
      }
      if (until && new Date(until) <= begin) throw fieldProblem('until', 'It lies before from.')
      if (until && new Date(until).getTime() - begin.getTime() > INTERVAL_DAYS_MAX * 86_400_000) {
        throw fieldProblem('until', `An interval is at most ${INTERVAL_DAYS_MAX} days long: ask for a shorter one.`)
      }
      return viewOnCalls(db, request.viewer, request.query, now)
    },
  )
}
