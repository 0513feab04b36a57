import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { createOutbound, type OutboundAnswer, OutboundError, type OutboundRequest } from '../../runtime/outbound.ts'
import type { Pacer } from '../../runtime/pacer.ts'
import { exampleSettings } from './examples.ts'
import { lookUp } from './look-up.ts'

const settings = { ...exampleSettings, authToken: 's3cret' }
const asked = { record: 'request', id: '70470', account: 'acme-it' }
const json = (body: unknown, status = 200, headers: Record<string, string> = {}): OutboundAnswer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

const record = {
  id: 70470,
  subject: 'Mail is\ndown',
  impact: 'top',
  category: 'incident',
  status: 'assigned',
  team: { id: 14, name: 'Service Desk' },
  member: null,
  requested_by: { id: 1, name: 'Rob' },
  requested_for: { id: 2, name: 'Ann Lee' },
  service_instance: { id: 3, name: 'Mail production' },
  next_target_at: 'best_effort',
}

/** A 4me that gives one answer for the record and one for its notes, and remembers what it was asked. */
function fourme(answer: OutboundAnswer | OutboundError, notes: OutboundAnswer | OutboundError = json([])) {
  const requests: OutboundRequest[] = []
  const hushed: number[] = []
  const pacer: Pacer = { leave: async () => ({ kind: 'go' }), hush: (_key, seconds) => void hushed.push(seconds) }
  const outbound = async (request: OutboundRequest) => {
    requests.push(request)
    const reply = request.url.includes('/notes') ? notes : answer
    if (reply instanceof OutboundError) throw reply
    return reply
  }
  return {
    requests,
    hushed,
    ask: (input: Record<string, unknown> = asked) => lookUp(input, settings, outbound, undefined, pacer),
  }
}

describe('a record that is found', () => {
  test('fills in what the delivery did not say', async () => {
    const notes = json([
      { id: 1, text: '' },
      { id: 2, text: 'Nobody gets mail.\r\nSince 3.' },
      { id: 3, text: 'later', created_at: '2026-03-02T10:00:00+01:00', person: { id: 6, name: 'Howard Tanner' } },
    ])
    expect(await fourme(json(record), notes).ask()).toEqual({
      kind: 'found',
      facts: {
        summary: 'Mail is down',
        details: 'Nobody gets mail.\nSince 3.',
        priority: 'HIGH',
        severity: 1,
        links: [{ href: 'https://acme-it.4me.com/requests/70470', text: 'Request 70470 in 4me' }],
        labels: {
          impact: 'top',
          category: 'incident',
          status: 'assigned',
          team: 'Service Desk',
          requester: 'Ann Lee',
          service: 'Mail production',
          target: 'best effort',
        },
      },
      reading: expect.objectContaining({ kind: 'request', id: '70470', account: 'acme-it', impact: 'top' }),
      notes: [{ id: '3', text: 'later', author: 'Howard Tanner', at: new Date('2026-03-02T09:00:00Z') }],
    })
  })

  test.each([
    ['top', { priority: 'HIGH', severity: 1 }],
    ['high', { priority: 'HIGH', severity: 2 }],
    ['medium', { priority: undefined, severity: 3 }],
    ['low', { priority: undefined, severity: 4 }],
    ['none', { priority: undefined, severity: 5 }],
    [null, { priority: undefined, severity: undefined }],
    ['constructor', { priority: undefined, severity: undefined }],
  ])('impact %s never lowers the priority', async (impact, { priority, severity }) => {
    const outcome = await fourme(json({ ...record, impact })).ask()
    expect(outcome.kind === 'found' && [outcome.facts.priority, outcome.facts.severity]).toEqual([priority, severity])
  })

  test.each([
    [json({}, 403), false],
    [json({}, 404), false],
    [json([]), false],
    [json('<html>', 502), true],
    [json({}, 429), true],
    [new OutboundError('timeout', 'x'), true],
  ])('its notes are asked for again only when they may come later (%#)', async (notes, again) => {
    const outcome = await fourme(json(record), notes).ask()
    expect(outcome.kind === 'found' && outcome.isPartial === true).toBe(again)
  })

  test('is shown without its notes when they cannot be read', async () => {
    for (const notes of [
      json({}, 403),
      json('<html>', 502),
      new OutboundError('timeout', 'x'),
      json([{ text: 7 }, null]),
    ]) {
      const outcome = await fourme(json(record), notes).ask()
      expect(outcome.kind === 'found' && 'details' in outcome.facts).toBe(false)
      expect(outcome.kind === 'found' && outcome.facts.summary).toBe('Mail is down')
    }
  })

  test('is asked for with the token and both account headers, naming the account of the delivery', async () => {
    const peer = fourme(json(record))
    await peer.ask()
    expect(peer.requests.map((request) => request.url)).toEqual([
      'https://api.4me.com/v1/requests/70470',
      'https://api.4me.com/v1/requests/70470/notes?per_page=100',
    ])
    expect(peer.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer s3cret',
      'x-4me-account': 'acme-it',
      'x-xurrent-account': 'acme-it',
    })
    await peer.ask({ ...asked, record: 'problem', id: '9007199254740993' })
    expect(peer.requests[2]?.url).toBe('https://api.4me.com/v1/problems/9007199254740993')
  })

  test('has exactly the number that was asked for', async () => {
    const body = JSON.stringify({ ...record, id: 0 }).replace('"id":0', '"id":9007199254740993')
    const right = await fourme(json(body)).ask({ ...asked, id: '9007199254740993' })
    expect(right.kind).toBe('found')
    expect((await fourme(json(body)).ask({ ...asked, id: '9007199254740992' })).kind).toBe('retry')
  })
})

describe('a record that is not there', () => {
  test('is missing when 4me itself says so', async () => {
    expect(await fourme(json({ message: 'Not Found' }, 404)).ask()).toEqual({
      kind: 'missing',
      reason: '4me has no request 70470, or the token may not see it.',
    })
  })

  test('is not missing because a proxy has no such page', async () => {
    const page = { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>nginx</h1>' }
    expect((await fourme(page).ask()).kind).toBe('retry')
  })
})

describe('a 4me that cannot be asked', () => {
  test.each([
    [
      'a wrong token',
      json({ message: 'Unauthorized' }, 401),
      '4me-unauthorized',
      /auth token for the account acme-it at 4me\.com.*region/,
    ],
    [
      'a wrong account',
      json({ message: 'Invalid x-xurrent-account header' }, 400),
      '4me-unauthorized',
      /account acme-it/,
    ],
    ['a missing scope', json({ message: 'Forbidden' }, 403), '4me-forbidden', /scope Request, action Read/],
    ['an error of its own', json({ message: 'Oops' }, 500), '4me-unreachable', /answers 500/],
    ['a proxy page', json('<html>', 502), '4me-unreachable', /answers 502/],
    ['a redirect', json('', 302), '4me-unreachable', /answers 302/],
    ['a web page as a record', json('<html>'), '4me-unreachable', /a web page/],
    ['a truncated record', json('{"id":70470,"sub'), '4me-unreachable', /cannot be read/],
    ['another record', json({ ...record, id: 7 }), '4me-unreachable', /cannot be read/],
    ['no answer', new OutboundError('timeout', 'api.4me.com did not answer in time.'), '4me-unreachable', /in time/],
  ])('%s is named, and tried again', async (_title, answer, code, text) => {
    const outcome = await fourme(answer).ask()
    expect(outcome).toMatchObject({ kind: 'retry', warning: { code, text: expect.stringMatching(text) } })
    expect(JSON.stringify(outcome)).not.toContain('s3cret')
  })

  test('a problem that may not be read names the scope Problem', async () => {
    const outcome = await fourme(json({}, 403)).ask({ ...asked, record: 'problem' })
    expect(outcome.kind === 'retry' && outcome.warning?.text).toMatch(/scope Problem, action Read/)
  })

  test.each([
    ['17', 17],
    [undefined, 300],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 300],
    ['999999', 3_600],
  ])('429 with Retry-After %s is obeyed by every later look-up', async (header, seconds) => {
    const peer = fourme(
      json({ message: 'Too Many Requests' }, 429, header === undefined ? {} : { 'retry-after': header }),
    )
    expect(await peer.ask()).toMatchObject({ kind: 'retry', afterSeconds: seconds })
    expect(peer.hushed).toEqual([seconds])
  })

  test('a limit that is used up is not tried', async () => {
    const pacer: Pacer = { leave: async () => ({ kind: 'later', afterSeconds: 40 }), hush: () => {} }
    const outbound = () => Promise.reject(new Error('asked'))
    expect(await lookUp(asked, settings, outbound, undefined, pacer)).toMatchObject({ kind: 'retry', afterSeconds: 40 })
  })

  test('a look-up that is not one of ours goes nowhere', async () => {
    const peer = fourme(json(record))
    expect((await peer.ask({ record: 'request', id: '../me', account: 'acme' })).kind).toBe('missing')
    expect((await peer.ask({ ...asked, account: 'a\r\nx: y' })).kind).toBe('missing')
    expect(peer.requests).toEqual([])
  })
})

test('a record is read over real HTTP, at the own domain, through the guarded client', async () => {
  const seen: unknown[] = []
  const server = createServer((request, response) => {
    seen.push([request.url, request.headers.authorization, request.headers['x-xurrent-account']])
    response.setHeader('content-type', 'application/json; charset=utf-8')
    response.end(JSON.stringify(request.url?.includes('/notes') ? [{ id: 1, text: 'Since 3.' }] : record))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const own = { ...settings, region: 'custom', apiUrl: origin, accountUrl: origin }
  try {
    const outcome = await lookUp({ ...asked, account: 'acme' }, own, createOutbound({ allow: ['127.0.0.1'] }))
    expect(outcome).toMatchObject({ kind: 'found', facts: { summary: 'Mail is down', details: 'Since 3.' } })
    expect(outcome.kind === 'found' && outcome.facts.links?.[0]?.href).toBe(`${origin}/requests/70470`)
    expect(seen).toHaveLength(2)
    expect(seen).toContainEqual(['/v1/requests/70470', 'Bearer s3cret', 'acme'])
    const guarded = await lookUp({ ...asked, account: 'acme' }, own, createOutbound({ allow: [] }))
    expect(guarded).toMatchObject({
      kind: 'retry',
      warning: { text: expect.stringContaining('TOCSIN_OUTBOUND_ALLOW') },
    })
    expect(seen).toHaveLength(2)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
