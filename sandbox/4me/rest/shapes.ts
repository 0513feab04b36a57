import type { Note, Person, State, Ticket, Webhook, WebhookPolicy } from '../model.ts'
import { nodeId } from '../node-id.ts'
import { plainShape } from '../plain-fields.ts'
import type { Kind } from '../vocabulary.ts'

/** The account lives at +01:00 all year: 4me writes instants with the account's offset, never with a Z. */
const OFFSET_MS = 3_600_000

/** A record as REST shows it. */
export type Shape = Record<string, unknown>

/** What a list shows when nothing else is asked for. */
export const COLLECTION_FIELDS: Record<Kind, readonly string[]> = {
  request: [
    'id',
    'sourceID',
    'subject',
    'category',
    'impact',
    'status',
    'next_target_at',
    'completed_at',
    'team',
    'member',
    'grouped_into',
    'service_instance',
    'created_at',
    'updated_at',
    'nodeID',
  ],
  problem: [
    'id',
    'sourceID',
    'subject',
    'impact',
    'status',
    'known_error',
    'analysis_target_at',
    'solved_at',
    'team',
    'member',
    'service',
    'created_at',
    'updated_at',
    'nodeID',
  ],
}

/** An instant as 4me writes it. */
export function stamp(iso: string | null): string | null {
  if (iso === null) return null
  return `${new Date(Date.parse(iso) + OFFSET_MS).toISOString().slice(0, 19)}+01:00`
}

/** Instants among plain fields, as 4me writes them. */
function stamped(fields: Record<string, unknown>): Shape {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      name.endsWith('_at') && typeof value === 'string' ? stamp(value) : value,
    ]),
  )
}

/** A request or problem with all its fields. */
export function ticketShape(state: State, ticket: Ticket): Shape {
  return ticket.kind === 'request' ? requestShape(state, ticket) : problemShape(state, ticket)
}

function sharedShape(state: State, ticket: Ticket): Shape {
  return {
    id: ticket.id,
    nodeID: nodeId(ticket.kind === 'request' ? 'Req' : 'Problem', ticket.id),
    source: ticket.source,
    sourceID: ticket.sourceId,
    subject: ticket.subject,
    category: ticket.category,
    impact: ticket.impact,
    status: ticket.status,
    urgent: ticket.urgent,
    team: reference('Team', state.teams, ticket.teamId),
    member: reference('Person', state.people, ticket.memberId),
    new_assignment: ticket.status === 'assigned' || ticket.status === 'declined',
    waiting_until: stamp(ticket.waitingUntil),
    resolution_duration: minutesBetween(ticket.createdAt, ticket.endedAt),
    knowledge_article: null,
    project: null,
    workflow: null,
    supplier: null,
    agile_board: null,
    agile_board_column: null,
    agile_board_column_position: null,
    product_backlog: null,
    product_backlog_position: null,
    product_backlog_estimate: null,
    ...stamped(plainShape(ticket.kind, ticket.plain)),
    attachments: [],
    created_at: stamp(ticket.createdAt),
    updated_at: stamp(ticket.updatedAt),
  }
}

function requestShape(state: State, ticket: Ticket): Shape {
  const service = state.services.find((one) => one.id === ticket.serviceId)
  const target = targetOf(ticket)
  return {
    ...sharedShape(state, ticket),
    completion_reason: ticket.completionReason,
    completed_at: stamp(ticket.endedAt),
    major_incident_status: ticket.majorIncidentStatus,
    created_by: reference('Person', state.people, ticket.createdById),
    requested_by: reference('Person', state.people, ticket.requestedById),
    requested_for: reference('Person', state.people, ticket.requestedForId),
    organization: { id: 1, name: state.account.name, nodeID: nodeId('Organization', 1) },
    service_instance: service
      ? { ...service.instance, localized_name: service.instance.name, nodeID: nodeId('Si', service.instance.id) }
      : null,
    next_target_at: target,
    response_target_at: target === null ? null : stamp(ticket.targetAt),
    resolution_target_at: target,
    requester_resolution_target_at: target,
    grouping: 'none',
    grouped_into: null,
    problem: null,
    reservation: null,
    task: null,
    template: null,
    assignment_count: ticket.assignmentCount,
    reopen_count: ticket.reopenCount,
    provider_was_not_accountable: false,
    satisfaction: null,
    feedback: null,
    feedback_on_knowledge_article: null,
    checked_items: [],
    closure_code: null,
    summary: null,
  }
}

function problemShape(state: State, ticket: Ticket): Shape {
  const service = state.services.find((one) => one.id === ticket.serviceId)
  return {
    ...sharedShape(state, ticket),
    manager: reference('Person', state.people, ticket.managerId),
    service: service
      ? {
          id: service.id,
          name: service.name,
          localized_name: service.name,
          provider: { id: 1, name: state.account.name },
          nodeID: nodeId('Service', service.id),
        }
      : null,
    known_error: ticket.knownError,
    workaround: ticket.workaround,
    analysis_target_at: targetOf(ticket),
    solved_at: stamp(ticket.endedAt),
    ui_extension: null,
  }
}

/** A note as REST shows it. */
export function noteShape(state: State, note: Note): Shape {
  return {
    id: note.id,
    nodeID: nodeId('Note', note.id),
    text: note.text,
    internal: note.internal,
    medium: note.personId === null ? 'system' : 'default',
    person: reference('Person', state.people, note.personId),
    account: state.account,
    internal_account: note.internal ? state.account : null,
    attachments: [],
    created_at: stamp(note.createdAt),
  }
}

/** A webhook as REST shows it. */
export function webhookShape(state: State, webhook: Webhook): Shape {
  const policy = state.policies.find((one) => one.id === webhook.policyId)
  return {
    id: webhook.id,
    nodeID: nodeId('Webhook', webhook.id),
    name: webhook.name,
    event: webhook.event,
    uri: webhook.uri,
    disabled: webhook.disabled,
    description: webhook.description || null,
    mail_exceptions_to: webhook.mailExceptionsTo || null,
    webhook_policy: policy ? { id: policy.id, name: policy.name } : null,
    openid_connect_discovery: webhook.openIdConnectDiscovery,
    source: null,
    sourceID: null,
    last_error: webhook.lastError,
    created_at: stamp(webhook.createdAt),
    updated_at: stamp(webhook.updatedAt),
  }
}

/** A person as /v1/me shows them. */
export function personShape(state: State, person: Person): Shape {
  return {
    id: person.id,
    nodeID: nodeId('Person', person.id),
    name: person.name,
    primary_email: person.email,
    job_title: person.jobTitle,
    account: state.account,
    teams: person.teamIds.map((id) => reference('Team', state.teams, id)),
  }
}

/** A policy as REST shows it; the key is in the answer that created it, and nowhere else. */
export function policyShape(policy: WebhookPolicy, shownOnce: string | null = null): Shape {
  return {
    id: policy.id,
    nodeID: nodeId('WebhookPolicy', policy.id),
    name: policy.name,
    jwt_alg: policy.algorithm,
    jwt_audience: policy.audience,
    jwt_claim_expires_in: policy.expiresInMinutes,
    ...(shownOnce === null ? {} : { public_key_pem: shownOnce }),
    created_at: stamp(policy.createdAt),
    updated_at: stamp(policy.updatedAt),
  }
}

function reference(type: string, all: readonly { id: number; name: string }[], id: number | null): Shape | null {
  const one = all.find((each) => each.id === id)
  return one ? { id: one.id, name: one.name, nodeID: nodeId(type, one.id) } : null
}

function targetOf(ticket: Ticket): string | null {
  if (ticket.endedAt !== null) return null
  if (ticket.status.startsWith('waiting_for')) return 'clock_stopped'
  return ticket.targetAt === null ? 'best_effort' : stamp(ticket.targetAt)
}

function minutesBetween(from: string, to: string | null): number | null {
  return to === null ? null : Math.round((Date.parse(to) - Date.parse(from)) / 60_000)
}
