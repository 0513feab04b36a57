import type { Ticket } from '../model.ts'
import { COMPLETION_REASONS, IMPACTS, labelOf, STATUSES, TERMINAL } from '../vocabulary.ts'
import { type Option, selectField, textArea } from './form.ts'
import { type Content, type Html, html } from './html.ts'
import type { Visit } from './page.ts'

/** The side of a record: its next steps, its assignment, and the rarer ones. */
export function ticketActions(visit: Visit, ticket: Ticket): Html {
  const isEnded = ticket.status === TERMINAL[ticket.kind]
  return html`${isEnded ? reopenPanel(ticket) : html`${stepsPanel(ticket)}${endPanel(ticket)}`}
${assignmentPanel(visit, ticket)}
${!isEnded && otherPanel(ticket)}`
}

function form(ticket: Ticket, content: Content): Html {
  return html`<form class="form" method="post" action="/${ticket.kind}s/${ticket.id}">${content}</form>`
}

function stepsPanel(ticket: Ticket): Html {
  const step = (status: string, text: string, isPrimary = false) =>
    ticket.status !== status &&
    html`<button class="button${isPrimary && ' primary'}" name="status" value="${status}">${text}</button>`
  return html`<section class="panel pad"><h2>Next step</h2>${form(
    ticket,
    html`<div class="buttons stretch">${step('accepted', 'Accept', true)}${step('in_progress', 'Start')}${
      ticket.kind === 'problem' && step('analyzed', 'Analyzed')
    }${ticket.status !== 'assigned' && step('assigned', 'Assign')}${step('declined', 'Decline')}</div>`,
  )}</section>`
}

function endPanel(ticket: Ticket): Html {
  const isRequest = ticket.kind === 'request'
  return html`<section class="panel pad"><h2>${isRequest ? 'Complete' : 'Solve'} this ${ticket.kind}</h2>${form(
    ticket,
    html`<input type="hidden" name="status" value="${TERMINAL[ticket.kind]}">
${
  isRequest &&
  selectField({
    label: 'Completion reason',
    name: 'completion_reason',
    value: 'solved',
    options: COMPLETION_REASONS.map((reason): Option => [reason, labelOf(reason)]),
  })
}
${textArea({ label: 'Solution', name: 'note', id: 'solution', rows: 3 })}
<div class="buttons"><button class="button primary">${isRequest ? 'Complete' : 'Solve'}</button></div>`,
  )}</section>`
}

function reopenPanel(ticket: Ticket): Html {
  return html`<section class="panel pad"><h2>Reopen</h2>${form(
    ticket,
    html`<p class="hint">The ${ticket.kind} goes back to assigned.</p>
<div class="buttons"><button class="button" name="status" value="assigned">Reopen</button></div>`,
  )}</section>`
}

function assignmentPanel({ desk }: Visit, ticket: Ticket): Html {
  const { teams, people } = desk.state
  return html`<section class="panel pad"><h2>Assignment</h2>${form(
    ticket,
    html`${selectField({ label: 'Team', name: 'team_id', value: String(ticket.teamId ?? ''), options: teams.map((team): Option => [String(team.id), team.name]) })}
${selectField({ label: 'Member', name: 'member_id', value: String(ticket.memberId ?? ''), blank: '', options: people.map((person): Option => [String(person.id), person.name]) })}
${selectField({
  label: 'Impact',
  name: 'impact',
  value: ticket.impact ?? '',
  ...(ticket.kind === 'request' ? { blank: 'None' } : {}),
  options: IMPACTS[ticket.kind].map((impact): Option => [impact, labelOf(impact)]),
})}
<div class="buttons"><button class="button">Save assignment</button></div>`,
  )}</section>`
}

function otherPanel(ticket: Ticket): Html {
  const offered = new Set(['assigned', 'accepted', 'in_progress', 'declined', 'waiting_for', TERMINAL[ticket.kind]])
  const others = STATUSES[ticket.kind].filter((status) => !offered.has(status) && status !== ticket.status)
  return html`<details class="panel pad" id="more"><summary>More</summary>
${form(
  ticket,
  html`<input type="hidden" name="status" value="waiting_for">
${selectField({
  label: 'Wait',
  name: 'wait_minutes',
  value: '60',
  blank: 'until further notice',
  options: [
    ['15', '15 minutes'],
    ['60', '1 hour'],
    ['1440', '1 day'],
  ],
})}
<div class="buttons"><button class="button">Waiting for…</button></div>`,
)}
${form(
  ticket,
  html`${selectField({ label: 'Other status', name: 'status', options: others.map((status): Option => [status, labelOf(status)]) })}
<div class="buttons"><button class="button">Set status</button></div>`,
)}</details>`
}
