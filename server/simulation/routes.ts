import { requireRight } from '../access/actor.ts'
import { actorOf, type Routes } from '../http/route.ts'
import { Problem } from '../runtime/problem.ts'
import { simulate } from './actions.ts'
import { SIMULATION_BYTES_MAX, Simulation, SimulationInput } from './schema.ts'

/** More of them would take the connections that people's screens need. */
const AT_ONCE_MAX = 3

/** What would happen if an event came. */
export const simulationRoutes: Routes = (app, context) => {
  let running = 0
  app.post(
    '/simulations',
    {
      bodyLimit: SIMULATION_BYTES_MAX,
      schema: {
        operationId: 'simulate',
        summary: 'What would happen if an event came, minute by minute; nothing is sent',
        description:
          'Says whom an event at any moment would page, if nobody answered. Give an `event` as POST /api/events takes it, or a `delivery`: `{"id"}` of one from the log, or `{"body"}` as the other system would send it. With `changes` the answer has a second run, with an edit that is not saved.',
        tags: ['Simulations'],
        body: SimulationInput,
        response: { 200: Simulation },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireRight(actor, request.body.changes ? 'edit' : 'answer')
      if (running >= AT_ONCE_MAX)
        throw new Problem('too-many-requests', 'Other simulations are under way. Try again.', { retryAfterSeconds: 1 })
      running++
      try {
        return await simulate(context, actor, request.body, await context.clock.now())
      } finally {
        running--
      }
    },
  )
}
