import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'

export interface TestDatabase {
  connection: { host: string; port: number; user: string; database: string }
  /** Another way to the same database, on which commits go wrong; null in an ordinary run. */
  lossy: { host: string; port: number; user: string; database: string } | null
  drop(): Promise<void>
}

/** A fresh migrated database of the run's PostgreSQL. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('postgres')
  const database = `test_${randomBytes(6).toString('hex')}`
  await withAdmin(server, (client) => client.query(`create database ${database} template ${server.database}`))
  const proxy = inject('commitProxy')
  return {
    connection: { ...server, database },
    lossy: proxy && { ...server, ...proxy, database },
    drop: () => withAdmin(server, (client) => client.query(`drop database ${database} with (force)`)),
  }
}

async function withAdmin(server: TestDatabase['connection'], work: (client: pg.Client) => Promise<unknown>) {
  const client = new pg.Client({ ...server, database: 'postgres' })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
