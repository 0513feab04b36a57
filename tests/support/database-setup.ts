import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../server/database/connection.ts'
import { startEmbedded } from '../../server/database/embedded.ts'
import { migrate } from '../../server/database/migrate.ts'
import { silentLog } from '../../server/runtime/log.ts'
import {
  type CommitProxy,
  LOST_COMMITS_PERCENT,
  LOST_COMMITS_SEED,
  LOST_COMMITS_TOLD,
  openCommitProxy,
} from '../faults/commit-proxy.ts'
import { diceOf } from '../faults/dice.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A PostgreSQL with the product's own binaries; `database` is migrated and a template for others. */
    postgres: { host: string; port: number; user: string; database: string }
    /** A way to it on which commits go wrong; null in an ordinary run. */
    commitProxy: { host: string; port: number } | null
  }
}

/** Opened when the variable names a seed, as `npm run faults -- f8 --suite` does. */
async function commitProxy({ host, port }: { host: string; port: number }): Promise<CommitProxy | null> {
  const seed = process.env[LOST_COMMITS_SEED]
  if (!seed) return null
  const to = { path: path.join(host, `.s.PGSQL.${port}`) }
  const proxy = await openCommitProxy({ to, dice: diceOf(Number(seed)), percent: LOST_COMMITS_PERCENT })
  proxy.arm()
  return proxy
}

/** Starts one PostgreSQL for all tests of a run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'tocsin-tests-'))
  const log = silentLog()
  const embedded = await startEmbedded({ dataFolder: dataDir, log })
  const databases = await openDatabase({ connection: embedded.connection, log })
  await migrate(databases.housekeeping, log)
  await sql.raw(fs.readFileSync(path.join(import.meta.dirname, 'fresh.sql'), 'utf8')).execute(databases.housekeeping)
  await databases.close()
  project.provide('postgres', embedded.connection)
  const proxy = await commitProxy(embedded.connection)
  project.provide('commitProxy', proxy && { host: proxy.host, port: proxy.port })
  return async () => {
    if (proxy) console.log(`${LOST_COMMITS_TOLD}${JSON.stringify(proxy.counts)}`)
    await proxy?.close()
    await embedded.stop()
    fs.rmSync(dataDir, { recursive: true, force: true })
  }
}
