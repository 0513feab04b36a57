import { describe, expect, test } from 'vitest'
import { exampleSettings } from './examples.ts'
import { receive } from './receive.ts'

const rule = (payload: Record<string, unknown>, more: Record<string, unknown> = {}) => {
  const body = { webhook_id: 1, account_id: 'acme', event: 'automation_rule', object_id: 17, payload, ...more }
  return receive({ headers: {}, body: JSON.stringify(body) }, exampleSettings)
}
const ignored = (name: string, reason: string) => ({
  kind: 'ignore',
  name: 'automation_rule',
  alertKey: null,
  rule: name,
  reason,
})
const NO_RECORD = ignored(
  'rule-without-record',
  'The payload of the automation rule names no record. Let it say kind (request or problem), id and status.',
)

describe('an automation rule', () => {
  test('tells of the record that its payload names, and of nobody who did it', () => {
    expect(rule({ kind: 'request', id: 70470, status: 'assigned' }, { person_name: 'Automation' })).toMatchObject({
      kind: 'event',
      name: 'automation_rule',
      event: {
        type: 'ALERT',
        alertKey: 'acme:request:70470',
        birth: false,
        status: 'assigned',
        text: '4me: request 70470 told by an automation rule, status assigned',
        facts: {
          summary: 'Request 70470',
          links: [{ href: 'https://acme.4me.com/requests/70470', text: 'Request 70470 in 4me' }],
          labels: { status: 'assigned' },
        },
        lookup: { record: 'request', id: '70470', account: 'acme' },
        onlyIfFound: null,
      },
    })
  })

  test.each([
    ['kind and id', { kind: 'problem', id: 5 }, 'acme:problem:5'],
    ['record and its number', { record: 'problem', record_id: 5 }, 'acme:problem:5'],
    ['record_type and id', { record_type: 'problem', id: '5' }, 'acme:problem:5'],
    ['type and id', { type: 'request', id: 5 }, 'acme:request:5'],
    ['many of a kind', { kind: 'Requests', id: 5 }, 'acme:request:5'],
    ['a kind in capitals', { kind: 'PROBLEM', id: 5 }, 'acme:problem:5'],
    ['the number of a request', { request_id: 5 }, 'acme:request:5'],
    ['the number of a problem', { problem_id: 5 }, 'acme:problem:5'],
    ['a kind of its own beside the number of a problem', { type: 'outage', problem_id: 5 }, 'acme:problem:5'],
    ['the kind before a record and types', { kind: 'problem', record: 'request', type: 'x', id: 5 }, 'acme:problem:5'],
    ['the record before its type', { record: 'problem', record_type: 'request', id: 5 }, 'acme:problem:5'],
    ['the type of the record before its own', { record_type: 'problem', type: 'request', id: 5 }, 'acme:problem:5'],
    ['the id before other numbers', { kind: 'request', id: 5, record_id: 6, request_id: 7 }, 'acme:request:5'],
    ['the number of the record before that of the request', { record_id: 6, request_id: 7 }, 'acme:request:6'],
    ['the kind before the numbers', { kind: 'problem', request_id: 7 }, 'acme:problem:7'],
    ['the request before the problem', { request_id: 7, problem_id: 8 }, 'acme:request:7'],
  ])('names a record by %s', (_title, payload, alertKey) => {
    expect(rule(payload)).toMatchObject({ kind: 'event', event: { alertKey } })
  })

  test.each([
    ['nothing', {}],
    ['a kind without a number', { kind: 'request' }],
    ['a number without a kind', { id: 5 }],
    ['the number of a record without a kind', { record_id: 5 }],
    ['a kind that we do not know', { kind: 'task', id: 5 }],
    ['a kind within a longer word', { kind: 'service request', id: 5 }],
    ['a number that is none', { kind: 'request', id: 'seven' }],
  ])('that names %s changes nothing', (_title, payload) => {
    expect(rule(payload)).toEqual(NO_RECORD)
  })

  test('is a test delivery when it has the number of 4me for tests and names no kind of record', () => {
    const expected = ignored('test-delivery', "4me's test delivery of an automation rule: it names no record.")
    expect(rule({}, { object_id: 12345 })).toEqual(expected)
    expect(rule({ id: 5 }, { object_id: 12345 })).toEqual(expected)
    expect(rule({ kind: 'request' }, { object_id: 12345 })).toEqual(NO_RECORD)
    expect(rule({ kind: 'request', id: 5 }, { object_id: 12345 })).toMatchObject({
      event: { alertKey: 'acme:request:5', onlyIfFound: null },
    })
  })
})
