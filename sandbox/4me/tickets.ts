import { type AuditLine, type Note, nextId, type Person, type State, type Ticket } from './model.ts'
import { plainOf } from './plain-fields.ts'
import { type Mistake, mistakesOf, type TicketInput } from './ticket-input.ts'
import { type Kind, labelOf, TERMINAL } from './vocabulary.ts'

/** Something a webhook may be made for, with what its payload needs to know. */
export interface Happening {
  event: string
  ticket: Ticket
  /** Null when the system did it. */
  actor: Person | null
  auditLineId: number | null
  noteId: number | null
  previousStatus: string | null
}

export type Saved = { ok: true; ticket: Ticket; happenings: Happening[] } | { ok: false; errors: Mistake[] }

/** What a save is made by and when; `timeScale` shortens waits. */
export interface Hand {
  actor: Person | null
  now: Date
  timeScale: number
}

const WAIT_MS_MAX = 100 * 366 * 86_400_000
const TARGET_MS: Record<string, number> = { top: 2 * 3_600_000, high: 4 * 3_600_000, medium: 8 * 3_600_000 }
const LABELS: Partial<Record<keyof Ticket, string>> = {
  subject: 'Subject',
  category: 'Category',
  impact: 'Impact',
  status: 'Status',
  urgent: 'Urgent',
  teamId: 'Team',
  memberId: 'Member',
  requestedById: 'Requested by',
  requestedForId: 'Requested for',
  managerId: 'Manager',
  serviceId: 'Service',
  completionReason: 'Completion reason',
  majorIncidentStatus: 'Major incident status',
  knownError: 'Known error',
  workaround: 'Workaround',
  waitingUntil: 'Waiting until',
  source: 'Source',
  sourceId: 'Source ID',
}

/** The request or problem of a number. */
export function findTicket(state: State, kind: Kind, id: number): Ticket | undefined {
  return state.tickets.find((ticket) => ticket.id === id && ticket.kind === kind)
}

/** Saves a new request or problem. */
export function createTicket(state: State, kind: Kind, input: TicketInput, hand: Hand): Saved {
  const at = hand.now.toISOString()
  const actorId = hand.actor?.id ?? null
  const blank: Ticket = {
    kind,
    id: 0,
    accountId: input.support_domain || state.account.id,
    source: null,
    sourceId: null,
    subject: '',
    category: kind === 'problem' ? 'reactive' : '',
    impact: null,
    status: 'assigned',
    urgent: false,
    teamId: null,
    memberId: null,
    createdById: actorId ?? 0,
    requestedById: kind === 'request' ? actorId : null,
    requestedForId: null,
    managerId: null,
    serviceId: null,
    completionReason: null,
    majorIncidentStatus: null,
    knownError: false,
    workaround: null,
    waitingUntil: null,
    wakeAt: null,
    targetAt: null,
    createdAt: at,
    updatedAt: at,
    endedAt: null,
    reopenCount: 0,
    assignmentCount: 1,
  }
  const ticket = applyInput(state, blank, input, hand.actor)
  ticket.requestedForId ??= ticket.requestedById
  if (ticket.teamId === null) {
    const support = state.services.find((service) => service.id === ticket.serviceId)?.supportTeamId
    ticket.teamId = support ?? (kind === 'request' ? (state.teams[0]?.id ?? null) : null)
  }
  settle(ticket, null, hand)
  const errors = mistakesOf(state, ticket)
  if (errors.length > 0) return { ok: false, errors }

  ticket.id = nextId(state, kind)
  state.tickets.push(ticket)
  const audit = addAuditLine(state, ticket, hand, 'created', [{ field: 'Status', from: null, to: ticket.status }])
  const note = addNotes(state, ticket, input, hand)
  return {
    ok: true,
    ticket,
    happenings: [happening(ticket, 'create', hand, audit.id, note?.id ?? null, null)],
  }
}

/** Saves a change of a request or problem. */
export function changeTicket(state: State, ticket: Ticket, input: TicketInput, hand: Hand): Saved {
  const before = { ...ticket }
  const after = applyInput(state, ticket, input, hand.actor)
  settle(after, before, hand)
  const errors = mistakesOf(state, after)
  if (errors.length > 0) return { ok: false, errors }

  const changes = changesBetween(state, before, after)
  const note = addNotes(state, ticket, input, hand)
  if (changes.length === 0 && !note) return { ok: true, ticket, happenings: [] }
  Object.assign(ticket, after, { updatedAt: hand.now.toISOString() })
  const audit = changes.length > 0 ? addAuditLine(state, ticket, hand, 'updated', changes) : null

  const tell = (event: string, previousStatus: string | null = null) =>
    happening(ticket, event, hand, audit?.id ?? null, note?.id ?? null, previousStatus)
  const happenings = [tell('update')]
  if (before.status !== ticket.status) happenings.push(tell('status-changed', before.status))
  if (before.teamId !== ticket.teamId) happenings.push(tell('team-changed'))
  if (before.memberId !== ticket.memberId) happenings.push(tell('member-changed'))
  if (before.managerId !== ticket.managerId) happenings.push(tell('manager-changed'))
  if (before.majorIncidentStatus !== ticket.majorIncidentStatus) happenings.push(tell('major-incident-status-changed'))
  if (note) happenings.push(tell('note-added'))
  return { ok: true, ticket, happenings }
}

/** Records whose wait is over go back to assigned, by nobody's hand. */
export function endWaits(state: State, now: Date): Happening[] {
  const due = state.tickets.filter((ticket) => ticket.wakeAt !== null && Date.parse(ticket.wakeAt) <= now.getTime())
  return due.flatMap((ticket) => {
    const saved = changeTicket(state, ticket, { status: 'assigned' }, { actor: null, now, timeScale: 1 })
    if (!saved.ok) ticket.wakeAt = null
    return saved.ok ? saved.happenings : []
  })
}

function applyInput(state: State, ticket: Ticket, input: TicketInput, actor: Person | null): Ticket {
  const after = { ...ticket }
  const set = <K extends keyof Ticket>(key: K, value: Ticket[K] | undefined) => {
    if (value !== undefined) after[key] = value
  }
  const word = (value: string | null | undefined) => (value === undefined ? undefined : value?.trim() || null)
  set('subject', input.subject === undefined ? undefined : (input.subject ?? '').trim())
  set('category', input.category === undefined ? undefined : (input.category ?? ''))
  set('impact', word(input.impact))
  set('status', input.status?.trim() || undefined)
  set('urgent', input.urgent)
  set('teamId', input.team_id)
  set('memberId', input.member_id)
  set('requestedById', ticket.kind === 'request' ? input.requested_by_id : undefined)
  set('requestedForId', ticket.kind === 'request' ? input.requested_for_id : undefined)
  set('managerId', ticket.kind === 'problem' ? input.manager_id : undefined)
  set('serviceId', input.service_id)
  if (input.service_instance_id !== undefined) {
    const owner = state.services.find((service) => service.instance.id === input.service_instance_id)
    // An unknown number is kept so that it is refused as one.
    after.serviceId = owner?.id ?? (input.service_instance_id === null ? null : -1)
  }
  set('completionReason', ticket.kind === 'request' ? word(input.completion_reason) : undefined)
  set('majorIncidentStatus', ticket.kind === 'request' ? word(input.major_incident_status) : undefined)
  set('knownError', ticket.kind === 'problem' ? input.known_error : undefined)
  set('workaround', ticket.kind === 'problem' ? word(input.workaround) : undefined)
  set('waitingUntil', word(input.waiting_until))
  set('source', word(input.source))
  set('sourceId', word(input.sourceID))
  set('plain', { ...ticket.plain, ...plainOf(ticket.kind, input) })
  fillAssignment(after, ticket, input, actor)
  return after
}

/** 4me fills in team and member when a status needs somebody to have done it. */
function fillAssignment(after: Ticket, before: Ticket, input: TicketInput, actor: Person | null): void {
  if (after.status === before.status) return
  after.wakeAt = null
  if (input.waiting_until === undefined) after.waitingUntil = null
  if (!actor) return
  const isEnding = after.status === TERMINAL[after.kind] || after.status === 'waiting_for_customer'
  const [firstTeam] = actor.teamIds
  if (
    isEnding &&
    firstTeam !== undefined &&
    !actor.teamIds.includes(after.teamId ?? 0) &&
    input.team_id === undefined
  ) {
    after.teamId = firstTeam
    if (input.member_id === undefined) after.memberId = actor.id
  }
  const needsMember = isEnding || after.status === 'accepted' || after.status === 'in_progress'
  if (needsMember && after.memberId === null) after.memberId = actor.id
}

/** The fields that follow from others: ends, reopenings, targets, waits. */
function settle(after: Ticket, before: Ticket | null, hand: Hand): void {
  const ended = TERMINAL[after.kind]
  if (after.status === ended) after.endedAt ??= hand.now.toISOString()
  else after.endedAt = null
  if (before?.status === ended && after.status !== ended) {
    after.reopenCount += 1
    after.completionReason = null
  }
  if (before && before.teamId !== after.teamId) after.assignmentCount += 1
  if (!before || before.impact !== after.impact) {
    const ms = after.impact === null ? undefined : TARGET_MS[after.impact]
    after.targetAt = ms === undefined ? null : new Date(Date.parse(after.createdAt) + ms).toISOString()
  }
  if (after.waitingUntil === null) after.wakeAt = null
  else if (after.waitingUntil !== before?.waitingUntil) {
    const waitMs = (Date.parse(after.waitingUntil) - hand.now.getTime()) / hand.timeScale
    const boundMs = Math.min(Math.max(waitMs, 0), WAIT_MS_MAX)
    after.wakeAt = Number.isNaN(waitMs) ? null : new Date(hand.now.getTime() + boundMs).toISOString()
  }
}

function addNotes(state: State, ticket: Ticket, input: TicketInput, hand: Hand): Note | null {
  const isInternalAllowed = ticket.kind === 'request'
  const internal = isInternalAllowed ? addNote(state, ticket, input.internal_note, true, hand) : null
  return addNote(state, ticket, input.note, false, hand) ?? internal
}

function addNote(
  state: State,
  ticket: Ticket,
  text: string | null | undefined,
  internal: boolean,
  hand: Hand,
): Note | null {
  if (!text || text.trim() === '') return null
  const note: Note = {
    id: nextId(state, 'note'),
    kind: ticket.kind,
    ticketId: ticket.id,
    personId: hand.actor?.id ?? null,
    text,
    internal,
    createdAt: hand.now.toISOString(),
  }
  state.notes.push(note)
  return note
}

function addAuditLine(
  state: State,
  ticket: Ticket,
  hand: Hand,
  action: string,
  changes: AuditLine['changes'],
): AuditLine {
  const line: AuditLine = {
    id: nextId(state, 'audit'),
    kind: ticket.kind,
    ticketId: ticket.id,
    personId: hand.actor?.id ?? null,
    action,
    changes,
    createdAt: hand.now.toISOString(),
  }
  state.auditLines.push(line)
  return line
}

function changesBetween(state: State, before: Ticket, after: Ticket): AuditLine['changes'] {
  const names: Partial<Record<keyof Ticket, readonly { id: number; name: string }[]>> = {
    teamId: state.teams,
    memberId: state.people,
    requestedById: state.people,
    requestedForId: state.people,
    managerId: state.people,
    serviceId: state.services,
  }
  const show = (key: keyof Ticket, value: unknown) => {
    if (value === null || value === '') return null
    return names[key]?.find((one) => one.id === value)?.name ?? String(value)
  }
  const told = (value: unknown) => (value === undefined || value === null ? null : JSON.stringify(value))
  const plain = Object.keys(after.plain ?? {})
    .map((name) => ({ field: labelOf(name), from: told(before.plain?.[name]), to: told(after.plain?.[name]) }))
    .filter(({ from, to }) => from !== to)
  return (Object.keys(LABELS) as (keyof Ticket)[])
    .filter((key) => before[key] !== after[key])
    .map((key) => ({ field: LABELS[key] ?? key, from: show(key, before[key]), to: show(key, after[key]) }))
    .concat(plain)
}

function happening(
  ticket: Ticket,
  event: string,
  hand: Hand,
  auditLineId: number | null,
  noteId: number | null,
  previousStatus: string | null,
): Happening {
  return { event: `${ticket.kind}.${event}`, ticket, actor: hand.actor, auditLineId, noteId, previousStatus }
}
