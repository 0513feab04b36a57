import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import type { Desk } from '../desk.ts'
import { type Mistake, readTicketInput } from '../ticket-input.ts'
import { validationFailed } from './errors.ts'
import { mustBeAllowed } from './gate.ts'
import type { CallerOf } from './routes.ts'
import { ticketShape } from './shapes.ts'

/** Monitoring tools name things as people do; numbers work too. */
const Named = z.union([z.number().int(), z.string()]).nullish()
const EventInput = z.looseObject({ category: z.string().nullish(), service_instance: Named, team: Named, ci: Named })

/** The Events API: how monitoring tools register a request. */
export function addEventRoutes(app: FastifyInstance, desk: Desk, callerOf: CallerOf): void {
  const { state } = desk
  app.post('/events', async (request, reply) => {
    const caller = callerOf(request)
    mustBeAllowed(caller, 'request', 'C')
    const given = EventInput.safeParse(request.body ?? {})
    if (!given.success) throw validationFailed(given.error.issues.map(({ path }) => [String(path[0]), 'is invalid']))
    const { service_instance, team, ci: _, ...rest } = given.data
    const mistakes: Mistake[] = []
    const numberOf = (field: string, name: string | number | null | undefined, all: { id: number; name: string }[]) => {
      if (name === null || name === undefined) return {}
      const found = all.find((one) => one.id === name || one.name === name)
      if (!found) mistakes.push([field, `${field === 'team' ? 'Team' : 'Service instance'} does not exist`])
      return found ? { [`${field}_id`]: found.id } : {}
    }
    const references = {
      ...numberOf(
        'service_instance',
        service_instance,
        state.services.map((service) => service.instance),
      ),
      ...numberOf('team', team, state.teams),
    }
    if (mistakes.length > 0) throw validationFailed(mistakes)
    const read = readTicketInput({ ...rest, category: rest.category ?? 'incident', ...references })
    if (!read.ok) throw validationFailed(read.errors)
    const saved = await desk.create('request', { ...read.input, support_domain: caller.account }, caller.person)
    if (!saved.ok) throw validationFailed(saved.errors)
    const { ticket } = saved
    return reply.code(201).header('location', `${desk.origin()}/requests/${ticket.id}`).send(ticketShape(state, ticket))
  })
}
