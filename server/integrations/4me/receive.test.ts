import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ADMISSION_HEADER } from '../contract.ts'
import { exampleSettings, examples } from './examples.ts'
import { fourme } from './index.ts'
import { receive } from './receive.ts'
import type { FourmeSettings } from './settings.ts'

const parsed: FourmeSettings = { ...exampleSettings }

describe.each(examples)('4me: $name', ({ delivery, received }) => {
  test('is understood', () => expect(receive(delivery, parsed)).toEqual(received))
})

const base = {
  webhook_id: 1,
  account_id: 'acme',
  event: 'request.update',
  object_id: 7,
  payload: { status: 'assigned', audit_line_id: 5 },
}
const body = (text: string, headers: Record<string, string> = {}, settings: typeof parsed | null = parsed) =>
  receive({ headers, body: text }, settings)
const eventOf = (text: string) => {
  const received = body(text)
  if (received.kind !== 'event') throw new Error(received.kind === 'verify' ? 'verify' : received.reason)
  return received.event
}
const written = (objectId: string) => JSON.stringify(base).replace('"object_id":7', `"object_id":${objectId}`)

describe('ids', () => {
  test.each([
    ['9007199254740993', '9007199254740993'],
    ['"9007199254740993"', '9007199254740993'],
    ['70470', '70470'],
  ])('%s is kept exactly', (sent, id) => {
    expect(eventOf(written(sent)).alertKey).toBe(`acme:request:${id}`)
  })

  test.each([
    '1e400',
    '-0',
    '"007"',
    '007',
    '0',
    '-5',
    '1.5',
    '70470.0',
    '7e4',
    '"7 OR 1=1"',
    '[7]',
    '{}',
    'true',
    '""',
  ])('%s is set aside with a sentence, never rounded', (sent) => {
    const received = body(written(sent))
    expect(received.kind).toBe('quarantine')
    expect(received.kind === 'quarantine' && received.reason).toMatch(/\.$/)
  })

  test('of two equal keys the last one counts', () => {
    expect(eventOf(written('1').replace('"object_id":1', '"object_id":1,"object_id":2')).alertKey).toBe(
      'acme:request:2',
    )
  })

  test('an audit line that cannot be compared exactly gives no order', () => {
    for (const line of ['9007199254740993', '"x"', 'null', '[]', '-1']) {
      expect(eventOf(JSON.stringify(base).replace('"audit_line_id":5', `"audit_line_id":${line}`)).version).toBeNull()
    }
  })
})

describe('what became of a record', () => {
  const told = (event: string, more: Record<string, unknown> = {}) =>
    eventOf(JSON.stringify({ ...base, event, payload: { status: 'assigned', ...more } }))

  test.each([
    ['request.team-changed', '4me: request 7 handed to another team, status assigned'],
    ['request.member-changed', '4me: request 7 handed to another member, status assigned'],
    ['problem.note-added', '4me: problem 7 got a note, status assigned'],
    ['problem.manager-changed', '4me: problem 7 handed to another manager, status assigned'],
    ['request.major-incident-status-changed', '4me: request 7 changed as a major incident, status assigned'],
  ])('%s is told in words', (event, text) => {
    expect(told(event)).toMatchObject({ type: 'ALERT', birth: false, text })
  })

  test('is told with a warning when it came without a status, and changes nothing', () => {
    expect(told('request.update', { status: null })).toMatchObject({
      type: 'NONE',
      status: null,
      text: '4me: request 7 updated. It came without a status.',
    })
    expect(told('request.update', { status: null })).not.toHaveProperty('warning')
  })

  test('changes nothing when the table of the source ignores its status, and that is no surprise', () => {
    const settings: FourmeSettings = { ...parsed, statusMap: { request: { assigned: 'IGNORE' } } }
    const received = body(JSON.stringify(base), {}, settings)
    expect(received).toMatchObject({
      kind: 'event',
      event: {
        type: 'NONE',
        status: 'assigned',
        text: '4me: request 7 updated, status assigned. The status table says that assigned changes nothing.',
      },
    })
    expect(received.kind === 'event' && received.event).not.toHaveProperty('warning')
  })

  test('opens an alert when it was created without a status', () => {
    expect(told('problem.create', { status: null })).toMatchObject({
      type: 'ALERT',
      birth: true,
      status: null,
      text: '4me: problem 7 created',
    })
  })

  test('is not a matter of the kind of record alone', () => {
    expect(body(JSON.stringify({ ...base, event: 'request' }))).toMatchObject({
      kind: 'ignore',
      rule: 'event-not-used',
      alertKey: 'acme:request:7',
    })
  })
})

describe('a verification', () => {
  const verify = (more: Record<string, unknown>) =>
    body(JSON.stringify({ ...base, event: 'webhook.verify', payload: { callback: 'https://acme.4me.com/x' }, ...more }))

  test('is about the webhook that asks, or else about the object it names', () => {
    expect(verify({ webhook_id: 220 })).toMatchObject({ kind: 'verify', webhookId: '220' })
    expect(verify({ webhook_id: null })).toMatchObject({ kind: 'verify', webhookId: '7' })
  })

  test('without a callback is set aside', () => {
    expect(verify({ payload: {} })).toEqual({
      kind: 'quarantine',
      name: 'webhook.verify',
      rule: 'no-callback',
      reason: 'A webhook.verify came without a callback to confirm.',
    })
  })
})

describe('a signed delivery that the door has checked', () => {
  const signed = (data: object, claims: Record<string, unknown> = { jti: 'abc' }) => {
    const [head, content] = [{ alg: 'RS256' }, { ...claims, data }].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    )
    return body(JSON.stringify({ jwt: `${head}.${content}.c2ln` }), { [ADMISSION_HEADER]: 'RS256' })
  }
  const asked = { ...base, event: 'webhook.verify', payload: { callback: 'https://acme.4me.com/x' } }

  test.each([
    ['an event', 'event', base],
    ['a verification', 'verify', asked],
  ])('counts once when it brings %s', (_title, kind, data) => {
    expect(signed(data)).toMatchObject({ kind, onceKey: 'jwt:abc' })
  })

  test('may come again when it has no number of its own', () => {
    expect(signed(base, {})).toMatchObject({ kind: 'event' })
    expect(signed(base, {})).not.toHaveProperty('onceKey')
  })

  test('may come again when it changes nothing', () => {
    const ignored = signed({ ...base, event: 'request.exploded' })
    expect(ignored).toMatchObject({ kind: 'ignore' })
    expect(ignored).not.toHaveProperty('onceKey')
  })
})

describe('text', () => {
  test('NUL, lone surrogates, line breaks and terminal codes never reach a line of ours', () => {
    const text = JSON.stringify({
      ...base,
      person_name: 'Eve\n{"level":"info"}\u001b[31m',
      payload: { status: 'accepted', team: { name: 'A\u0000B' } },
    }).replace('Eve', String.raw`Eve\ud800`)
    const event = eventOf(text)
    expect(event.text).toBe('4me: request 7 updated by Eve\uFFFD {"level":"info"} [31m, status accepted, team A\uFFFDB')
    expect(JSON.stringify(event)).not.toContain('\\u0000')
    expect(JSON.stringify({ ...event, customDetails: null })).not.toContain('\\u001b')
  })

  test('a name without an end is cut', () => {
    const event = eventOf(
      JSON.stringify({ ...base, payload: { status: 'assigned', team: { name: 'x'.repeat(100_000) } } }),
    )
    expect(event.facts.summary?.length).toBeLessThan(300)
  })

  test('markup and template braces stay what they are: text', () => {
    const name = `<img src=x onerror=alert(1)> {{constructor}} \${7*7}`
    expect(eventOf(JSON.stringify({ ...base, person_name: name })).facts.labels?.person).toBe(name)
  })
})

describe('bodies that are not deliveries', () => {
  test.each([
    ['nothing', ''],
    ['JSON 20,000 deep', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
    ['an array 20,000 deep', '['.repeat(20_000)],
    ['an array', '[{"event":"request.create"}]'],
    ['a number', '7'],
    ['an account that is no account', JSON.stringify({ ...base, account_id: 'a\r\nx: y' })],
    ['an event that is no event', JSON.stringify({ ...base, event: '<script>' })],
    ['a verification without a callback', JSON.stringify({ ...base, event: 'webhook.verify' })],
    [
      'a verification whose callback is no text',
      JSON.stringify({ ...base, event: 'webhook.verify', payload: { callback: ['https://acme.4me.com'] } }),
    ],
  ])('%s is set aside with a sentence', (_title, text) => {
    const received = body(text)
    expect(received.kind).toBe('quarantine')
    expect(received.kind === 'quarantine' && received.reason).toMatch(/^[A-Z"].*\.$/)
  })

  test('whatever arrives, reading it never throws', () => {
    const anyJson = fc.jsonValue().map((value) => JSON.stringify(value))
    const near = fc
      .record({
        webhook_id: fc.jsonValue(),
        account_id: fc.oneof(fc.constant('acme'), fc.jsonValue()),
        event: fc.oneof(
          fc.constantFrom('request.create', 'problem.update', 'webhook.verify', 'automation_rule'),
          fc.jsonValue(),
        ),
        object_id: fc.oneof(fc.constant(7), fc.jsonValue()),
        person_name: fc.jsonValue(),
        payload: fc.oneof(
          fc.jsonValue(),
          fc.record({ status: fc.jsonValue(), team: fc.jsonValue(), audit_line_id: fc.jsonValue() }),
        ),
      })
      .map((value) => JSON.stringify(value))
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), anyJson, near), (text) => {
        const received = body(text)
        expect(['event', 'verify', 'ignore', 'quarantine']).toContain(received.kind)
        expect(JSON.stringify(received)).not.toContain('\\u0000')
      }),
      { numRuns: 500 },
    )
  })
})

describe('links', () => {
  const canonical = (url: string) => ({
    link: `<${url}>; rel="canonical", <https://api.4me.com/v1/requests/7>; rel="resource"`,
  })
  const linksOf = (headers: Record<string, string>, settings: typeof parsed | null) => {
    const received = body(JSON.stringify(base), headers, settings)
    return received.kind === 'event' ? received.event.facts.links : null
  }

  test('lead to the configured account, whatever the delivery says', () => {
    expect(linksOf(canonical('https://evil.example/requests/7'), parsed)).toEqual([
      { href: 'https://acme.4me.com/requests/7', text: 'Request 7 in 4me' },
    ])
  })

  test("before settings exist, only the account's own page is believed", () => {
    expect(linksOf(canonical('https://acme.us.xurrent.com/requests/7'), null)).toEqual([
      { href: 'https://acme.us.xurrent.com/requests/7', text: 'Request 7 in 4me' },
    ])
    for (const url of [
      'https://evil.example/requests/7',
      'https://acme.4me.com.evil.example/requests/7',
      'https://evil.4me.com/requests/7',
      'http://acme.4me.com/requests/7',
      'https://acme.4me.com:444/requests/7',
      'https://acme.4me.com/requests/8',
      'javascript:alert(1)',
    ]) {
      expect(linksOf(canonical(url), null)).toEqual([])
    }
  })

  test.each([
    ['without blanks', '<https://acme.4me.com/requests/7>;rel="canonical"', true],
    ['with blanks', '<https://acme.4me.com/requests/7>  ;  rel="canonical"', true],
    ['of another relation', '<https://acme.4me.com/requests/7>; rel="resource"', false],
    ['that is no address', '</requests/7>; rel="canonical"', false],
  ])('%s, a canonical link is read: %s', (_title, link, isRead) => {
    expect(linksOf({ link }, null)).toHaveLength(isRead ? 1 : 0)
  })

  test('are none where the delivery names none', () => {
    expect(linksOf({}, null)).toEqual([])
  })

  test("an own domain says nothing about another account's pages", () => {
    const custom = {
      ...exampleSettings,
      region: 'custom',
      apiUrl: 'http://localhost:4001',
      accountUrl: 'http://localhost:4001',
    }
    const other = receive({ headers: {}, body: JSON.stringify({ ...base, account_id: 'other' }) }, custom)
    expect(other.kind === 'event' && other.event.facts.links).toEqual([])
    const own = receive({ headers: {}, body: JSON.stringify(base) }, custom)
    expect(own.kind === 'event' && own.event.facts.links?.[0]?.href).toBe('http://localhost:4001/requests/7')
  })
})

test('settings that cannot be read count as none', () => {
  const received = fourme.receive({ headers: {}, body: JSON.stringify(base) }, { accountName: 7 })
  expect(received.kind === 'event' && received.event.facts.links).toEqual([])
})
