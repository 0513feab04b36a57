import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Desk } from '../desk.ts'
import type { Ticket } from '../model.ts'
import { readTicketInput } from '../ticket-input.ts'
import { findTicket } from '../tickets.ts'
import type { Kind } from '../vocabulary.ts'
import { messagePage, type Visit } from './page.ts'
import { type ListQuery, newTicketPage, ticketListPage, ticketPage } from './tickets.ts'
import { fieldsOf, send, type VisitOf } from './visits.ts'

type ById = { Params: { id: string } }

/** The screens of requests or problems. */
export function addTicketScreens(app: FastifyInstance, desk: Desk, kind: Kind, visitOf: VisitOf): void {
  app.get<{ Querystring: ListQuery }>(`/${kind}s`, async (request, reply) =>
    send(reply, ticketListPage(visitOf(request), kind, request.query)),
  )
  app.get(`/${kind}s/new`, async (request, reply) =>
    send(reply, newTicketPage(visitOf(request), kind, request.query as Record<string, string>)),
  )
  app.post(`/${kind}s`, async (request, reply) => {
    const visit = visitOf(request)
    const fields = fieldsOf(request.body)
    const read = readTicketInput(inputOf(fields, desk))
    const saved = read.ok ? await desk.create(kind, read.input, visit.person) : read
    if (!saved.ok) return send(reply.code(422), newTicketPage(visit, kind, fields, saved.errors))
    return reply.redirect(`/${kind}s/${saved.ticket.id}`, 303)
  })
  app.get<ById>(`/${kind}s/:id`, async (request, reply) =>
    withTicket(request, reply, (visit, ticket) => send(reply, ticketPage(visit, ticket))),
  )
  app.post<ById>(`/${kind}s/:id`, async (request, reply) =>
    withTicket(request, reply, async (visit, ticket) => {
      const read = readTicketInput(inputOf(fieldsOf(request.body), desk))
      const saved = read.ok ? await desk.change(ticket, read.input, visit.person) : read
      if (!saved.ok) return send(reply.code(422), ticketPage(visit, ticket, saved.errors))
      return reply.redirect(`/${kind}s/${ticket.id}`, 303)
    }),
  )

  function withTicket(
    request: FastifyRequest<ById>,
    reply: FastifyReply,
    act: (visit: Visit, ticket: Ticket) => FastifyReply | Promise<FastifyReply>,
  ) {
    const visit = visitOf(request)
    const ticket = findTicket(desk.state, kind, Number(request.params.id))
    if (ticket) return act(visit, ticket)
    return send(reply.code(404), messagePage(visit, 'Not found', `There is no ${kind} ${request.params.id}.`))
  }
}

/** A form's texts as the fields of a record. */
function inputOf(fields: Record<string, string>, desk: Desk): Record<string, unknown> {
  const input: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (name.endsWith('_id')) input[name] = value === '' ? null : Number(value)
    else if (name === 'note') input[fields.internal === '1' ? 'internal_note' : 'note'] = value
    else if (name === 'wait_minutes' && value !== '') {
      input.waiting_until = new Date(desk.now().getTime() + Number(value) * 60_000).toISOString()
    } else input[name] = value
  }
  return input
}
