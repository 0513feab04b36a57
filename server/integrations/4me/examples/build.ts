import type { IntegrationExample, Received } from '../../contract.ts'
import type { RecordKind } from '../status.ts'

export const headers = {
  'content-type': 'application/json; charset=utf-8',
  'user-agent': '4me/1.0 (https://developer.4me.com/v1/webhooks)',
  'x-4me-delivery': '8fd93dc6-1d43-49c2-892e-2ab5cb029e4e',
}
export const xurrentHeaders = {
  'content-type': 'application/json; charset=utf-8',
  'user-agent': 'xurrent/1.0 (https://developer.xurrent.com/v1/webhooks)',
  'x-xurrent-delivery': '8fd93dc6-1d43-49c2-892e-2ab5cb029e4e',
}

export const serviceDesk = {
  id: 14,
  nodeID: 'NG1lLmNvbS9UZWFtLzE0',
  name: 'Service Desk',
  account: { id: 'acme', name: 'Acme' },
}
export const ann = { id: 58, nodeID: 'NG1lLmNvbS9QZXJzb24vNTg', name: 'Ann Lee', account: { id: 'acme', name: 'Acme' } }

/** A delivery's body. */
export function envelope(
  event: string,
  id: unknown,
  payload: Record<string, unknown>,
  more: Record<string, unknown> = {},
) {
  return {
    webhook_id: 220,
    webhook_nodeID: 'NG1lLmNvbS9XZWJob29rLzIyMA',
    account_id: 'acme',
    account: 'https://acme.4me.com',
    name: event,
    event,
    object_id: id,
    object_nodeID: 'NG1lLmNvbS9SZXEvNzA0NzA',
    person_id: 6,
    person_nodeID: 'NG1lLmNvbS9QZXJzb24vNg',
    person_name: 'Howard Tanner',
    payload,
    ...more,
  }
}

interface Expected {
  type: 'ALERT' | 'ACCEPT' | 'RESOLVE' | 'NONE'
  record?: RecordKind
  id?: string
  account?: string
  version: number | null
  birth?: boolean
  status: string | null
  text: string
  summary: string
  labels: Record<string, string>
  source?: string
  onlyIfFound?: { rule: string; reason: string }
  warning?: { code: string; text: string }
}

/** The event a body is expected to be. */
export function event(name: string, body: unknown, expected: Expected): Received {
  const { type, record = 'request', id = '70470', account = 'acme', version, birth = false, status, text } = expected
  const what = record === 'request' ? 'Request' : 'Problem'
  return {
    kind: 'event',
    name,
    event: {
      type,
      alertKey: `${account}:${record}:${id}`,
      version,
      birth,
      status,
      text,
      facts: {
        summary: expected.summary,
        links: [{ href: `https://${account}.4me.com/${record}s/${id}`, text: `${what} ${id} in 4me` }],
        labels: expected.labels,
      },
      customDetails: body,
      comments: [],
      routingKey: null,
      lookup: { record, id, account },
      onlyIfFound: expected.onlyIfFound ?? null,
      reading: {
        kind: record,
        id,
        account,
        status,
        team: expected.labels.team ?? null,
        member: expected.labels.member ?? null,
        source: expected.source ?? null,
      },
      ...(expected.warning ? { warning: expected.warning } : {}),
    },
  }
}

/** One example: what is sent, and what it means. */
export function example(
  name: string,
  body: unknown,
  received: Received,
  sent: Record<string, string> = headers,
): IntegrationExample {
  return { name, delivery: { headers: sent, body: typeof body === 'string' ? body : JSON.stringify(body) }, received }
}
