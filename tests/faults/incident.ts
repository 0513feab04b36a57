import { randomUUID } from 'node:crypto'
import { ann, envelope, headers, serviceDesk } from '../../server/integrations/4me/examples/build.ts'

/** One call of an outside system. */
export interface Message {
  path: string
  headers: Record<string, string>
  body: Record<string, unknown>
}

export type Status = 'PENDING' | 'ACCEPTED' | 'RESOLVED'

/** Something of the outside world that opens one alert, and what can be said of it later. */
export interface Incident {
  /** Stands in the alert's summary, and so in the page's subject. */
  name: string
  opening(): Message
  /** What answers it in the outside world; empty when nothing can. */
  answers: { status: Status; message(): Message }[]
}

export interface Keys {
  fourme: string
  events: string
}

export const KINDS = ['Request', 'Problem', 'Event', 'Call'] as const
export type Kind = (typeof KINDS)[number]

const FIRST_RECORD = 70_000

/** What the product says of itself when the machine is too slow. It is right to; how late is too late is the judge's to say. */
export const SLOWNESS = 'Slowness'
const SLOW = /Escalation steps are (?:late|in time again)|Deliveries (?:lie unread|are read in time again)/

/** The name of the incident that a summary or a subject is about; empty when it is about none. */
export function nameIn(text: string): string {
  const name = new RegExp(`\\b(?:${KINDS.join('|')}) \\d+\\b`).exec(text)?.[0]
  return name ?? (SLOW.test(text) ? SLOWNESS : '')
}

/**
 * The n-th incident, as a system of this kind tells of it. The event API has no order of its own: where an old message may
 * arrive after a newer one, each says by an `Idempotency-Key` that it is a repetition.
 */
export function incident(kind: Kind, n: number, keys: Keys, isRepeatable = false): Incident {
  switch (kind) {
    case 'Request':
      return record('request', 'completed', n, keys)
    case 'Problem':
      return record('problem', 'solved', n, keys)
    case 'Event':
      return keyedEvent(n, keys, isRepeatable)
    case 'Call':
      return keylessEvent(n, keys)
  }
}

/** A 4me record. Every attempt is a delivery of its own, with a number of its own. */
function record(type: 'request' | 'problem', closed: string, n: number, keys: Keys): Incident {
  const id = FIRST_RECORD + n
  const message = (event: string, step: number, payload: Record<string, unknown>): Message => ({
    path: `/api/v1/events/4me/${keys.fourme}`,
    headers: { ...headers, 'x-4me-delivery': randomUUID() },
    body: envelope(`${type}.${event}`, id, { audit_line_id: id * 10 + step, team: serviceDesk, ...payload }),
  })
  const update = (status: string, step: number) => () => message('update', step, { status, member: ann })
  return {
    name: `${type === 'request' ? 'Request' : 'Problem'} ${id}`,
    opening: () => message('create', 0, { status: 'assigned' }),
    answers: [
      { status: 'ACCEPTED', message: update('accepted', 1) },
      { status: 'RESOLVED', message: update(closed, 2) },
    ],
  }
}

function keyedEvent(n: number, keys: Keys, isRepeatable: boolean): Incident {
  const name = `Event ${n}`
  const message = (eventType: string) => {
    const more: Record<string, string> = isRepeatable ? { 'idempotency-key': randomUUID() } : {}
    return () => event({ integrationKey: keys.events, eventType, summary: name, alertKey: name }, more)
  }
  return {
    name,
    opening: message('ALERT'),
    answers: [
      { status: 'ACCEPTED', message: message('ACCEPT') },
      { status: 'RESOLVED', message: message('RESOLVE') },
    ],
  }
}

/** Nothing can refer to it later, and only its `Idempotency-Key` makes it repeatable. */
function keylessEvent(n: number, keys: Keys): Incident {
  const name = `Call ${n}`
  const repeatKey = randomUUID()
  return {
    name,
    opening: () =>
      event({ integrationKey: keys.events, eventType: 'ALERT', summary: name }, { 'idempotency-key': repeatKey }),
    answers: [],
  }
}

function event(body: Record<string, unknown>, more: Record<string, string> = {}): Message {
  return { path: '/api/events', headers: { 'content-type': 'application/json', ...more }, body }
}
