import fs from 'node:fs'
import path from 'node:path'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Log } from '../runtime/log.ts'
import { readClock } from './clock.ts'

export type Migration = { version: number; name: string; sql: string }

// Any fixed number: nodes that start together agree on it.
const LOCK_KEY = 7_219_884_013
const LOCK_MS = 120_000
const FOLDER = path.join(import.meta.dirname, 'migrations')

/** The migrations this program brings, oldest first. */
export function readMigrations(folder: string = FOLDER): Migration[] {
  const migrations = fs
    .readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const parts = /^(\d{4})-([a-z0-9-]+)\.sql$/.exec(file)
      if (!parts?.[1] || !parts[2]) throw new Error(`The migration ${file} is not named like 0001-what-it-does.sql.`)
      return { version: Number(parts[1]), name: parts[2], sql: fs.readFileSync(path.join(folder, file), 'utf8') }
    })
  migrations.forEach(({ version, name }, index) => {
    if (version !== index + 1)
      throw new Error(`The migration ${name} has number ${version} where ${index + 1} is expected.`)
  })
  return migrations
}

/** Brings the schema to this program's version, forward only; refuses a schema that is newer. Returns the names applied. */
export async function migrate<T>(
  db: Kysely<T>,
  log: Log,
  migrations: Migration[] = readMigrations(),
): Promise<string[]> {
  await db.transaction().execute(async (tx) => {
    await takeTurn(tx)
    await sql`
      create table if not exists schema_version (
        version integer primary key,
        name text not null,
        applied_at timestamptz not null
      )
    `.execute(tx)
  })
  const applied: string[] = []
  for (;;) {
    const done = await db.transaction().execute((tx) => applyNext(tx, migrations))
    if (!done) return applied
    log.info({ version: done.version, name: done.name }, 'database.migrated')
    applied.push(done.name)
  }
}

async function applyNext<T>(tx: Transaction<T>, migrations: Migration[]): Promise<Migration | undefined> {
  await takeTurn(tx)
  const version = await schemaVersion(tx)
  if (version > migrations.length) {
    throw new Error(
      `The database has schema version ${version} and this Tocsin knows ${migrations.length}; start the newer Tocsin that wrote it.`,
    )
  }
  const next = migrations[version]
  if (!next) return undefined
  // First, so that a second process collides here instead of migrating twice.
  await sql`insert into schema_version (version, name, applied_at) values (${next.version}, ${next.name}, ${await readClock(tx)})`.execute(
    tx,
  )
  try {
    await sql.raw(next.sql).execute(tx)
  } catch (cause) {
    throw new Error(
      `The migration ${String(next.version).padStart(4, '0')}-${next.name} failed: ${cause instanceof Error ? cause.message : cause}.`,
      { cause },
    )
  }
  return next
}

async function schemaVersion<T>(tx: Transaction<T>): Promise<number> {
  const { rows } = await sql<{
    version: number
  }>`select coalesce(max(version), 0)::int as version from schema_version`.execute(tx)
  return rows[0]?.version ?? 0
}

async function takeTurn<T>(tx: Transaction<T>): Promise<void> {
  await sql`select set_config('lock_timeout', ${`${LOCK_MS}ms`}, true), set_config('statement_timeout', ${`${LOCK_MS}ms`}, true)`.execute(
    tx,
  )
  await sql`select pg_advisory_xact_lock(${sql.lit(LOCK_KEY)})`.execute(tx)
}
