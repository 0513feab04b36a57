import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createOutbound, type OutboundError, type OutboundRequest } from './outbound.ts'

const open: { close: () => void }[] = []
afterEach(() => {
  for (const server of open.splice(0)) server.close()
})

async function listen(handler: RequestListener): Promise<number> {
  const server: Server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push({
    close() {
      server.closeAllConnections()
      server.close()
    },
  })
  return (server.address() as AddressInfo).port
}

const get = (url: string, more: Partial<OutboundRequest> = {}): OutboundRequest => ({
  method: 'GET',
  url,
  timeoutMs: 2_000,
  bytesMax: 1_024,
  ...more,
})

async function failure(answer: Promise<unknown>): Promise<OutboundError> {
  try {
    await answer
  } catch (error) {
    return error as OutboundError
  }
  throw new Error('It was answered.')
}

describe('calls to where nobody may go', () => {
  // Every lookup here is injected: nothing leaves the machine.
  const never = createOutbound({ allow: [], lookup: async () => Promise.reject(new Error('looked up')) })

  test.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://2130706433/',
    'https://0/',
    'https://①②⑦.⓪.⓪.①/',
    'https://127。0。0。1/',
    'https://127.0.0.1./',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://169.254.169.254/latest',
    'https://10.0.0.1/',
    'https://[fe80::1]/',
    'http://127.0.0.1/',
    'http://8.8.8.8/',
    'https://ann:secret@example.test/',
    'ftp://example.test/',
    'file:///etc/passwd',
    'javascript:1',
    'no url',
    '',
  ])('%s is refused without asking anybody', async (url) => {
    const error = await failure(never(get(url)))
    expect(error.kind).toBe('refused')
    expect(error.message).not.toContain('secret')
  })

  test.each([
    ['one private address among public ones', ['203.0.113.9', '10.0.0.1']],
    ['loopback by name', ['127.0.0.1']],
    ['loopback by IPv6 name', ['2606:4700::1111', '::1']],
    ['an address that cannot be read', ['8.8.8.8.8']],
  ])('%s is refused', async (_title, addresses) => {
    const outbound = createOutbound({ allow: [], lookup: async () => addresses })
    expect((await failure(outbound(get('https://rebind.test/')))).kind).toBe('refused')
  })

  test('a name that turns private after its first answer is refused at the connection', async () => {
    const port = await listen((_request, response) => response.end('inside'))
    let asked = 0
    const outbound = createOutbound({
      allow: [],
      lookup: async () => {
        asked += 1
        return ['127.0.0.1']
      },
    })
    expect((await failure(outbound(get(`https://rebind.test:${port}/`)))).kind).toBe('refused')
    expect(asked).toBe(1)
  })

  test('plain http needs the operator, even to a public address', async () => {
    const outbound = createOutbound({ allow: ['127.0.0.1'], lookup: async () => ['8.8.8.8'] })
    const error = await failure(outbound(get('http://plain.test/')))
    expect(error).toMatchObject({ kind: 'refused', message: expect.stringContaining('https') })
  })

  test('a name without an address is named', async () => {
    const none = createOutbound({ allow: [], lookup: async () => [] })
    expect((await failure(none(get('https://nowhere.test/?token=abc')))).kind).toBe('dns')
    const unknown = createOutbound({
      allow: [],
      lookup: async () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })),
    })
    const error = await failure(unknown(get('https://nowhere.test/?token=abc')))
    expect(error).toMatchObject({
      kind: 'dns',
      message: 'There is no host nowhere.test, or its name cannot be looked up now (ENOTFOUND).',
    })
  })
})

describe('calls the operator allows', () => {
  test('an allowed network is spoken to in plain http, by name and by address', async () => {
    const port = await listen((request, response) => response.setHeader('x-method', request.method ?? '').end('hello'))
    const outbound = createOutbound({ allow: ['127.0.0.0/8'], lookup: async () => ['127.0.0.1'] })
    expect(await outbound(get(`http://127.0.0.1:${port}/`))).toMatchObject({ status: 200, body: 'hello' })
    expect(await outbound(get(`http://named.test:${port}/`, { method: 'POST', body: 'x' }))).toMatchObject({
      status: 200,
      headers: { 'x-method': 'POST' },
    })
  })

  test('an allowed host name may lead anywhere', async () => {
    const port = await listen((_request, response) => response.end('hello'))
    const outbound = createOutbound({ allow: ['Sandbox.Test'], lookup: async () => ['127.0.0.1'] })
    expect((await outbound(get(`http://sandbox.test:${port}/`))).body).toBe('hello')
    expect((await failure(outbound(get(`http://other.test:${port}/`)))).kind).toBe('refused')
  })

  test('a redirect is an answer, not an instruction', async () => {
    let calls = 0
    const port = await listen((_request, response) => {
      calls += 1
      response.writeHead(302, { location: '/elsewhere' }).end()
    })
    const outbound = createOutbound({ allow: ['127.0.0.1'] })
    expect(await outbound(get(`http://127.0.0.1:${port}/`))).toMatchObject({
      status: 302,
      headers: { location: '/elsewhere' },
    })
    expect(calls).toBe(1)
  })

  test('a body is cut at its bound', async () => {
    const port = await listen((_request, response) => response.end('x'.repeat(5_000)))
    const outbound = createOutbound({ allow: ['127.0.0.1'] })
    expect(await failure(outbound(get(`http://127.0.0.1:${port}/`)))).toMatchObject({ kind: 'too-large', status: 200 })
  })

  test('silence and a dripping body end at the deadline', async () => {
    const silent = await listen(() => {})
    const dripping = await listen((_request, response) => void response.writeHead(200).write('x'))
    const outbound = createOutbound({ allow: ['127.0.0.1'] })
    const [first, second] = await Promise.all([
      failure(outbound(get(`http://127.0.0.1:${silent}/`, { timeoutMs: 50 }))),
      failure(outbound(get(`http://127.0.0.1:${dripping}/`, { timeoutMs: 50 }))),
    ])
    expect(first).toMatchObject({ kind: 'timeout', status: null })
    expect(second).toMatchObject({ kind: 'timeout', status: 200 })
  })

  test('a call can be called off', async () => {
    const port = await listen(() => {})
    const outbound = createOutbound({ allow: ['127.0.0.1'] })
    const stop = new AbortController()
    const pending = failure(outbound(get(`http://127.0.0.1:${port}/`), stop.signal))
    stop.abort()
    expect((await pending).kind).toBe('aborted')
  })

  test('nobody listening, no TLS and no HTTP are told apart, and no secret is quoted', async () => {
    const port = await listen((_request, response) => response.end())
    const chatter = createSocketServer((socket) => void socket.on('error', () => {}).end('220 mail.test ESMTP\r\n'))
    await new Promise<void>((resolve) => chatter.listen(0, '127.0.0.1', resolve))
    open.push(chatter)
    const outbound = createOutbound({ allow: ['127.0.0.1'] })
    const secret = { headers: { authorization: 'Bearer s3cret' } }
    const errors = await Promise.all([
      failure(outbound(get('http://127.0.0.1:1/?token=s3cret', secret))),
      failure(outbound(get(`https://127.0.0.1:${port}/?token=s3cret`, secret))),
      failure(outbound(get(`http://127.0.0.1:${(chatter.address() as AddressInfo).port}/?token=s3cret`, secret))),
      failure(outbound(get(`http://127.0.0.1:${port}/`, { headers: { authorization: 'Bearer s3cret\nx: y' } }))),
    ])
    expect(errors.map((error) => error.kind)).toEqual(['connect', 'tls', 'connect', 'refused'])
    for (const error of errors) expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toContain('s3cret')
  })
})
