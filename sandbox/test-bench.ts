import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, vi } from 'vitest'
import type { SandboxClock } from './4me/server.ts'
import type { SandboxOptions } from './settings.ts'
import { type RunningSandbox, startSandbox } from './start.ts'

const WAIT_MS_MAX = 5_000
/** A Monday morning. */
export const START = '2026-03-02T09:00:00.000Z'

/** An answer over HTTP; `body` is parsed when it is JSON. */
export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test states the shape by what it expects.
  body: any
}

export interface Bench {
  urls: RunningSandbox
  dataDir: string
  /** Moves the sandbox's clock, which stands still otherwise. */
  advance(seconds: number): void
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  inbox(method: string, path: string, body?: unknown): Promise<Answer>
  /** A call as a program makes it: with a token and the account's header. */
  rest(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** A posted form, as from a browser on the sandbox's own pages. */
  form(path: string, fields: [string, string][]): Promise<Answer>
  /** Makes a token and returns what is shown once. */
  token(scopes: string[], person?: string): Promise<string>
  faults(change: unknown): Promise<void>
  deliveries(filter?: string): Promise<DeliveryView[]>
  /** Stops the sandbox and starts it again on the same folder. */
  restart(): Promise<void>
}

export interface DeliveryView {
  id: string
  event: string
  state: string
  attempt: number
  dueAt: string
  retryOf: string | null
  retriedBy: string | null
  redeliveryOf: string | null
  responseStatus: number | null
  error: string | null
  body: Record<string, unknown>
}

/** A whole sandbox with a clock of its own, gone when the test is over. */
export async function openBench(some: Partial<SandboxOptions> = {}, clock: SandboxClock = {}): Promise<Bench> {
  const { bench, close } = await startBench(some, clock)
  onTestFinished(close)
  return bench
}

/** One sandbox for all the tests of a group that leave it as they found it. */
export function shareBench(prepare: (bench: Bench) => unknown = () => {}): () => Bench {
  let started: { bench: Bench; close(): Promise<void> } | undefined
  beforeAll(async () => {
    started = await startBench({}, {})
    await prepare(started.bench)
  })
  // No test uses up the calls of the next.
  beforeEach(() => started?.bench.advance(2))
  afterAll(() => started?.close())
  return () => {
    if (!started) throw new Error('The bench is there when the tests of its group run.')
    return started.bench
  }
}

async function startBench(
  some: Partial<SandboxOptions>,
  clock: SandboxClock,
): Promise<{ bench: Bench; close(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sandbox-test-'))
  let now = new Date(START)
  const start = () =>
    startSandbox({ sandboxPort: 0, inboxPort: 0, smtpPort: 0, dataDir, ...some }, { now: () => now, ...clock })
  let running = await start()
  let secret: string | null = null
  const close = async () => {
    await running.close()
    await rm(dataDir, { recursive: true, force: true })
  }

  const bench: Bench = {
    get urls() {
      return running
    },
    dataDir,
    advance(seconds) {
      now = new Date(now.getTime() + seconds * 1_000)
    },
    call: (method, path, body, headers) => send(running.sandboxUrl, method, path, body, headers),
    inbox: (method, path, body) => send(running.inboxUrl, method, path, body),
    async rest(method, path, body, headers) {
      secret ??= await bench.token(['request:CRU', 'problem:CRU'])
      return bench.call(method, path, body, { ...bearer(secret), 'x-4me-account': 'acme', ...headers })
    },
    form: (path, fields) => send(running.sandboxUrl, 'POST', path, new URLSearchParams(fields)),
    async token(scopes, person) {
      const { body } = await bench.call('POST', '/sandbox/api/tokens', { scopes, person })
      return body.token
    },
    async faults(change) {
      expect((await bench.call('PUT', '/sandbox/faults', change)).status).toBe(200)
    },
    async deliveries(filter = '') {
      return (await bench.call('GET', `/sandbox/api/deliveries${filter}`)).body
    },
    async restart() {
      await running.close()
      running = await start()
    },
  }
  return { bench, close }
}

/** The header that carries a token. */
export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}

/** Asks again and again until what is expected holds. */
export function until(expectation: () => unknown): Promise<unknown> {
  return vi.waitFor(expectation, { timeout: WAIT_MS_MAX, interval: 10 })
}

export interface Received {
  path: string
  headers: IncomingHttpHeaders
  // biome-ignore lint/suspicious/noExplicitAny: a test states the shape by what it expects.
  body: any
}

export interface Receiver {
  url: string
  /** All that arrived, in order. */
  received: Received[]
  events(): string[]
  /** The status for each call from now on; null never answers. */
  answer: (call: Received) => number | null
  /** Calls the callback of the newest verification that arrived. */
  callBack(method?: 'GET' | 'POST'): Promise<number>
}

/** A program that webhooks are sent to. */
export async function openReceiver(): Promise<Receiver> {
  const receiver: Receiver = {
    url: '',
    received: [],
    events: () => receiver.received.map((one) => one.body.event),
    answer: () => 200,
    async callBack(method = 'GET') {
      const verification = receiver.received.findLast((one) => one.body.event === 'webhook.verify')
      return (await fetch(verification?.body.payload.callback, { method })).status
    },
  }
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const part of request) text += part
    const call = { path: request.url ?? '', headers: request.headers, body: JSON.parse(text) }
    receiver.received.push(call)
    const status = receiver.answer(call)
    if (status !== null) response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return receiver
}

/** Makes a webhook for each event on one address and verifies the first, so that all are active. */
export async function openWebhooks(bench: Bench, receiver: Receiver, events: string[]): Promise<number[]> {
  const ids: number[] = []
  for (const event of events) {
    const { body } = await bench.call('POST', '/sandbox/api/webhooks', { event, uri: receiver.url })
    ids.push(body.id)
    if (ids.length > 1) continue
    await until(() => expect(receiver.events()).toEqual(['webhook.verify']))
    expect(await receiver.callBack()).toBe(200)
  }
  await until(async () => {
    expect((await bench.deliveries()).map((one) => one.state)).toEqual(['succeeded'])
  })
  receiver.received.length = 0
  return ids
}

async function send(
  origin: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const isRaw = typeof body === 'string' || body instanceof URLSearchParams
  const answer = await fetch(new URL(path, origin), {
    method,
    redirect: 'manual',
    headers: { ...(body === undefined || isRaw ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
  })
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.startsWith('application/json')
  return { status: answer.status, headers: answer.headers, body: isJson && text !== '' ? JSON.parse(text) : text }
}
