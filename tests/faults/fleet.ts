import { freePort } from '../support/free-port.ts'
import { type ExternalDatabase, startExternalDatabase } from './external-database.ts'
import type { Work } from './fault-run.ts'
import type { Keys } from './incident.ts'
import { openPostOffice, type PostOffice } from './post-office.ts'
import { type Installation, isReady, prepareInstallation, type Running } from './product.ts'
import { addSources } from './sources.ts'
import { until } from './until.ts'

/** One node of an installation; it is started again and again. */
export interface FleetNode {
  readonly url: string
  readonly installation: Installation
  running: Running
}

/** Nodes of one installation, on one PostgreSQL that none of them started. */
export interface Fleet {
  nodes: [FleetNode, ...FleetNode[]]
  urls: [string, ...string[]]
  database: ExternalDatabase
  postOffice: PostOffice
  keys: Keys
  /** Resolves when every node can commit. */
  allReady(withinMs?: number): Promise<void>
}

const READY_MS_MAX = 60_000
const SECRET_KEY = 'the-same-secret-key-on-every-node-of-the-fleet'

/** Starts nodes at once on an empty database, and adds two sources. `databaseUrl` is the way they take to it, when it is not the direct one. */
export async function openFleet(
  work: Pick<Work, 'atTheEnd'>,
  options: {
    size: number
    env?: Record<string, string>
    databaseUrl?: (database: ExternalDatabase) => Promise<string>
  },
): Promise<Fleet> {
  const database = await startExternalDatabase()
  work.atTheEnd(() => database.remove())
  const postOffice = await openPostOffice(await freePort())
  work.atTheEnd(() => postOffice.close())
  const env = {
    DATABASE_URL: (await options.databaseUrl?.(database)) ?? database.url,
    TOCSIN_SECRET_KEY: SECRET_KEY,
    // What a balancer in front of them would have; no test follows it.
    TOCSIN_PUBLIC_URL: 'http://tocsin.example.test',
    SMTP_URL: postOffice.smtpUrl,
    ...options.env,
  }
  const start = async (): Promise<FleetNode> => {
    const installation = await prepareInstallation(env)
    work.atTheEnd(() => installation.remove())
    return { url: installation.url, installation, running: installation.start() }
  }
  const first = await start()
  const nodes: Fleet['nodes'] = [first]
  while (nodes.length < options.size) nodes.push(await start())
  const allReady = async (withinMs = READY_MS_MAX) => {
    const states = nodes.map((node) => until(`${node.url} is ready`, withinMs, () => isReady(node.url)))
    await Promise.all(states)
  }
  await allReady()
  const [, ...others] = nodes
  return {
    nodes,
    urls: [first.url, ...others.map(({ url }) => url)],
    database,
    postOffice,
    keys: await addSources(first.installation.api),
    allReady,
  }
}
