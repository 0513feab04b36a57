import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../server/database/connection.ts'
import { startEmbedded } from '../../server/database/embedded.ts'
import { migrate } from '../../server/database/migrate.ts'
import { silentLog } from '../../server/runtime/log.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A PostgreSQL with the product's own binaries; `database` is migrated and a template for others. */
    postgres: { host: string; port: number; user: string; database: string }
  }
}

/** Starts one PostgreSQL for all tests of a run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'tocsin-tests-'))
  const log = silentLog()
  const embedded = await startEmbedded({ dataFolder: dataDir, log })
  const databases = await openDatabase({ connection: embedded.connection, log })
  await migrate(databases.housekeeping, log)
  await databases.close()
  project.provide('postgres', embedded.connection)
  return async () => {
    await embedded.stop()
    fs.rmSync(dataDir, { recursive: true, force: true })
  }
}
