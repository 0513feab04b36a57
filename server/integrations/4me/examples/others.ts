import type { IntegrationExample } from '../../contract.ts'
import { envelope, example } from './build.ts'

const verify = envelope(
  'webhook.verify',
  219,
  { callback: 'https://acme.4me.com/webhooks/219/verify?code=EmzqeGYTj5LAIwY-hWoYNLJQ&expires_at=1610618451' },
  { webhook_id: 219, name: 'On-call: problem create', object_nodeID: 'NG1lLmNvbS9XZWJob29rLzIxOQ' },
)
const wanted = 'Subscribe to request.create, request.update, problem.create and problem.update.'

/** Verifications, events about something else, and what is not 4me's. */
export const otherExamples: IntegrationExample[] = [
  example('a webhook asks to be verified', verify, {
    kind: 'verify',
    name: 'webhook.verify',
    webhookId: '219',
    callback: 'https://acme.4me.com/webhooks/219/verify?code=EmzqeGYTj5LAIwY-hWoYNLJQ&expires_at=1610618451',
  }),
  example('an event about something else', envelope('task.update', 9, { status: 'assigned' }), {
    kind: 'ignore',
    name: 'task.update',
    alertKey: null,
    rule: 'event-not-used',
    reason: `task.update opens and changes no alerts. ${wanted}`,
  }),
  example('an event nobody has heard of', envelope('request.exploded', 70470, { status: 'assigned' }), {
    kind: 'ignore',
    name: 'request.exploded',
    alertKey: 'acme:request:70470',
    rule: 'event-not-used',
    reason: `request.exploded opens and changes no alerts. ${wanted}`,
  }),
  example('an automation rule names itself, not the record', envelope('automation_rule', 17, { anything: true }), {
    kind: 'ignore',
    name: 'automation_rule',
    alertKey: null,
    rule: 'rule-without-record',
    reason: 'The payload of the automation rule names no record. Let it say kind (request or problem), id and status.',
  }),
  example(
    'a signed delivery',
    { jwt: 'eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.e30.c2ln' },
    {
      kind: 'quarantine',
      name: null,
      rule: 'signed',
      reason: 'It is a signed delivery, but no webhook policy is set here.',
    },
  ),
  example(
    "another system's message",
    { status: 'firing', alerts: [] },
    {
      kind: 'quarantine',
      name: null,
      rule: 'not-4me',
      reason: 'The body is not a delivery of 4me: event, account_id, object_id missing.',
    },
  ),
  example('broken JSON', '{"event":"request.create"', {
    kind: 'quarantine',
    name: null,
    rule: 'not-json',
    reason: 'The body is not valid JSON.',
  }),
]
