import type { Courier } from './courier.ts'
import type { Note, Person, State, Ticket } from './model.ts'
import type { Store } from './store.ts'
import type { TicketInput } from './ticket-input.ts'
import { changeTicket, createTicket, endWaits, type Saved } from './tickets.ts'
import type { Kind } from './vocabulary.ts'
import { publish, type WebhookOffice } from './webhooks.ts'

/** The pretend account at work: what screens, REST and tests all go through. */
export interface Desk {
  store: Store
  state: State
  courier: Courier
  office: WebhookOffice
  now: () => Date
  /** The account's own address, without a path. */
  origin: () => string
  timeScale: () => number
  /** What was asked of the REST API since the start. */
  calls: { method: string; path: string; at: string }[]
  /** Saves, tells the webhooks and waits for the disk. `silent` is what a bulk import does: no webhooks. */
  create(kind: Kind, input: TicketInput, actor: Person, silent?: boolean): Promise<Saved>
  change(ticket: Ticket, input: TicketInput, actor: Person): Promise<Saved>
  /** Sends records whose wait is over back to assigned. */
  wake(): Promise<void>
}

export interface DeskOptions {
  store: Store
  courier: Courier
  now: () => Date
  origin: () => string
  timeScale: () => number
}

/** Opens the desk of an account. */
export function createDesk({ store, courier, now, origin, timeScale }: DeskOptions): Desk {
  const { state } = store
  const office: WebhookOffice = { state, courier, origin, now }
  const finish = async (saved: Saved, silent = false): Promise<Saved> => {
    if (!saved.ok) return saved
    if (!silent) publish(office, saved.happenings)
    await store.changed()
    return saved
  }
  return {
    store,
    state,
    courier,
    office,
    now,
    origin,
    timeScale,
    calls: [],
    create: (kind, input, actor, silent) =>
      finish(createTicket(state, kind, input, { actor, now: now(), timeScale: timeScale() }), silent),
    change: (ticket, input, actor) =>
      finish(changeTicket(state, ticket, input, { actor, now: now(), timeScale: timeScale() })),
    async wake() {
      const happenings = endWaits(state, now())
      if (happenings.length === 0) return
      publish(office, happenings)
      await store.changed()
    },
  }
}

/** The notes of a record, oldest first. */
export function notesOf(state: State, ticket: Ticket): Note[] {
  return state.notes.filter((note) => note.ticketId === ticket.id && note.kind === ticket.kind)
}
