import type { FastifyInstance, FastifyRequest } from 'fastify'
import * as z from 'zod'
import { type Desk, notesOf } from '../desk.ts'
import type { Ticket } from '../model.ts'
import { idFrom } from '../node-id.ts'
import { readTicketInput } from '../ticket-input.ts'
import { findTicket, type Saved } from '../tickets.ts'
import { type Kind, TERMINAL } from '../vocabulary.ts'
import { notFound, validationFailed } from './errors.ts'
import { type Caller, mustBeAllowed } from './gate.ts'
import { orderOf, paginate, pick, type Query, select, TICKET_FILTERS } from './query.ts'
import type { CallerOf } from './routes.ts'
import { noteShape, ticketShape } from './shapes.ts'

type ById = { Params: { id: string }; Querystring: Query }
type View = (ticket: Ticket, caller: Caller) => boolean

const NoteInput = z.object({
  text: z.string().max(64 * 1024),
  internal: z.boolean().optional(),
  suppress_note_added_notifications: z.boolean().optional(),
})

const isMine: View = (ticket, { person }) => ticket.memberId === person.id
const isMyTeams: View = (ticket, { person }) => person.teamIds.includes(ticket.teamId ?? 0)
const isOpen = (ticket: Ticket) => ticket.status !== TERMINAL[ticket.kind]

/** The lists that have an address of their own. */
const VIEWS: Record<Kind, Record<string, View>> = {
  request: {
    open: isOpen,
    completed: (ticket) => !isOpen(ticket),
    assigned_to_me: (ticket, caller) => isOpen(ticket) && isMine(ticket, caller),
    assigned_to_my_team: (ticket, caller) => isOpen(ticket) && isMyTeams(ticket, caller),
    requested_by_or_for_me: (ticket, { person }) =>
      ticket.requestedById === person.id || ticket.requestedForId === person.id,
    waiting_for_me: (ticket, { person }) =>
      ticket.status === 'waiting_for_customer' && ticket.requestedForId === person.id,
    problem_management_review: (ticket) =>
      !isOpen(ticket) && ['high', 'top'].includes(ticket.impact ?? '') && ticket.plain?.reviewed !== true,
    sla_accountability: (ticket) =>
      !isOpen(ticket) && ticket.targetAt !== null && (ticket.endedAt ?? '') > ticket.targetAt,
  },
  problem: {
    active: isOpen,
    solved: (ticket) => ticket.status === TERMINAL.problem,
    known_errors: (ticket) => ticket.knownError,
    progress_halted: (ticket) => ticket.status === 'progress_halted',
    managed_by_me: (ticket, { person }) => ticket.managerId === person.id,
    assigned_to_me: (ticket, caller) => isOpen(ticket) && isMine(ticket, caller),
    assigned_to_my_team: (ticket, caller) => isOpen(ticket) && isMyTeams(ticket, caller),
  },
}

/** Requests or problems by REST: lists, one, create, change, and their notes. */
export function addTicketRoutes(app: FastifyInstance, desk: Desk, kind: Kind, callerOf: CallerOf): void {
  const path = `/${kind}s`
  const { state } = desk

  const list = (request: FastifyRequest<{ Querystring: Query }>, view: View) => {
    const caller = callerOf(request)
    mustBeAllowed(caller, kind, 'R')
    const shapes = state.tickets
      .filter((ticket) => ticket.kind === kind && ticket.accountId === caller.account && view(ticket, caller))
      .map((ticket) => ticketShape(state, ticket))
    const url = new URL(request.url, desk.origin())
    const page = paginate(
      select(TICKET_FILTERS[kind], shapes, request.query),
      request.query,
      url,
      orderOf(request.query),
    )
    return { ...page, items: page.items.map((shape) => pick(kind, shape, request.query)) }
  }
  const one = (id: string, caller: Caller): Ticket => {
    const number = idFrom(id, kind === 'request' ? 'Req' : 'Problem')
    const ticket = number === null ? undefined : findTicket(state, kind, number)
    // A record of another account is seen only by calls that name that account.
    if (!ticket || ticket.accountId !== caller.account) throw notFound()
    return ticket
  }
  const inputOf = (body: unknown) => {
    const read = readTicketInput(body ?? {})
    if (!read.ok) throw validationFailed(read.errors)
    return read.input
  }
  const done = (saved: Saved): Ticket => {
    if (!saved.ok) throw validationFailed(saved.errors)
    return saved.ticket
  }
  const change = async (request: FastifyRequest<ById>) => {
    const caller = callerOf(request)
    mustBeAllowed(caller, kind, 'U')
    const ticket = one(request.params.id, caller)
    return ticketShape(state, done(await desk.change(ticket, inputOf(request.body), caller.person)))
  }

  app.get<{ Querystring: Query }>(path, async (request, reply) => {
    const { items, headers } = list(request, () => true)
    return reply.headers(headers).send(items)
  })
  for (const [name, view] of Object.entries(VIEWS[kind])) {
    app.get<{ Querystring: Query }>(`${path}/${name}`, async (request, reply) => {
      const { items, headers } = list(request, view)
      return reply.headers(headers).send(items)
    })
  }
  app.post(path, async (request, reply) => {
    const caller = callerOf(request)
    mustBeAllowed(caller, kind, 'C')
    const input = inputOf(request.body)
    const support_domain = input.support_domain ?? caller.account
    const ticket = done(await desk.create(kind, { ...input, support_domain }, caller.person))
    return reply.code(201).header('location', `${desk.origin()}/${kind}s/${ticket.id}`).send(ticketShape(state, ticket))
  })
  app.get<ById>(`${path}/:id`, async (request) => {
    const caller = callerOf(request)
    mustBeAllowed(caller, kind, 'R')
    const shape = ticketShape(state, one(request.params.id, caller))
    return request.query.fields === undefined ? shape : pick(kind, shape, request.query)
  })
  app.patch<ById>(`${path}/:id`, change)
  app.put<ById>(`${path}/:id`, change)

  for (const [suffix, wanted] of [
    ['', null],
    ['/public', false],
    ['/internal', true],
  ] as const) {
    app.get<ById>(`${path}/:id/notes${suffix}`, async (request, reply) => {
      const caller = callerOf(request)
      mustBeAllowed(caller, kind, 'R')
      const notes = notesOf(state, one(request.params.id, caller))
        .filter((note) => wanted === null || note.internal === wanted)
        .map((note) => noteShape(state, note))
      const url = new URL(request.url, desk.origin())
      const { items, headers } = paginate(notes, request.query, url, [{ field: 'id', sign: 1 }])
      return reply.headers(headers).send(items)
    })
  }
  app.get<ById & { Params: { id: string; note: string } }>(`${path}/:id/notes/:note`, async (request) => {
    const caller = callerOf(request)
    mustBeAllowed(caller, kind, 'R')
    const number = idFrom(request.params.note, 'Note')
    const note = notesOf(state, one(request.params.id, caller)).find((each) => each.id === number)
    if (!note) throw notFound()
    return noteShape(state, note)
  })
  app.post<ById>(`${path}/:id/notes`, async (request, reply) => {
    const caller = callerOf(request)
    mustBeAllowed(caller, kind, 'U')
    const ticket = one(request.params.id, caller)
    const note = NoteInput.safeParse(request.body)
    if (!note.success || note.data.text.trim() === '') throw validationFailed([['text', "Text can't be blank"]])
    const isInternal = kind === 'request' && note.data.internal === true
    done(
      await desk.change(
        ticket,
        isInternal ? { internal_note: note.data.text } : { note: note.data.text },
        caller.person,
      ),
    )
    return reply.code(201).send({ id: notesOf(state, ticket).at(-1)?.id })
  })
}
