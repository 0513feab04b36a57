import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, type Transaction } from 'kysely'
import pg, { type PoolClient, type PoolConfig } from 'pg'
import type { Log } from '../runtime/log.ts'
import { elapsedMs, wait } from '../runtime/timers.ts'
import { codeOf, isConnectionLoss } from './failures.ts'
import { HostSearch } from './host-search.ts'
import { type ConnectionTarget, hostConfigs, requireWritable } from './hosts.ts'
import type { Tables } from './tables.ts'

export type Database = Kysely<Tables>
export type Tx = Transaction<Tables>

/** One pool per lane, so that housekeeping can never take a connection from a page. */
export type Databases = {
  http: Database
  engine: Database
  /** For what is written into other systems: a slow one takes no connection from a page. */
  writeback: Database
  housekeeping: Database
  /** A connection of its own outside the pools, for LISTEN. The caller ends it. */
  connectClient: () => Promise<pg.Client>
  close: () => Promise<void>
}

type Lane = { name: string; size: number; statementMs: number; lockMs: number; idleInTransactionMs: number }

const POOL_SIZES = { http: 12, engine: 20, writeback: 4, housekeeping: 3 }
const CONNECT_MS = 3_000
/** What the pool says when all its connections are lent out. */
const QUEUE_TIMEOUT = 'timeout exceeded when trying to connect'
const SERVER_VERSION_MIN = 150_000
const INT8 = 20
const INT8_ARRAY = 1016

/** Opens the pools and makes sure that the server behind them answers, can commit and is new enough. */
export async function openDatabase(options: {
  connection: ConnectionTarget
  log: Log
  poolSizes?: Partial<typeof POOL_SIZES>
  /** How long a server that does not answer yet is waited for. */
  patienceMs?: number
}): Promise<Databases> {
  const hosts = hostConfigs(options.connection)
  const sizes = { ...POOL_SIZES, ...options.poolSizes }
  await requireServer(hosts, options.log, options.patienceMs ?? 20_000)

  const search = new HostSearch(() => findHost(hosts, options.log))
  const open = (lane: Lane) =>
    new Kysely<Tables>({ dialect: new PostgresDialect({ pool: lanePool(hosts, search, lane, options.log) }) })
  const http = open({ name: 'http', size: sizes.http, statementMs: 4_000, lockMs: 3_000, idleInTransactionMs: 10_000 })
  // Nothing outside is waited for in a transaction: a node that is silent in one for so long stands still.
  const engine = open({
    name: 'engine',
    size: sizes.engine,
    statementMs: 15_000,
    lockMs: 10_000,
    idleInTransactionMs: 10_000,
  })
  const writeback = open({
    name: 'writeback',
    size: sizes.writeback,
    statementMs: 15_000,
    lockMs: 5_000,
    idleInTransactionMs: 30_000,
  })
  const housekeeping = open({
    name: 'housekeeping',
    size: sizes.housekeeping,
    statementMs: 120_000,
    lockMs: 5_000,
    idleInTransactionMs: 60_000,
  })
  return {
    http,
    engine,
    writeback,
    housekeeping,
    connectClient: () => connectAny(hosts, 'tocsin-listen'),
    close: async () =>
      void (await Promise.all([http.destroy(), engine.destroy(), writeback.destroy(), housekeeping.destroy()])),
  }
}

/** Opens one connection outside the pools, to the host that can commit. */
async function connectAny(hosts: readonly PoolConfig[], applicationName: string): Promise<pg.Client> {
  return (await race(hosts, applicationName)).client
}

async function findHost(hosts: readonly PoolConfig[], log: Log): Promise<number> {
  if (hosts.length === 1) return 0
  const { client, host } = await race(hosts, 'tocsin-search')
  void client.end().catch(() => {})
  log.warn({ host: host + 1 }, 'database.host-found')
  return host
}

// All at once: a host that is silent must not keep the one that answers waiting.
async function race(
  hosts: readonly PoolConfig[],
  applicationName: string,
): Promise<{ client: pg.Client; host: number }> {
  let isWon = false
  const attempts = hosts.map(async (config, host) => {
    const client = new pg.Client({ ...baseConfig(config, applicationName), connectionTimeoutMillis: CONNECT_MS })
    client.on('error', () => {})
    try {
      await client.connect()
      if (hosts.length > 1) await requireWritable(client)
    } catch (cause) {
      void client.end().catch(() => {})
      throw cause
    }
    if (isWon) void client.end().catch(() => {})
    isWon = true
    return { client, host }
  })
  try {
    return await Promise.any(attempts)
  } catch (cause) {
    throw (cause as AggregateError).errors.at(-1)
  }
}

async function requireServer(hosts: readonly PoolConfig[], log: Log, patienceMs: number): Promise<void> {
  const began = elapsedMs()
  for (let attempt = 0; ; attempt++) {
    try {
      const client = await connectAny(hosts, 'tocsin-start')
      try {
        await requireVersion(client)
        return
      } finally {
        await client.end().catch(() => {})
      }
    } catch (cause) {
      if (!isPassing(cause) || elapsedMs() - began > patienceMs) throw connectError(cause)
      if (attempt === 0) log.warn({ reason: reasonOf(cause) }, 'database.waiting-for-server')
      await wait(500)
    }
  }
}

async function requireVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    "select current_setting('server_version_num')::int as number, current_setting('server_version') as name",
  )
  const { number, name } = rows[0] as { number: number; name: string }
  if (number < SERVER_VERSION_MIN) {
    throw new TooOldError(`The server behind DATABASE_URL is PostgreSQL ${name}; Tocsin needs PostgreSQL 15 or newer.`)
  }
}

class TooOldError extends Error {}

// Wrong passwords and missing databases do not heal by waiting; a server that starts, or is elected, does.
function isPassing(cause: unknown): boolean {
  const code = codeOf(cause)
  return !(cause instanceof TooOldError) && !/^(28|3D|42|08P|ENOTFOUND|ERR_)/.test(code)
}

function connectError(cause: unknown): Error {
  if (cause instanceof TooOldError) return cause
  return new Error(`The database behind DATABASE_URL cannot be used: ${reasonOf(cause).replace(/\.$/, '')}.`, { cause })
}

function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0])
  return cause instanceof Error ? cause.message : String(cause)
}

function baseConfig(host: PoolConfig, applicationName: string): PoolConfig {
  return {
    ...host,
    application_name: applicationName,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    options: '-c datestyle=ISO -c timezone=UTC',
    // Row numbers fit a double; a count as text would be a trap.
    types: {
      getTypeParser: ((oid: number, format: 'text') => {
        if (oid === INT8) return Number
        if (oid === INT8_ARRAY) return (text: string) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(Number))
        return pg.types.getTypeParser(oid, format)
      }) as typeof pg.types.getTypeParser,
    },
  }
}

/** A pool for one lane. It stays with the host that was found last, until that one stops committing. */
function lanePool(hosts: readonly PoolConfig[], search: HostSearch, lane: Lane, log: Log): PostgresPool {
  const pools = hosts.map((host) => {
    const pool = new pg.Pool({
      ...baseConfig(host, `tocsin-${lane.name}`),
      max: lane.size,
      connectionTimeoutMillis: CONNECT_MS,
      idleTimeoutMillis: 60_000,
      statement_timeout: lane.statementMs,
      lock_timeout: lane.lockMs,
      idle_in_transaction_session_timeout: lane.idleInTransactionMs,
      // Catches a server that stopped answering altogether, which its own timeout cannot.
      query_timeout: lane.statementMs + 500,
      ...(hosts.length > 1 ? { onConnect: requireWritable } : {}),
    })
    pool.on('error', (cause) => log.warn({ reason: cause.message, lane: lane.name }, 'database.connection-lost'))
    // While a connection is lent out the pool does not listen, and an unheard error would end the process.
    pool.on('connect', (client) => client.on('error', () => {}))
    return pool
  })
  const known = new WeakMap<PoolClient, { epoch: number; watched: PostgresPoolClient }>()

  const connect = async (mayFail: boolean): Promise<PostgresPoolClient> => {
    const host = await search.host()
    const { epoch } = search
    let client: PoolClient
    try {
      client = await (pools[host] as pg.Pool).connect()
    } catch (cause) {
      // The pool's own queue says nothing about the host.
      if (cause instanceof Error && cause.message === QUEUE_TIMEOUT) throw cause
      search.doubt(epoch)
      if (mayFail) return connect(false)
      throw cause
    }
    const before = known.get(client)
    if (before?.epoch === epoch) return before.watched
    if (before) {
      // It stems from before the host fell silent, and each of them would be found dead one after the other.
      client.release(true)
      return connect(mayFail)
    }
    const watched = watchClient(client, () => search.doubt(epoch))
    known.set(client, { epoch, watched })
    return watched
  }
  return {
    options: {},
    // With one host there is nothing else to try.
    connect: () => connect(hosts.length > 1),
    end: async () => void (await Promise.all(pools.map((pool) => pool.end()))),
  }
}

// A connection whose server turned read-only or stopped answering must not be used again, and neither must its like.
function watchClient(client: PoolClient, doubt: () => void): PostgresPoolClient {
  let isSpoiled = false
  const watched = {
    get processID() {
      return (client as unknown as { processID: number }).processID
    },
    query: async (text: string, parameters: readonly unknown[]) => {
      try {
        return await client.query(text, parameters as unknown[])
      } catch (cause) {
        if (codeOf(cause) === '25006' || (cause instanceof Error && cause.message === 'Query read timeout')) {
          isSpoiled = true
          doubt()
        } else if (isConnectionLoss(cause)) isSpoiled = true
        throw cause
      }
    },
    release: (destroy?: boolean) => client.release(destroy === true || isSpoiled),
  }
  return watched as unknown as PostgresPoolClient
}
