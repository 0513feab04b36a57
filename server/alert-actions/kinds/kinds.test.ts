import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createOutbound } from '../../runtime/outbound.ts'
import type { KindTools, OutgoingMessage } from './contract.ts'
import { actionKinds, kindOf } from './index.ts'

const SECRET = 'Xq7secretsecretsecretsecret0'

/** One provider that answers as it is told; real HTTP over the guarded client. */
let server: Server
let base = ''
let answer: { status: number; body: string; headers?: Record<string, string> } = { status: 200, body: 'ok' }
let seen: { url: string; headers: IncomingMessage['headers']; body: string }[] = []

beforeAll(async () => {
  server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    seen.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(parts).toString('utf8') })
    response.writeHead(answer.status, answer.headers).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())
beforeEach(() => {
  seen = []
})

const message: OutgoingMessage = {
  id: 'tocsin_run_7',
  title: 'New alert: Mail is down',
  text: 'Nobody can read mail',
  url: 'https://tocsin.example.test/alerts/12',
  body: '{"summary":"Mail is down"}',
  alertId: 12,
}
const TAKEN: Record<string, string> = {
  slack: '{"ok":true,"ts":"1.1"}',
  telegram: '{"ok":true,"result":{"message_id":5}}',
}
const CHANNEL: Record<string, (to: string) => Record<string, unknown>> = {
  slack: (to) => ({ botToken: `xoxb-${SECRET}`, url: to }),
  telegram: (to) => ({ botToken: `123456:${SECRET}`, url: to }),
}

function settingsOf(type: string, to: string): Record<string, unknown> {
  if (type === 'webhook')
    return {
      webhookUrl: `${to.replace('://', `://user:${SECRET}@`)}/${SECRET}`,
      headers: [{ key: 'X-Key', value: SECRET }],
    }
  return CHANNEL[type] ? { channelId: 'C0123' } : { url: `${to}/hooks/${SECRET}` }
}

function send(type: string, to = base, some: Partial<KindTools> = {}, what = message) {
  const tools: KindTools = {
    outbound: createOutbound({ allow: ['127.0.0.1'] }),
    clock: { now: async () => new Date('2026-11-24T03:12:00Z'), wait: async () => {} },
    signingKey: 'whsec_c2VjcmV0c2VjcmV0c2VjcmV0',
    channel: CHANNEL[type]?.(to) ?? null,
    ...some,
  }
  return kindOf(type).send(what, settingsOf(type, to), tools)
}

describe.each(actionKinds.map(({ type }) => type))('%s', (type) => {
  test('what the receiver took is sent, once, with what the message says', async () => {
    answer = { status: 200, body: TAKEN[type] ?? 'ok' }
    expect(await send(type)).toMatchObject({ kind: 'sent' })
    expect(seen).toHaveLength(1)
    expect(seen[0]?.body).toContain('Mail is down')
  })

  test.each([
    [301, 'refused'],
    [400, 'refused'],
    [401, 'retry'],
    [403, 'retry'],
    [404, 'refused'],
    [408, 'retry'],
    [410, 'refused'],
    [413, 'refused'],
    [425, 'retry'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
  ] as const)('%i → %s, without what is secret', async (status, kind) => {
    answer = { status, body: `<html>${SECRET} said no</html>`, headers: { location: `${base}/elsewhere` } }
    const outcome = await send(type)
    expect(outcome).toMatchObject({ kind })
    expect(JSON.stringify(outcome)).not.toContain(SECRET)
    expect(seen).toHaveLength(1)
  })

  test('429 with Retry-After says how long', async () => {
    answer = { status: 429, body: '', headers: { 'retry-after': '20' } }
    expect(await send(type)).toMatchObject({ kind: 'retry', afterSeconds: 20 })
  })

  test('nobody listening → retry; an address that is not public → refused, and called by nobody', async () => {
    expect(await send(type, 'http://127.0.0.1:1')).toMatchObject({ kind: 'retry' })
    expect(await send(type, base, { outbound: createOutbound({ allow: [] }) })).toMatchObject({ kind: 'refused' })
    expect(seen).toEqual([])
  })

  test('where it sends to is shown without what is secret', () => {
    expect(kindOf(type).destination(settingsOf(type, base))).not.toContain(SECRET)
  })
})

test('a bot that is not set up yet is waited for', async () => {
  for (const type of ['slack', 'telegram'])
    expect(await send(type, base, { channel: null })).toMatchObject({ kind: 'retry' })
})

test('nothing from outside becomes markup, a mention or a format', async () => {
  const evil = '<!channel> @everyone **bold** [x](https://evil.example)'
  for (const type of ['slack_webhook', 'mattermost', 'discord']) {
    answer = { status: 200, body: 'ok' }
    seen = []
    await send(type, base, {}, { ...message, title: evil, text: evil })
    const body = seen[0]?.body ?? ''
    if (type === 'slack_webhook') expect(JSON.parse(body).blocks[0].text.type).toBe('plain_text')
    else expect(body).not.toContain('](https://evil')
    if (type === 'discord') expect(JSON.parse(body).allowed_mentions).toEqual({ parse: [] })
  }
})
