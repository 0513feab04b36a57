import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newBrowser } from '../../sandbox/inbox/phone/push-crypto.ts'
import { createOutbound } from '../runtime/outbound.ts'
import type { Channel, ChannelTools, Message, NoticeMessage } from './contract.ts'
import { requestPage } from './email/examples.ts'
import { channelKinds } from './index.ts'
import { newPushKeys } from './web-push/index.ts'

const SECRET = 'Xq7secretsecretsecretsecret0'
const clock = { now: async () => new Date('2026-11-24T03:12:00Z'), wait: async () => {} }

/** One provider that answers as it is told; real HTTP over the guarded client. */
let server: Server
let base = ''
let answer: { status: number; body: string; headers?: Record<string, string> } = { status: 200, body: '{}' }
let seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = []

beforeAll(async () => {
  server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    seen.push({
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(parts).toString('utf8'),
    })
    response.writeHead(answer.status, answer.headers).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())
beforeEach(() => {
  seen = []
})

interface Case {
  method: string
  settings: (base: string) => Record<string, unknown>
  target: (base: string) => string
  /** What its provider says when it took the message. */
  taken: { status: number; body: string }
  /** A 2xx that is no receipt. */
  garbage: 'sent' | 'retry'
  gone: number[]
}

const chat = (method: string): Case => ({
  method,
  settings: () => ({}),
  target: (to) => `${to}/hooks/${SECRET}`,
  taken: { status: 204, body: '' },
  garbage: 'sent',
  gone: [404, 410],
})
const gateway = (method: string): Case => ({
  method,
  settings: (to) => ({ kind: 'TWILIO', url: to, accountSid: 'AC1', authToken: SECRET, from: '+431' }),
  target: () => '+436601234567',
  taken: { status: 201, body: '{"sid":"SM1","status":"queued","error_code":null}' },
  garbage: 'retry',
  gone: [],
})
const browser = newBrowser('one')

const cases: Case[] = [
  gateway('SMS'),
  gateway('VOICE'),
  {
    method: 'PUSH',
    settings: () => newPushKeys(),
    target: (to) =>
      JSON.stringify({ endpoint: `${to}/push/${SECRET}`, keys: { p256dh: browser.publicKey, auth: browser.auth } }),
    taken: { status: 201, body: '' },
    garbage: 'sent',
    gone: [404, 410],
  },
  {
    method: 'TELEGRAM',
    settings: (to) => ({ botToken: `123456:${SECRET}`, url: to }),
    target: () => '4711',
    taken: { status: 200, body: '{"ok":true,"result":{"message_id":5}}' },
    garbage: 'retry',
    gone: [],
  },
  {
    method: 'NTFY',
    settings: (to) => ({ url: to, token: SECRET }),
    target: () => 'topic',
    taken: { status: 200, body: '{"id":"abc"}' },
    garbage: 'sent',
    gone: [],
  },
  {
    method: 'SLACK',
    settings: (to) => ({ botToken: `xoxb-${SECRET}`, url: to }),
    target: () => 'U012AB3CD',
    taken: { status: 200, body: '{"ok":true,"ts":"1.1"}' },
    garbage: 'retry',
    gone: [],
  },
  chat('TEAMS'),
  chat('MATTERMOST'),
  chat('DISCORD'),
  {
    method: 'WEBHOOK',
    settings: () => ({}),
    target: (to) => JSON.stringify({ url: `${to}/hook/${SECRET}`, signingKey: 'whsec_c2VjcmV0c2VjcmV0c2VjcmV0' }),
    taken: { status: 200, body: 'ok' },
    garbage: 'sent',
    gone: [410],
  },
]

function channelOf(one: Case, allow: string[] = ['127.0.0.1']): Channel {
  const kind = channelKinds.find((candidate) => candidate.method === one.method)
  if (!kind) throw new Error(`There is no channel ${one.method}.`)
  const tools: ChannelTools = {
    outbound: createOutbound({ allow }),
    clock,
    publicUrl: 'http://tocsin.example.test',
    inboundUrl: 'http://tocsin.example.test/callbacks/x/y',
    inboundSecret: 'inbound',
  }
  return kind.create(kind.settings.parse(one.settings(base)), tools)
}

const page = (one: Case): Message => ({ ...requestPage, target: one.target(base) })
const notice = (one: Case): NoticeMessage => {
  const { alert: _alert, round: _round, levelIndex: _level, isLastResort: _last, ...rest } = requestPage
  return {
    ...rest,
    kind: 'notice',
    answers: [],
    target: one.target(base),
    title: 'Tocsin: 123456 is your code',
    spoken: 'Your code',
  }
}

test('every kind of channel is tried here', () => {
  expect(cases.map((one) => one.method).sort()).toEqual(channelKinds.map((kind) => kind.method).sort())
})

describe.each(cases)('$method', (one) => {
  const send = async (message: Message = page(one)) => channelOf(one).send(message)

  test('what the provider took is sent, with all that the message says', async () => {
    answer = one.taken
    expect(await send()).toMatchObject({ kind: 'sent' })
    expect(seen).toHaveLength(1)
    if (one.method !== 'PUSH')
      expect(decodeURIComponent(`${seen[0]?.body}`).replaceAll('+', ' ')).toContain('Mail is down')
  })

  test('a message that asks nothing has no buttons to answer', async () => {
    answer = one.taken
    expect(await send(notice(one))).toMatchObject({ kind: 'sent' })
    expect(seen[0]?.body ?? '').not.toMatch(/accept/i)
  })

  test.each([
    [301, 'refused'],
    [302, 'refused'],
    [400, 'refused'],
    [401, 'retry'],
    [403, 'retry'],
    [404, 'refused'],
    [408, 'retry'],
    [410, 'refused'],
    [413, 'refused'],
    [422, 'refused'],
    [425, 'retry'],
    [429, 'retry'],
    [500, 'retry'],
    [502, 'retry'],
    [503, 'retry'],
    [504, 'retry'],
  ] as const)('%i → %s', async (status, kind) => {
    answer = { status, body: `<html>${SECRET} said no</html>`, headers: { location: `${base}/elsewhere` } }
    const outcome = await send()
    expect(outcome).toMatchObject({ kind })
    expect(JSON.stringify(outcome)).not.toContain(SECRET)
    if (outcome.kind === 'refused') expect(outcome.isGone === true).toBe(one.gone.includes(status))
    // Redirects are ends.
    expect(seen).toHaveLength(1)
  })

  test('429 with Retry-After says how long', async () => {
    answer = { status: 429, body: '', headers: { 'retry-after': '20' } }
    expect(await send()).toMatchObject({ kind: 'retry', afterSeconds: 20 })
  })

  test(`a success that is no receipt → ${one.garbage}`, async () => {
    answer = { status: 200, body: '<html>Welcome to the hotel</html>' }
    expect(await send()).toMatchObject({ kind: one.garbage })
  })

  test('an answer without end → retry', async () => {
    answer = { status: 200, body: 'x'.repeat(200_000) }
    expect(await send()).toMatchObject({ kind: 'retry' })
  })

  test('called off → retry', async () => {
    answer = one.taken
    expect(await channelOf(one).send(page(one), AbortSignal.abort())).toMatchObject({ kind: 'retry' })
  })

  test('an address that is not public is refused, and called by nobody', async () => {
    answer = one.taken
    expect(await channelOf(one, []).send(page(one))).toMatchObject({ kind: 'refused' })
    expect(seen).toEqual([])
  })

  test('nobody listening → retry', async () => {
    const silent = { ...page(one), target: one.target('http://127.0.0.1:1') }
    const settings = one.settings('http://127.0.0.1:1')
    const there = { ...one, settings: () => settings }
    expect(await channelOf(there).send(silent)).toMatchObject({ kind: 'retry' })
  })
})

describe('a provider’s own words', () => {
  const of = (method: string) => cases.find((one) => one.method === method) as Case
  test.each<[string, { status: number; body: string }, object]>([
    ['SMS', { status: 400, body: '{"code":21610,"message":"replied STOP"}' }, { kind: 'refused', isGone: true }],
    ['SMS', { status: 400, body: '{"code":21211,"message":"not a number"}' }, { kind: 'refused', isGone: true }],
    ['SMS', { status: 400, body: '{"code":21602,"message":"no body"}' }, { kind: 'refused' }],
    [
      'SMS',
      { status: 201, body: '{"sid":"SM1","status":"failed","error_code":30005}' },
      { kind: 'refused', isGone: true },
    ],
    [
      'TELEGRAM',
      { status: 403, body: '{"ok":false,"description":"Forbidden: bot was blocked by the user"}' },
      { kind: 'refused', isGone: true },
    ],
    [
      'TELEGRAM',
      { status: 400, body: '{"ok":false,"description":"Bad Request: chat not found"}' },
      { kind: 'refused', isGone: true },
    ],
    [
      'TELEGRAM',
      { status: 400, body: '{"ok":false,"description":"Bad Request: message is too long"}' },
      { kind: 'refused' },
    ],
    ['SLACK', { status: 200, body: '{"ok":false,"error":"channel_not_found"}' }, { kind: 'refused', isGone: true }],
    ['SLACK', { status: 200, body: '{"ok":false,"error":"msg_too_long"}' }, { kind: 'refused' }],
    ['SLACK', { status: 200, body: '{"ok":false,"error":"ratelimited"}' }, { kind: 'retry' }],
    ['SLACK', { status: 200, body: '{"ok":false,"error":"invalid_auth"}' }, { kind: 'retry' }],
  ])('%s %j', async (method, said, expected) => {
    answer = said
    const outcome = await channelOf(of(method)).send(page(of(method)))
    expect(outcome).toMatchObject(expected)
    if (!('isGone' in expected)) expect(outcome).not.toHaveProperty('isGone')
  })
})

describe('a gateway by a template', () => {
  const one: Case = {
    ...gateway('SMS'),
    settings: (to) => ({
      kind: 'TEMPLATE',
      url: `${to}/send?to={to}`,
      from: 'Tocsin',
      headers: `X-Key: ${SECRET} | X-Other: 1`,
      contentType: 'JSON',
      body: '{"to":"{to}","text":"{text}","ref":"{id}"}',
      mustContain: 'queued',
    }),
  }
  test('fills in and escapes what stands in it', async () => {
    answer = { status: 200, body: 'queued' }
    const message = { ...page(one), title: 'Alert 12: "quoted"\nand {id} broken', text: 'x' }
    expect(await channelOf(one).send(message)).toMatchObject({ kind: 'sent' })
    expect(seen[0]).toMatchObject({
      url: '/send?to=%2B436601234567',
      headers: { 'x-key': SECRET, 'x-other': '1', 'idempotency-key': message.id },
    })
    expect(JSON.parse(seen[0]?.body ?? '')).toMatchObject({
      to: '+436601234567',
      text: expect.stringContaining('"quoted" and {id} broken'),
      ref: message.id,
    })
  })
  test('a success that does not say so is refused', async () => {
    answer = { status: 200, body: 'error 17' }
    expect(await channelOf(one).send(page(one))).toMatchObject({ kind: 'refused' })
  })
})

/** How each provider is kept from reading outside text as anything but text. */
const AS_TEXT: Record<string, (body: string) => void> = {
  SMS: (body) => expect(body).toContain('<b>'),
  VOICE: (body) => expect(body).not.toContain('<b>'),
  // Sealed for one browser; its worker shows title and body as plain text.
  PUSH: (body) => expect(body).not.toContain('evil'),
  TELEGRAM: (body) => {
    expect(JSON.parse(body)).not.toHaveProperty('parse_mode')
    expect(JSON.parse(body).link_preview_options).toEqual({ is_disabled: true })
  },
  NTFY: (body) => expect(JSON.parse(body)).not.toHaveProperty('markdown'),
  SLACK: (body) => {
    expect(body).toContain('"type":"plain_text"')
    expect(body).not.toContain('"type":"mrkdwn"')
  },
  TEAMS: (body) => expect(body).not.toContain('"type":"TextBlock"'),
  MATTERMOST: (body) => expect(body).not.toContain('](https://evil'),
  DISCORD: (body) => {
    expect(body).not.toContain('](https://evil')
    expect(JSON.parse(body).allowed_mentions).toEqual({ parse: [] })
  },
  // A program reads it, not a person: it is JSON, with the text as it came.
  WEBHOOK: (body) => expect(JSON.stringify(JSON.parse(body))).toContain('<!channel>'),
}

test.each(cases)('$method: nothing from outside becomes markup, a mention or a format', async (one) => {
  const evil = '<!channel> @everyone **bold** [x](https://evil.example) <b>'
  answer = one.taken
  const message = page(one) as Message & { alert: object }
  const alert = { ...message.alert, summary: evil, details: evil, labels: { team: evil } }
  expect(
    await channelOf(one).send({ ...message, title: evil, text: evil, spoken: evil, alert } as Message),
  ).toMatchObject({
    kind: 'sent',
  })
  const raw = seen[0]?.body ?? ''
  const body = raw.startsWith('{') ? raw : decodeURIComponent(raw.replaceAll('+', ' '))
  AS_TEXT[one.method]?.(body)
  expect(Object.keys(AS_TEXT)).toContain(one.method)
})
