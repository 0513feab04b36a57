import type { IntegrationExample, Received } from '../contract.ts'

const notANotice: Received = {
  kind: 'quarantine',
  name: null,
  rule: 'not-a-notice',
  reason: 'It is no notice of the watch.',
}

function told(type: 'ALERT' | 'RESOLVE', key: string, summary: string, details: string): Received {
  return {
    kind: 'event',
    name: type === 'ALERT' ? 'watch.alarm' : 'watch.over',
    event: {
      type,
      alertKey: key,
      version: null,
      birth: false,
      status: null,
      text: `Tocsin: ${summary}`,
      facts: { summary, details },
      customDetails: null,
      comments: [],
      routingKey: null,
      lookup: null,
      onlyIfFound: null,
    },
  }
}

function example(name: string, body: unknown, received: Received): IntegrationExample {
  return { name, delivery: { headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) }, received }
}

const alarm = { type: 'ALERT', key: 'unattended', summary: 'Two alerts are unattended', details: '7, 8' }

/** Notices of the watch, and what each means. */
export const examples: IntegrationExample[] = [
  example('an alarm', alarm, told('ALERT', 'unattended', 'Two alerts are unattended', '7, 8')),
  example(
    'the end of an alarm',
    { type: 'RESOLVE', key: 'late', summary: 'Steps are in time again', details: '' },
    told('RESOLVE', 'late', 'Steps are in time again', ''),
  ),
  example('something unknown', { ...alarm, type: 'ACCEPT' }, notANotice),
  example('a notice without a key', { ...alarm, key: '' }, notANotice),
  example('a notice that says nothing', { ...alarm, summary: '' }, notANotice),
  example('a list', [alarm], notANotice),
  example('broken JSON', '{"type":', notANotice),
]
