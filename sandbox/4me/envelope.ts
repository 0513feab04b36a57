import type { Person, State, Webhook } from './model.ts'
import { nodeId } from './node-id.ts'
import type { Happening } from './tickets.ts'

/** A webhook message before it is sent: its body and the Link header that goes with it. */
export interface Message {
  event: string
  body: Record<string, unknown>
  link: string
}

/** The id every test delivery speaks about. */
export const TEST_OBJECT_ID = 12_345

interface Subject {
  event: string
  objectId: number
  objectType: string
  actor: Person | null
  payload: Record<string, unknown>
  /** The account it is about; the webhook's own when left out. */
  accountId?: string
}

/** The message of something that happened to a request or problem. */
export function messageOf(state: State, webhook: Webhook, origin: string, happening: Happening): Message {
  const { ticket } = happening
  const isLenient = state.faults.webhooks.lenient
  const account = isLenient ? {} : { account: state.account }
  const team = state.teams.find((one) => one.id === ticket.teamId)
  const member = state.people.find((one) => one.id === ticket.memberId)
  const path = `${ticket.kind}s/${ticket.id}`
  const payload = {
    ...named('audit_line', 'AuditLine', happening.auditLineId, isLenient),
    ...named('note', 'Note', happening.noteId, isLenient),
    ...(ticket.source === null ? {} : { source: ticket.source }),
    ...(ticket.sourceId === null ? {} : { sourceID: ticket.sourceId }),
    status: ticket.status,
    ...(happening.previousStatus === null ? {} : { previous_status: happening.previousStatus }),
    ...(team ? { team: { id: team.id, ...ifFull(isLenient, 'Team', team.id), name: team.name, ...account } } : {}),
    ...(member
      ? { member: { id: member.id, ...ifFull(isLenient, 'Person', member.id), name: member.name, ...account } }
      : {}),
  }
  return {
    event: happening.event,
    body: envelope(state, webhook, origin, {
      event: happening.event,
      objectId: ticket.id,
      objectType: ticket.kind === 'request' ? 'Req' : 'Problem',
      actor: happening.actor,
      payload,
      accountId: ticket.accountId,
    }),
    link: linkOf(origin, path, happening.noteId === null ? null : `${path}/notes/${happening.noteId}`),
  }
}

/** The message that asks a webhook's address to call back. */
export function verifyMessage(state: State, webhook: Webhook, origin: string, actor: Person | null): Message {
  const { code, expiresAt } = webhook.verification ?? { code: '', expiresAt: 0 }
  return {
    event: 'webhook.verify',
    body: envelope(state, webhook, origin, {
      event: 'webhook.verify',
      objectId: webhook.id,
      objectType: 'Webhook',
      actor,
      payload: { callback: `${origin}/webhooks/${webhook.id}/verify?code=${code}&expires_at=${expiresAt}` },
    }),
    link: linkOf(origin, `webhooks/${webhook.id}`, null),
  }
}

/** The message of a test: of the webhook's event, about a record that need not exist. */
export function testMessage(state: State, webhook: Webhook, origin: string, actor: Person | null): Message {
  const [kind = 'request'] = webhook.event.split('.')
  const isRule = webhook.event === 'automation_rule'
  const type = isRule ? 'AutomationRule' : kind === 'problem' ? 'Problem' : 'Req'
  return {
    event: webhook.event,
    body: envelope(state, webhook, origin, {
      event: webhook.event,
      objectId: TEST_OBJECT_ID,
      objectType: type,
      actor,
      payload: isRule ? {} : { status: 'assigned' },
    }),
    link: linkOf(origin, `${isRule ? 'automation_rule' : kind}s/${TEST_OBJECT_ID}`, null),
  }
}

/** The message of an automation rule, whose payload is whatever the rule says. */
export function ruleMessage(
  state: State,
  webhook: Webhook,
  origin: string,
  ruleId: number,
  payload: Record<string, unknown>,
): Message {
  const subject = { event: 'automation_rule', objectId: ruleId, objectType: 'AutomationRule', actor: null, payload }
  return {
    event: 'automation_rule',
    body: envelope(state, webhook, origin, subject),
    link: linkOf(origin, `automation_rules/${ruleId}`, null),
  }
}

function envelope(state: State, webhook: Webhook, origin: string, subject: Subject): Record<string, unknown> {
  const isLenient = state.faults.webhooks.lenient
  const { actor } = subject
  return {
    webhook_id: webhook.id,
    ...(isLenient ? {} : { webhook_nodeID: nodeId('Webhook', webhook.id) }),
    account_id: subject.accountId ?? state.account.id,
    account: origin,
    name: webhook.name,
    event: subject.event,
    object_id: subject.objectId,
    ...(isLenient ? {} : { object_nodeID: nodeId(subject.objectType, subject.objectId) }),
    ...(actor
      ? {
          person_id: actor.id,
          ...(isLenient ? {} : { person_nodeID: nodeId('Person', actor.id) }),
          person_name: actor.name,
        }
      : { person_id: null, ...(isLenient ? {} : { person_nodeID: null }), person_name: null }),
    payload: subject.payload,
  }
}

function named(prefix: string, type: string, id: number | null, isLenient: boolean): Record<string, unknown> {
  if (id === null) return {}
  return { [`${prefix}_id`]: id, ...(isLenient ? {} : { [`${prefix}_nodeID`]: nodeId(type, id) }) }
}

function ifFull(isLenient: boolean, type: string, id: number): { nodeID?: string } {
  return isLenient ? {} : { nodeID: nodeId(type, id) }
}

function linkOf(origin: string, path: string, related: string | null): string {
  const links = [`<${origin}/${path}>; rel="canonical"`, `<${origin}/v1/${path}>; rel="resource"`]
  if (related !== null) links.push(`<${origin}/v1/${related}>; rel="related"`)
  return links.join(', ')
}
