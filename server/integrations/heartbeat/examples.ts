import type { IntegrationExample, Received } from '../contract.ts'

const notANotice: Received = {
  kind: 'quarantine',
  name: null,
  rule: 'not-a-notice',
  reason: 'It is no notice about a heartbeat.',
}

const silent = { type: 'ALERT', monitor: 7, summary: 'The backup is silent', details: 'Last heard at three.' }
const back = { type: 'RESOLVE', monitor: 7, summary: 'Backup', details: '' }

function example(name: string, body: unknown, received: Received): IntegrationExample {
  return { name, delivery: { headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) }, received }
}

const event = {
  alertKey: 'heartbeat-7',
  version: null,
  birth: false,
  status: null,
  customDetails: null,
  comments: [],
  routingKey: null,
  lookup: null,
  onlyIfFound: null,
}

/** Notices about heartbeats, and what each means. */
export const examples: IntegrationExample[] = [
  example('a monitor fell silent', silent, {
    kind: 'event',
    name: 'heartbeat.overdue',
    event: {
      ...event,
      type: 'ALERT',
      text: 'Heartbeat overdue: The backup is silent',
      entryType: 'HeartbeatOverdueLogEntry',
      facts: { summary: 'The backup is silent', details: 'Last heard at three.' },
    },
  }),
  example('it calls again', back, {
    kind: 'event',
    name: 'heartbeat.resolved',
    event: {
      ...event,
      type: 'RESOLVE',
      text: 'Heartbeat is back: Backup',
      entryType: 'HeartbeatResolvedLogEntry',
      facts: {},
    },
  }),
  example('something unknown', { ...silent, type: 'ACCEPT' }, notANotice),
  example('a notice about no monitor', { ...silent, monitor: 0 }, notANotice),
  example('a notice that says nothing', { ...silent, summary: '' }, notANotice),
  example('a list', [silent], notANotice),
  example('broken JSON', '{"type":', notANotice),
]
