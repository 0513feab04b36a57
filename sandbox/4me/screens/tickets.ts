import { notesOf } from '../desk.ts'
import type { Ticket } from '../model.ts'
import type { Mistake } from '../ticket-input.ts'
import { CATEGORIES, IMPACTS, impactLabel, type Kind, labelOf, STATUSES, TERMINAL } from '../vocabulary.ts'
import { errorBox, type Option, selectField, textArea, textField } from './form.ts'
import { type Content, type Html, html } from './html.ts'
import { live, orDash, page, pageHead, time, type Visit } from './page.ts'
import { ticketActions } from './ticket-actions.ts'

const ROWS_MAX = 100

export interface ListQuery {
  q?: string
  status?: string
}

/** The list of requests or problems. */
export function ticketListPage(visit: Visit, kind: Kind, query: ListQuery): string {
  const { state } = visit.desk
  const words = (query.q ?? '').trim().toLowerCase()
  const status = query.status ?? 'all'
  const found = state.tickets
    .filter((ticket) => ticket.kind === kind)
    .filter((ticket) => status === 'all' || ticket.status === status || (status === 'open' && isOpen(ticket)))
    .filter((ticket) => words === '' || `${ticket.id} ${ticket.subject}`.toLowerCase().includes(words))
    .sort((a, b) => b.id - a.id)
  const title = kind === 'request' ? 'Requests' : 'Problems'
  return page(
    visit,
    title,
    html`${pageHead(title, [], html`<a class="button primary" href="/${kind}s/new">New ${kind}</a>`)}
<form class="filter" method="get" role="search" data-auto-submit>
<input type="search" name="q" value="${query.q ?? ''}" placeholder="Search by number or subject" aria-label="Search ${kind}s">
${selectBare('status', status, [['all', 'All'], ['open', 'Open'], ...STATUSES[kind].map((one): Option => [one, labelOf(one)])])}
<button class="button">Filter</button>
</form>
${live('list', listTable(visit, found))}`,
  )
}

function listTable(visit: Visit, tickets: Ticket[]): Html {
  if (tickets.length === 0) return html`<div class="panel pad empty"><p>Nothing matches this filter.</p></div>`
  return html`<div class="panel scroll"><table class="list tickets">
<thead><tr><th>ID</th><th>Subject</th><th>Status</th><th>Impact</th><th>Team</th><th>Member</th><th>Updated</th></tr></thead>
<tbody>${tickets.slice(0, ROWS_MAX).map(
    (ticket) => html`<tr>
<td class="number">${ticket.id}</td>
<td class="main-cell"><a href="/${ticket.kind}s/${ticket.id}">${ticket.subject}</a></td>
<td>${statusPill(ticket)}</td>
<td>${orDash(ticket.impact && labelOf(ticket.impact))}</td>
<td>${orDash(nameIn(visit.desk.state.teams, ticket.teamId))}</td>
<td>${orDash(nameIn(visit.desk.state.people, ticket.memberId))}</td>
<td class="when">${time(ticket.updatedAt)}</td></tr>`,
  )}</tbody></table></div>
<p class="count">${tickets.length > ROWS_MAX ? `The newest ${ROWS_MAX} of ${tickets.length}` : tickets.length} shown</p>`
}

/** The form for a new request or problem. */
export function newTicketPage(
  visit: Visit,
  kind: Kind,
  values: Record<string, string>,
  errors: readonly Mistake[] = [],
): string {
  const { state } = visit.desk
  const people = state.people.map((person): Option => [String(person.id), person.name])
  const teams = state.teams.map((team): Option => [String(team.id), team.name])
  const shared = { errors }
  const value = (name: string, usual = '') => values[name] ?? usual
  const title = `New ${kind}`
  return page(
    visit,
    title,
    html`${pageHead(title, [[`/${kind}s`, kind === 'request' ? 'Requests' : 'Problems']])}
<form class="panel pad form" method="post" action="/${kind}s">
${errorBox(errors)}
${textField({ label: 'Subject', name: 'subject', value: value('subject'), required: true, maxLength: 255, ...shared })}
<div class="columns">
${selectField({ label: 'Category', name: 'category', value: value('category', kind === 'request' ? 'incident' : 'reactive'), options: CATEGORIES[kind].map((one) => [one, labelOf(one)]), ...shared })}
${selectField({ label: 'Impact', name: 'impact', value: value('impact', 'medium'), ...(kind === 'request' ? { blank: 'None (not an incident)' } : {}), options: IMPACTS[kind].map((one) => [one, impactLabel(one)]), ...shared })}
${
  kind === 'request'
    ? selectField({
        label: 'Requester',
        name: 'requested_by_id',
        value: value('requested_by_id', String(visit.person.id)),
        options: people,
        ...shared,
      })
    : selectField({
        label: 'Manager',
        name: 'manager_id',
        value: value('manager_id', String(visit.person.id)),
        options: people,
        ...shared,
      })
}
${
  kind === 'request'
    ? selectField({
        label: 'Service',
        name: 'service_instance_id',
        value: value('service_instance_id'),
        blank: '',
        options: state.services.map((one) => [String(one.instance.id), one.instance.name]),
        ...shared,
      })
    : selectField({
        label: 'Service',
        name: 'service_id',
        value: value('service_id'),
        options: state.services.map((one) => [String(one.id), one.name]),
        ...shared,
      })
}
${selectField({ label: 'Team', name: 'team_id', value: value('team_id'), blank: "The service's support team", options: teams, ...shared })}
${selectField({ label: 'Member', name: 'member_id', value: value('member_id'), blank: '', options: people, ...shared })}
</div>
${textArea({ label: 'Note', name: 'note', value: value('note'), rows: 6, hint: 'The first note is the description.', ...shared })}
<div class="buttons"><button class="button primary">Save</button><a class="button" href="/${kind}s">Cancel</a></div>
</form>`,
  )
}

/** One request or problem, with what can be done to it, its notes and its history. */
export function ticketPage(visit: Visit, ticket: Ticket, errors: readonly Mistake[] = []): string {
  const isRequest = ticket.kind === 'request'
  const name = isRequest ? 'Request' : 'Problem'
  return page(
    visit,
    `${name} ${ticket.id}`,
    html`${live(
      'head',
      pageHead(
        html`${ticket.subject}`,
        [
          [`/${ticket.kind}s`, `${name}s`],
          [`/${ticket.kind}s/${ticket.id}`, `${name} ${ticket.id}`],
        ],
        statusPill(ticket),
      ),
    )}
${errorBox(errors)}
<div class="record">
<div>
${live('facts', factsPanel(visit, ticket))}
${live('notes', notesPanel(visit, ticket))}
<form class="panel pad form add-note" method="post" action="/${ticket.kind}s/${ticket.id}">
${textArea({ label: 'Add a note', name: 'note', rows: 3 })}
<div class="buttons">${isRequest && html`<label class="inline"><input type="checkbox" name="internal" value="1"> Internal note</label>`}<button class="button">Add note</button></div>
</form>
${live('history', historyPanel(visit, ticket))}
</div>
<aside aria-label="Actions">${live('actions', ticketActions(visit, ticket))}</aside>
</div>`,
  )
}

function factsPanel({ desk }: Visit, ticket: Ticket): Html {
  const { state } = desk
  const service = state.services.find((one) => one.id === ticket.serviceId)
  const isRequest = ticket.kind === 'request'
  const rows: [string, Content][] = [
    ['Category', labelOf(ticket.category)],
    ['Impact', ticket.impact && impactLabel(ticket.impact)],
    ...(isRequest
      ? ([
          ['Requested by', nameIn(state.people, ticket.requestedById)],
          ['Requested for', nameIn(state.people, ticket.requestedForId)],
          ['Service instance', service?.instance.name],
        ] as [string, Content][])
      : ([
          ['Manager', nameIn(state.people, ticket.managerId)],
          ['Service', service?.name],
        ] as [string, Content][])),
    ['Team', nameIn(state.teams, ticket.teamId)],
    ['Member', nameIn(state.people, ticket.memberId)],
    ['Created', time(ticket.createdAt)],
    ['Updated', time(ticket.updatedAt)],
    ...(ticket.waitingUntil !== null ? ([['Waiting until', time(ticket.waitingUntil)]] as [string, Content][]) : []),
    ...(isRequest && ticket.completionReason !== null
      ? ([['Completion reason', labelOf(ticket.completionReason)]] as [string, Content][])
      : []),
    ...(ticket.endedAt !== null
      ? ([[isRequest ? 'Completed' : 'Solved', time(ticket.endedAt)]] as [string, Content][])
      : []),
    ...(ticket.reopenCount > 0 ? ([['Reopened', `${ticket.reopenCount} ×`]] as [string, Content][]) : []),
  ]
  return html`<section class="panel pad"><dl class="facts">${rows.map(
    ([label, value]) => html`<div><dt>${label}</dt><dd>${orDash(value)}</dd></div>`,
  )}</dl></section>`
}

function notesPanel({ desk }: Visit, ticket: Ticket): Html {
  const notes = notesOf(desk.state, ticket)
  return html`<section class="panel pad"><h2>Notes</h2>
${notes.length === 0 && html`<p class="none">No notes yet.</p>`}
${notes.map(
  (note) =>
    html`<article class="note${note.internal && ' internal'}"><header><b>${nameIn(desk.state.people, note.personId) ?? 'System'}</b>${
      note.internal && html`<span class="tag">Internal</span>`
    }${time(note.createdAt)}</header><p>${note.text}</p></article>`,
)}</section>`
}

function historyPanel({ desk }: Visit, ticket: Ticket): Html {
  const lines = desk.state.auditLines
    .filter((line) => line.ticketId === ticket.id && line.kind === ticket.kind)
    .toReversed()
  return html`<section class="panel pad"><h2>History</h2><ol class="history">${lines.map(
    (
      line,
    ) => html`<li><p><b>${nameIn(desk.state.people, line.personId) ?? 'System'}</b> ${line.action} this ${ticket.kind} ${time(line.createdAt)} <span class="none">Audit line ${line.id}</span></p>
<ul>${line.changes.map((change) => html`<li>${change.field}: ${change.from !== null && html`<s>${shown(change.from)}</s> → `}<b>${shown(change.to)}</b></li>`)}</ul></li>`,
  )}</ol></section>`
}

/** A status in its colour and its word. */
export function statusPill(ticket: Ticket): Html {
  return html`<span class="pill" data-status="${ticket.status}">${labelOf(ticket.status)}</span>`
}

function selectBare(name: string, value: string, options: Option[]): Html {
  return html`<select name="${name}" aria-label="Status">${options.map(([one, label]) =>
    one === value
      ? html`<option value="${one}" selected>${label}</option>`
      : html`<option value="${one}">${label}</option>`,
  )}</select>`
}

function shown(value: string | null): string {
  return value === null ? 'none' : /^[a-z_]+$/.test(value) ? labelOf(value) : value
}

function nameIn(all: readonly { id: number; name: string }[], id: number | null): string | undefined {
  return all.find((one) => one.id === id)?.name
}

function isOpen(ticket: Ticket): boolean {
  return ticket.status !== TERMINAL[ticket.kind]
}
