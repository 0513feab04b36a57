import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'

export interface TestDatabase {
  connection: { host: string; port: number; user: string; database: string }
  /** Another way to the same database, on which commits go wrong; null in an ordinary run. */
  lossy: { host: string; port: number; user: string; database: string } | null
  /** Ends what is still connected, and leaves nothing of it to the next test. */
  drop(): Promise<void>
}

/** A database of this process, and a connection that stays. */
interface Kept {
  name: string
  client: pg.Client
}

/** Half as much again as a new one: what was larger would leave its dead rows to the tests after it. */
const KEPT_BYTES_MAX = 15_000_000
const ENDED_MS_MAX = 10_000

const free: Kept[] = []

/** A migrated database of the run's PostgreSQL as nobody has used it. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('postgres')
  const kept = free.pop() ?? (await create(server))
  const { name: database } = kept
  const proxy = inject('commitProxy')
  return {
    connection: { ...server, database },
    lossy: proxy && { ...server, ...proxy, database },
    drop: () => restore(server, kept),
  }
}

async function create(server: TestDatabase['connection']): Promise<Kept> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await withAdmin(server, (client) => client.query(`create database ${name} template ${server.database}`))
  return { name, client: await connect({ ...server, database: name }) }
}

async function restore(server: TestDatabase['connection'], kept: Kept): Promise<void> {
  const { name, client } = kept
  const { rows: ended } = await client.query(
    'select pg_terminate_backend(pid, $1) as has_ended from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    [ENDED_MS_MAX],
  )
  const { rows } = await client.query('select pg_database_size(current_database())::float as bytes')
  const mayStay = ended.every(({ has_ended }) => has_ended) && rows[0].bytes <= KEPT_BYTES_MAX
  if (mayStay && (await client.query('select fresh.restore() as fits')).rows[0].fits) {
    free.push(kept)
    return
  }
  await client.end()
  await withAdmin(server, (admin) => admin.query(`drop database ${name} with (force)`))
}

async function connect(to: TestDatabase['connection']): Promise<pg.Client> {
  const client = new pg.Client(to)
  // At the end of the run it goes with its server.
  client.on('error', () => {})
  await client.connect()
  return client
}

async function withAdmin(server: TestDatabase['connection'], work: (client: pg.Client) => Promise<unknown>) {
  const client = await connect({ ...server, database: 'postgres' })
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
