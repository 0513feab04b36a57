import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { startSandbox } from '../../sandbox/start.ts'
import { firstRunLink } from '../../server/access/first-run.ts'
import { type Database, type Databases, openDatabase } from '../../server/database/connection.ts'
import type { Station } from '../../server/engine/engine.ts'
import { LiveHub } from '../../server/http/live.ts'
import { createProduct } from '../../server/product.ts'
import { createLog, silentLog } from '../../server/runtime/log.ts'
import { readSettings } from '../../server/runtime/settings.ts'
import { AUDIT_SECONDS } from '../../server/watch/auditor/actions.ts'
import { TestClock } from './clock.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { freePort } from './free-port.ts'
import { JsonClient } from './json-client.ts'
import { Inbox, Perseverance } from './perseverance.ts'
import type { PhoneEntry } from './phone.ts'

export const ADMIN_API_KEY = 'an-administrators-key-for-the-journeys-0001'
/** A Monday morning. */
export const START = '2026-03-02T09:00:00.000Z'

export interface WorldOptions {
  /** When it begins; START when absent. */
  start?: string
  /** A station that is taken out of the flow. */
  without?: string
  env?: Record<string, string>
  /** Hears every line of the product's log. */
  onLog?: (line: string) => void
  /** Where the number of attempts decides, or what one of them said: each commit that is lost, when the journeys run with that, may add one. */
  losesNoCommits?: boolean
}

export interface Mail {
  id: string
  to: string[]
  subject: string
  text: string
  html: string | null
  headers: Record<string, string>
}

/** The product, 4me's sandbox and the inbox in one process: real HTTP, PostgreSQL and SMTP, and a clock that stands still. */
export interface World {
  clock: TestClock
  db: Database
  url: string
  /** The one-time link whose holder becomes the owner. */
  signInUrl: string
  /** As an administrator's automation. */
  api: JsonClient
  /** As anybody, without a key. */
  outside: JsonClient
  sandboxUrl: string
  /** What a person does on the sandbox's screens. */
  fourme: JsonClient
  inbox: JsonClient
  inboxUrl: string
  /** What open browsers are told by; nothing feeds it but the test. */
  live: LiveHub
  stations: string[]
  /** The same as the engine gets them. */
  flow: readonly Station[]
  /** Lets everything that is due now happen. */
  settle(): Promise<void>
  /** Moves the clock, stopping at all that falls due on the way. */
  advance(seconds: number): Promise<void>
  /** Newest first, as all that people got. */
  mails(): Promise<Mail[]>
  phone(): Promise<PhoneEntry[]>
  close(): Promise<void>
}

const SETTLE_ROUNDS_MAX = 200
const STEPS_MAX = 10_000

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const closings: (() => Promise<unknown> | unknown)[] = []
  const close = async () => {
    for (const one of closings.splice(0).reverse()) await one()
  }
  try {
    return await build(options, closings, close)
  } catch (cause) {
    await close()
    throw cause
  }
}

async function build(
  { start, without, env, onLog, losesNoCommits }: WorldOptions,
  closings: (() => Promise<unknown> | unknown)[],
  close: () => Promise<void>,
): Promise<World> {
  const log = onLog ? createLog({ level: 'trace', destination: { write: onLog } }) : silentLog()
  const clock = new TestClock(start ?? START)
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'tocsin-world-'))
  closings.push(() => fs.rmSync(dataDir, { recursive: true, force: true }))
  const sandbox = await startSandbox(
    { sandboxPort: 0, inboxPort: 0, smtpPort: 0, dataDir },
    { now: () => clock.instant },
  )
  closings.push(() => sandbox.close())

  const database = await createTestDatabase()
  closings.push(() => database.drop())
  const connectTo = async (connection: TestDatabase['connection']): Promise<Databases> => {
    const poolSizes = { http: 5, engine: 4, writeback: 2, housekeeping: 2 }
    const opened = await openDatabase({ connection, log, poolSizes })
    closings.push(() => opened.close())
    return opened
  }
  const direct = await connectTo(database.connection)
  // Tests talk to the API without trying again, so only the stations go the way on which commits are lost.
  const lossy = losesNoCommits ? null : database.lossy && (await connectTo(database.lossy))
  const databases = lossy ? { ...lossy, http: direct.http } : direct

  const settings = readSettings({
    PORT: String(await freePort()),
    TOCSIN_ADMIN_API_KEY: ADMIN_API_KEY,
    TOCSIN_OUTBOUND_ALLOW: '127.0.0.1',
    SMTP_URL: sandbox.smtpUrl,
    ...env,
  })
  const product = await createProduct({
    databases,
    settings,
    secretKey: 'a-secret-key-that-only-the-journeys-use',
    clocks: { http: clock, engine: clock },
    random: () => 0.5,
    // Calls are paced by the world's clock, and nobody waits for it to move.
    paceClock: { nowMs: () => clock.instant.getTime(), wait: async () => {}, waitMsMax: 0 },
    log,
  })
  closings.push(() => product.close())
  const live = new LiveHub(log)
  const app = await product.buildApp({ silentMs: () => 0 }, live)
  closings.push(() => app.close())
  await app.listen({ host: settings.host, port: settings.port })

  if (without !== undefined && !product.flow.some((one) => one.name === without))
    throw new Error(`The flow has no station ${without}.`)
  const fourme = new JsonClient(sandbox.sandboxUrl)
  const inbox = new JsonClient(sandbox.inboxUrl)
  const mails = new Inbox(
    () => inbox.get<Mail[]>('/api/messages'),
    (mail) => mail.headers['message-id'] ?? mail.id,
  )
  const phone = new Inbox(
    () => inbox.get<PhoneEntry[]>('/api/phone'),
    ({ kind, app, to, title, text, body }) => [kind, app, to, title, text, body].join('\n'),
  )
  const perseverance = lossy && new Perseverance(direct.http, [mails, phone])
  const flow = product.flow
    .filter((one) => one.name !== without)
    .map((one) => (perseverance ? perseverance.of(one) : one))
  const settle = () => settleAll(flow, clock, fourme, inbox)
  return {
    clock,
    db: databases.http,
    url: settings.publicUrl,
    signInUrl: firstRunLink(settings.publicUrl, product.secrets),
    api: new JsonClient(settings.publicUrl, { authorization: `Bearer ${ADMIN_API_KEY}` }),
    outside: new JsonClient(settings.publicUrl),
    sandboxUrl: sandbox.sandboxUrl,
    fourme,
    inbox,
    inboxUrl: sandbox.inboxUrl,
    live,
    stations: flow.map((one) => one.name),
    flow,
    settle,
    advance: (seconds) => advance(flow, clock, settle, seconds * 1_000, perseverance ? SHORT_STRIDES : null),
    mails: () => mails.messages(),
    phone: () => phone.messages(),
    close,
  }
}

/**
 * A station that plans nothing has one pass for each `advance`, which may be lost; so time stops on the way, for the auditor
 * or after a quarter of what is left, whichever takes longer.
 */
const SHORT_STRIDES = { msMin: AUDIT_SECONDS * 1_000, partOfTheRest: 0.25 }

/** Turns every station until none has work, and 4me has nothing on its way. */
async function settleAll(
  flow: readonly Station[],
  clock: TestClock,
  fourme: JsonClient,
  inbox: JsonClient,
): Promise<void> {
  for (let round = 0; round < SETTLE_ROUNDS_MAX; round++) {
    const isQuiet = (await hasNothingOnItsWay(fourme, clock)) && (await isPhoneQuiet(inbox))
    let moved = 0
    for (const station of flow) moved += await station.advance(clock.instant)
    if (isQuiet && moved === 0 && (await hasNothingOnItsWay(fourme, clock)) && (await isPhoneQuiet(inbox))) return
  }
  throw new Error('The world does not come to rest.')
}

/** No provider of the phone has a receipt on its way. */
async function isPhoneQuiet(inbox: JsonClient): Promise<boolean> {
  return (await inbox.get<{ onTheirWay: number }>('/api/phone-busy')).onTheirWay === 0
}

async function hasNothingOnItsWay(fourme: JsonClient, clock: TestClock): Promise<boolean> {
  const deliveries = await fourme.get<{ state: string; dueAt: string }[]>('/sandbox/api/deliveries')
  return !deliveries.some(
    (one) => one.state === 'sending' || (one.state === 'waiting' && new Date(one.dueAt) <= clock.instant),
  )
}

async function advance(
  flow: readonly Station[],
  clock: TestClock,
  settle: () => Promise<void>,
  ms: number,
  strides: typeof SHORT_STRIDES | null,
): Promise<void> {
  const target = new Date(clock.instant.getTime() + ms)
  for (let step = 0; step < STEPS_MAX; step++) {
    await settle()
    const due = await Promise.all(flow.map((station) => station.nextAt()))
    const times = due.flatMap((at) => (at !== null && at > clock.instant && at <= target ? [at.getTime()] : []))
    const leftMs = target.getTime() - clock.instant.getTime()
    const strideMs = strides ? Math.max(strides.msMin, leftMs * strides.partOfTheRest) : leftMs
    const next = Math.min(target.getTime(), clock.instant.getTime() + strideMs, ...times)
    clock.advanceTo(new Date(next))
    if (next === target.getTime()) return settle()
  }
  throw new Error('Time does not get on: something falls due again and again.')
}
