import { readJson } from '../../runtime/json.ts'
import { oneLine } from '../../runtime/text.ts'
import {
  ADMISSION_HEADER,
  type IncomingEvent,
  type IncomingLink,
  type Received,
  type ReceivedDelivery,
} from '../contract.ts'
import { type Envelope, readEnvelope } from './envelope.ts'
import { accountOrigin, isAccountHost } from './regions.ts'
import type { FourmeSettings } from './settings.ts'
import { openSigned } from './signed.ts'
import { effectOf, type RecordKind } from './status.ts'

/** What 4me's *Test* button sends as the record's number. */
export const TEST_OBJECT_ID = '12345'

/** Events that say what became of a record; the others of 4me are not about requests and problems, or say nothing. */
const TOLD = new Map([
  ['create', 'created'],
  ['update', 'updated'],
  ['status-changed', 'changed'],
  ['note-added', 'got a note'],
  ['team-changed', 'handed to another team'],
  ['member-changed', 'handed to another member'],
  ['manager-changed', 'handed to another manager'],
  ['major-incident-status-changed', 'changed as a major incident'],
  ['automation_rule', 'told by an automation rule'],
])

/** What a look-up is asked for. */
export interface LookUpRequest extends Record<string, unknown> {
  record: RecordKind
  id: string
  account: string
}

/** What a delivery means. Pure; never throws, whatever arrives. */
export function receive(delivery: ReceivedDelivery, settings: FourmeSettings | null): Received {
  const read = readJson(delivery.body, 'exact')
  if (!read.ok) return { kind: 'quarantine', name: null, rule: 'not-json', reason: read.reason }
  const opened = openSigned(read.value, delivery.headers[ADMISSION_HEADER])
  if (!opened.ok) return { kind: 'quarantine', name: null, rule: 'signed', reason: opened.reason }
  const found = readEnvelope(opened.value)
  if (!found.ok) return { kind: 'quarantine', name: found.event, rule: found.rule, reason: found.reason }

  const received = meaningOf(found.envelope, delivery, settings, opened.value)
  const isOnce = received.kind === 'event' || received.kind === 'verify'
  return isOnce && opened.onceKey !== null ? { ...received, onceKey: opened.onceKey } : received
}

function meaningOf(
  envelope: Envelope,
  delivery: ReceivedDelivery,
  settings: FourmeSettings | null,
  customDetails: unknown,
): Received {
  if (envelope.event === 'webhook.verify') return verification(envelope)
  if (envelope.event === 'automation_rule') return ofRule(envelope, delivery, settings, customDetails)
  const [prefix, change] = envelope.event.split('.')
  const kind = prefix === 'request' || prefix === 'problem' ? prefix : null
  if (kind === null || change === undefined || !TOLD.has(change)) return notUsed(envelope, kind)
  return {
    kind: 'event',
    name: envelope.event,
    event: recordEvent(envelope, kind, change, delivery, settings, customDetails),
  }
}

/** An automation rule says in its payload which record it is about: kind, id and status. */
function ofRule(
  envelope: Envelope,
  delivery: ReceivedDelivery,
  settings: FourmeSettings | null,
  customDetails: unknown,
): Received {
  const { payload } = envelope
  const said = payload.kind ?? payload.record ?? payload.record_type ?? payload.type ?? ''
  const word = said.toLowerCase().replace(/s$/, '')
  const named = payload.request_id ? 'request' : payload.problem_id ? 'problem' : null
  const kind = word === 'request' || word === 'problem' ? word : named
  const id = payload.id ?? payload.record_id ?? payload.request_id ?? payload.problem_id
  if (envelope.object_id === TEST_OBJECT_ID && kind === null) {
    const reason = "4me's test delivery of an automation rule: it names no record."
    return { kind: 'ignore', name: envelope.event, alertKey: null, rule: 'test-delivery', reason }
  }
  if (kind === null || !id) {
    const reason =
      'The payload of the automation rule names no record. Let it say kind (request or problem), id and status.'
    return { kind: 'ignore', name: envelope.event, alertKey: null, rule: 'rule-without-record', reason }
  }
  const about = { ...envelope, object_id: id, person_name: null }
  return {
    kind: 'event',
    name: envelope.event,
    event: recordEvent(about, kind, 'automation_rule', delivery, settings, customDetails),
  }
}

function verification(envelope: Envelope): Received {
  const name = envelope.event
  const { callback } = envelope.payload
  if (!callback) {
    return {
      kind: 'quarantine',
      name,
      rule: 'no-callback',
      reason: 'A webhook.verify came without a callback to confirm.',
    }
  }
  return { kind: 'verify', name, webhookId: envelope.webhook_id ?? envelope.object_id, callback }
}

function notUsed(envelope: Envelope, kind: RecordKind | null): Received {
  const wanted = 'Subscribe to request.create, request.update, problem.create and problem.update.'
  return {
    kind: 'ignore',
    name: envelope.event,
    alertKey: kind === null ? null : keyOf(envelope, kind),
    rule: 'event-not-used',
    reason: `${envelope.event} opens and changes no alerts. ${wanted}`,
  }
}

function keyOf(envelope: Envelope, kind: RecordKind): string {
  return `${envelope.account_id}:${kind}:${envelope.object_id}`
}

function recordEvent(
  envelope: Envelope,
  kind: RecordKind,
  change: string,
  delivery: ReceivedDelivery,
  settings: FourmeSettings | null,
  customDetails: unknown,
): IncomingEvent {
  const { payload, object_id: id, account_id: account } = envelope
  const birth = change === 'create'
  const status = payload.status ? oneLine(payload.status, 60) : null
  const known = status === null ? (birth ? 'ALERT' : null) : effectOf(kind, status, settings?.statusMap)
  const effect = known === 'IGNORE' ? 'NONE' : known
  const labels = { team: payload.team, member: payload.member, status, person: envelope.person_name }
  const request: LookUpRequest = { record: kind, id, account }
  return {
    type: effect ?? 'NONE',
    alertKey: keyOf(envelope, kind),
    version: safeNumber(payload.audit_line_id ?? null),
    birth,
    status,
    text: textOf(envelope, kind, change, status, effect),
    facts: {
      summary: summaryOf(envelope, kind),
      links: recordLinks(envelope, kind, delivery, settings),
      labels: Object.fromEntries(
        Object.entries(labels).filter((label): label is [string, string] => Boolean(label[1])),
      ),
    },
    reading: {
      kind,
      id,
      account,
      status,
      team: payload.team ?? null,
      member: payload.member ?? null,
      source: payload.source ?? null,
    },
    ...(effect === null && status !== null ? { warning: unknownStatus(kind, status) } : {}),
    customDetails,
    comments: [],
    routingKey: null,
    lookup: request,
    onlyIfFound:
      id === TEST_OBJECT_ID
        ? { rule: 'test-delivery', reason: `4me's test delivery: there is no ${kind} ${TEST_OBJECT_ID}.` }
        : null,
  }
}

function unknownStatus(kind: RecordKind, status: string) {
  const text = `4me sent the status "${status}" of a ${kind}, which the status table does not know. It had no effect: say in the table what it means.`
  return { code: `4me-unknown-status-${kind}`, text }
}

/** Audit lines order a record's changes; one beyond 2^53 orders nothing we could compare. */
function safeNumber(text: string | null): number | null {
  const number = text === null ? Number.NaN : Number(text)
  return Number.isSafeInteger(number) ? number : null
}

export function recordName(kind: RecordKind, id: string): string {
  return `${kind === 'request' ? 'Request' : 'Problem'} ${id}`
}

function summaryOf({ payload, object_id }: Envelope, kind: RecordKind): string {
  const { team, member } = payload
  const holder = member && team ? `${member} (${team})` : (member ?? team)
  return holder ? `${recordName(kind, object_id)}, assigned to ${holder}` : recordName(kind, object_id)
}

function textOf(
  envelope: Envelope,
  kind: RecordKind,
  change: string,
  status: string | null,
  effect: IncomingEvent['type'] | null,
): string {
  const { payload, person_name: person, object_id: id } = envelope
  const told = `${TOLD.get(change)}${person ? ` by ${person}` : ''}`
  const previous = payload.previous_status ? `${oneLine(payload.previous_status, 60)} → ` : ''
  const parts = [
    status && `status ${previous}${status}`,
    payload.team && `team ${payload.team}`,
    payload.member && `member ${payload.member}`,
  ].filter(Boolean)
  const line = `4me: ${kind} ${id} ${told}${parts.length > 0 ? `, ${parts.join(', ')}` : ''}`
  if (effect === 'NONE') return `${line}. The status table says that ${status} changes nothing.`
  if (effect !== null) return line
  return status === null
    ? `${line}. It came without a status.`
    : `${line}. Warning: "${status}" is no known status of a ${kind}.`
}

/** The record's page at its account, and nowhere else. */
function recordLinks(
  envelope: Envelope,
  kind: RecordKind,
  delivery: ReceivedDelivery,
  settings: FourmeSettings | null,
): IncomingLink[] {
  const { account_id: account, object_id: id } = envelope
  const path = `/${kind}s/${id}`
  const text = `${recordName(kind, id)} in 4me`
  const origin = settings ? accountOrigin(settings, account) : null
  if (origin) return [{ href: `${origin}${path}`, text }]

  const canonical = /<([^<>\s]+)>\s*;\s*rel="canonical"/.exec(delivery.headers.link ?? '')?.[1]
  const url = canonical && URL.canParse(canonical) ? new URL(canonical) : null
  const isOwn =
    url?.protocol === 'https:' && url.port === '' && isAccountHost(url.hostname, account) && url.pathname === path
  return url && isOwn ? [{ href: `https://${url.hostname}${path}`, text }] : []
}
