import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer } from '../support/json-client.ts'
import { diceOf } from './dice.ts'
import { type ExternalDatabase, startExternalDatabase } from './external-database.ts'
import { type Incident, incident, type Keys, KINDS, type Kind } from './incident.ts'
import { newLedger } from './ledger.ts'
import { type Installation, isReady, prepareInstallation, type Running } from './product.ts'
import { reckon } from './reckoning.ts'
import { startSending } from './sender.ts'
import { addSources } from './sources.ts'
import { until } from './until.ts'

const REFUSED_MS_MAX = 5_000
const BACK_MS_MAX = 15_000
const PARALLEL = 20
const SEED = 20_261

let database: ExternalDatabase
let nodes: [Installation, Installation]
let running: Running[]
let keys: Keys
let count = 1_000_000
const ledger = newLedger()

beforeAll(async () => {
  database = await startExternalDatabase()
  const env = { DATABASE_URL: database.url, TOCSIN_SECRET_KEY: 'the-same-secret-key-on-both-of-the-nodes' }
  nodes = [await prepareInstallation(env), await prepareInstallation(env)]
  // Both at once, on a database without tables.
  running = nodes.map((node) => node.start())
  await Promise.all(running.map((one) => one.ready()))
  keys = await addSources(nodes[0].api)
})

afterAll(async () => {
  await Promise.all((nodes ?? []).map((node) => node.remove()))
  await database?.remove()
})

describe('two nodes on one database', () => {
  it.each(KINDS)('%s: a delivery to either is one alert', async (kind) => {
    for (const node of nodes) await acknowledged(node, next(kind))
    await everythingIsThere()
  })

  it.each(KINDS)('%s: parallel deliveries of one event over both are one alert', async (kind) => {
    const one = next(kind)
    const same = one.opening()
    const posts = nodes.flatMap((node) =>
      Array.from({ length: PARALLEL }, (_, index) =>
        // Half of them to the last byte the same, half of them with numbers of their own.
        acknowledged(node, one, index % 2 === 0 ? same : one.opening()),
      ),
    )
    await Promise.all(posts)
    await everythingIsThere()
  })
})

describe.each([
  { how: 'is stopped', leave: () => database.stop(), comeBack: () => database.start() },
  { how: 'hangs', leave: () => database.freeze(), comeBack: () => database.thaw() },
])('the database $how', ({ leave, comeBack }) => {
  it('a delivery is refused in time, and everything works again without a restart', async () => {
    const before = KINDS.map((kind) => next(kind))
    await Promise.all(before.map((one) => acknowledged(nodes[0], one)))

    await leave()
    const during = KINDS.map((kind) => next(kind))
    try {
      await Promise.all(nodes.flatMap((node) => during.map((one) => refused(node, one))))
      for (const node of nodes) expect(await isReady(node.url)).toBe(false)
      // What was remembered of keys and connections a moment ago is forgotten by now.
      await pause(1_500)
      await Promise.all(nodes.flatMap((node) => during.map((one) => refused(node, one))))
    } finally {
      await comeBack()
    }

    await Promise.all(nodes.map((node) => until(`${node.url} is ready again`, BACK_MS_MAX, () => isReady(node.url))))
    expect(await Promise.race([...running.map((one) => one.ended), 'running'])).toBe('running')
    await Promise.all(during.map((one) => acknowledged(nodes[1], one)))
    await everythingIsThere()
  })
})

it('a database that restarts again and again in the middle of a stream costs nothing', async () => {
  const urls = [nodes[0].url, nodes[1].url] as const
  const sender = startSending({ urls, keys, ledger, dice: diceOf(SEED), wasPaged: () => true })
  for (let round = 0; round < 4; round++) {
    await pause(1_000)
    await database.stop()
    await pause(round * 300)
    await database.start()
  }
  await pause(1_000)
  await sender.finish()
  expect(ledger.improper).toEqual([])
  await everythingIsThere()
})

function next(kind: Kind): Incident {
  count += 1
  return incident(kind, count, keys)
}

function post(
  node: Installation,
  { path, headers, body }: ReturnType<Incident['opening']>,
): Promise<Answer<{ receipt?: string }>> {
  return node.outside.call('POST', path, body, headers)
}

async function acknowledged(node: Installation, one: Incident, message = one.opening()): Promise<void> {
  const { status, body } = await post(node, message)
  expect(status, JSON.stringify(body)).toBeLessThan(300)
  ledger.promised.push({ incident: one.name, receipt: body.receipt ?? 'none' })
  ledger.wanted.set(one.name, 'PENDING')
}

async function refused(node: Installation, one: Incident): Promise<void> {
  const began = performance.now()
  const { status, headers, body } = await post(node, one.opening())
  expect(performance.now() - began).toBeLessThan(REFUSED_MS_MAX)
  expect({ status, receipt: body.receipt }).toEqual({ status: 503, receipt: undefined })
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
}

async function everythingIsThere(): Promise<void> {
  expect(await reckon(nodes[1].api, ledger)).toMatchObject({ lost: [], doubled: [], wrong: [] })
}
