import * as z from 'zod'
import type { State, Ticket } from './model.ts'
import { plainFields } from './plain-fields.ts'
import {
  CATEGORIES,
  COMPLETION_REASONS,
  IMPACTS,
  labelOf,
  MAJOR_INCIDENT_STATUSES,
  STATUSES,
  TERMINAL,
} from './vocabulary.ts'

const SUBJECT_LENGTH_MAX = 255
const NOTE_LENGTH_MAX = 64 * 1024

const reference = z.number().int().positive().nullable().optional()
const text = (max: number) => z.string().max(max, `is too long (maximum is ${max} characters)`).nullable().optional()

/** Fields as REST spells them; what is left out stays as it is, null or empty clears. */
export const TicketInput = z.object({
  subject: text(SUBJECT_LENGTH_MAX),
  category: text(40),
  impact: text(40),
  status: text(40),
  urgent: z.boolean().optional(),
  team_id: reference,
  member_id: reference,
  requested_by_id: reference,
  requested_for_id: reference,
  manager_id: reference,
  service_id: reference,
  service_instance_id: reference,
  completion_reason: text(40),
  major_incident_status: text(40),
  known_error: z.boolean().optional(),
  workaround: text(NOTE_LENGTH_MAX),
  waiting_until: text(40),
  source: text(30),
  sourceID: text(128),
  note: text(NOTE_LENGTH_MAX),
  internal_note: text(NOTE_LENGTH_MAX),
  /** Only when created: the support domain it is registered in. */
  support_domain: text(63),
  ...plainFields,
})
export type TicketInput = z.infer<typeof TicketInput>

/** A field and what is wrong with it, as 4me's 422 lists them. */
export type Mistake = [field: string, message: string]

/** Reads a body; mistakes are pairs of field and sentence. */
export function readTicketInput(body: unknown): { ok: true; input: TicketInput } | { ok: false; errors: Mistake[] } {
  const parsed = TicketInput.safeParse(body)
  if (parsed.success) return { ok: true, input: parsed.data }
  return {
    ok: false,
    errors: parsed.error.issues.map((issue) => {
      const field = String(issue.path[0] ?? 'base')
      return [field, `${nameOf(field)} ${issue.code === 'too_big' ? issue.message : 'is invalid'}`]
    }),
  }
}

/** What is wrong with a ticket as it would be saved. */
export function mistakesOf(state: State, ticket: Ticket): Mistake[] {
  const mistakes: Mistake[] = []
  const blank = (field: string, value: unknown) => {
    if (value === null || value === '') mistakes.push([field, `${nameOf(field)} can't be blank`])
  }
  const oneOf = (field: string, value: string | null, words: readonly string[]) => {
    if (value !== null && value !== '' && !words.includes(value)) {
      mistakes.push([field, `${nameOf(field)} is not included in the list`])
    }
  }
  const known = (field: string, id: number | null, all: readonly { id: number }[]) => {
    if (id !== null && !all.some((one) => one.id === id)) mistakes.push([field, `${nameOf(field)} does not exist`])
  }
  const { kind } = ticket
  blank('subject', ticket.subject)
  blank('category', ticket.category)
  oneOf('category', ticket.category, CATEGORIES[kind])
  oneOf('impact', ticket.impact, IMPACTS[kind])
  oneOf('status', ticket.status, STATUSES[kind])
  if (kind === 'problem' || ticket.category === 'incident') blank('impact', ticket.impact)
  if (kind === 'problem') {
    blank('manager', ticket.managerId)
    blank('service', ticket.serviceId)
    blank('team', ticket.teamId)
  } else {
    oneOf('completion_reason', ticket.completionReason, COMPLETION_REASONS)
    oneOf('major_incident_status', ticket.majorIncidentStatus, MAJOR_INCIDENT_STATUSES)
    if (ticket.status === TERMINAL.request) blank('completion_reason', ticket.completionReason)
  }
  if (ticket.accountId !== state.account.id && !state.supportDomains.some((one) => one.id === ticket.accountId)) {
    mistakes.push(['support_domain', 'Support domain does not exist'])
  }
  known('team', ticket.teamId, state.teams)
  known('service', ticket.serviceId, state.services)
  for (const [field, id] of [
    ['member', ticket.memberId],
    ['manager', ticket.managerId],
    ['requested_by', ticket.requestedById],
    ['requested_for', ticket.requestedForId],
  ] as const) {
    known(field, id, state.people)
  }
  if (ticket.waitingUntil !== null) {
    if (ticket.status !== 'waiting_for') {
      mistakes.push(['waiting_until', "Waiting until is only allowed when the status is 'waiting_for'"])
    } else if (Number.isNaN(Date.parse(ticket.waitingUntil))) {
      mistakes.push(['waiting_until', 'Waiting until is not a valid date and time'])
    }
  }
  return mistakes
}

function nameOf(field: string): string {
  const words = labelOf(field.replace(/_id$/, '')).toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
