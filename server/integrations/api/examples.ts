import type { IncomingEvent, IntegrationExample, Received } from '../contract.ts'

const headers = { 'content-type': 'application/json' }

function event(name: IncomingEvent['type'], more: Partial<IncomingEvent>): Received {
  return { kind: 'event', name, event: incoming(name, more) }
}

function incoming(type: IncomingEvent['type'], more: Partial<IncomingEvent>): IncomingEvent {
  return {
    type,
    alertKey: null,
    version: null,
    birth: false,
    status: null,
    text: `API event ${type}`,
    facts: {},
    customDetails: null,
    comments: [],
    routingKey: null,
    lookup: null,
    onlyIfFound: null,
    ...more,
  }
}

function example(name: string, body: unknown, received: Received): IntegrationExample {
  return { name, delivery: { headers, body: typeof body === 'string' ? body : JSON.stringify(body) }, received }
}

/** Events as clients send them, and what each means. */
export const examples: IntegrationExample[] = [
  example(
    'an alert with everything',
    {
      integrationKey: 'never kept in the alert',
      eventType: 'ALERT',
      summary: 'Disk of db-1 is full',
      details: '**97 %** used',
      alertKey: ' db-1/disk ',
      priority: 'HIGH',
      severity: 2,
      links: [{ href: 'https://grafana.example/d/1', text: 'Dashboard' }],
      images: [{ src: 'https://grafana.example/r/1.png' }],
      comments: [{ creator: 'cron', content: 'Third time this week' }],
      labels: { host: 'db-1' },
      customDetails: { used: 97 },
      routingKey: 'dba',
    },
    event('ALERT', {
      alertKey: 'db-1/disk',
      text: 'API event ALERT: Disk of db-1 is full',
      facts: {
        summary: 'Disk of db-1 is full',
        details: '**97 %** used',
        priority: 'HIGH',
        severity: 2,
        links: [{ href: 'https://grafana.example/d/1', text: 'Dashboard' }],
        images: [{ src: 'https://grafana.example/r/1.png', href: null, alt: null }],
        labels: { host: 'db-1' },
      },
      customDetails: { used: 97 },
      comments: [{ creator: 'cron', content: 'Third time this week' }],
      routingKey: 'dba',
    }),
  ),
  example(
    "an alert in the spelling of ilert's Go and JavaScript clients",
    { apiKey: 'x', incidentKey: 'k', eventType: 'ALERT', summary: 'Down', priority: '', labels: null },
    event('ALERT', { alertKey: 'k', text: 'API event ALERT: Down', facts: { summary: 'Down' } }),
  ),
  example(
    'an alert without a key opens one of its own',
    { eventType: 'ALERT', summary: 'Down' },
    event('ALERT', { text: 'API event ALERT: Down', facts: { summary: 'Down' } }),
  ),
  example('an accept', { eventType: 'ACCEPT', alertKey: 'k' }, event('ACCEPT', { alertKey: 'k' })),
  example('a resolve', { eventType: 'RESOLVE', alertKey: 'k' }, event('RESOLVE', { alertKey: 'k' })),
  example(
    'a comment',
    { eventType: 'COMMENT', alertKey: 'k', comments: [{ content: 'Looking into it' }] },
    event('COMMENT', { alertKey: 'k', comments: [{ creator: null, content: 'Looking into it' }] }),
  ),
  example(
    'a link that is none is left out, the alert is not',
    {
      eventType: 'alert',
      summary: 'Down',
      severity: 'SEV1',
      links: [{ href: 'javascript:alert(1)' }, { href: 'https://x.example' }],
      labels: { a: 1, b: 'two' },
    },
    event('ALERT', {
      text: 'API event ALERT: Down',
      facts: { summary: 'Down', links: [{ href: 'https://x.example', text: '' }], labels: { b: 'two' } },
    }),
  ),
  example(
    'an accept for nobody knows what',
    { eventType: 'ACCEPT' },
    {
      kind: 'quarantine',
      name: 'ACCEPT',
      rule: 'no-alert-key',
      reason: 'ACCEPT needs the alertKey of the alert it is for.',
      untyped: incoming('ACCEPT', {}),
    },
  ),
  example(
    'an unknown event type',
    { eventType: 'EXPLODE', summary: 'x' },
    {
      kind: 'quarantine',
      name: null,
      rule: 'not-an-event',
      reason: 'The body has no eventType of ALERT, ACCEPT, RESOLVE or COMMENT.',
      untyped: incoming('NONE', {
        text: 'API event: x',
        facts: { summary: 'x' },
        customDetails: { eventType: 'EXPLODE', summary: 'x' },
      }),
    },
  ),
  example('broken JSON', '{', {
    kind: 'quarantine',
    name: null,
    rule: 'not-json',
    reason: 'The body is not valid JSON.',
  }),
]
