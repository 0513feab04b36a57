import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type Embedded, startEmbedded } from '../../server/database/embedded.ts'
import { silentLog } from '../../server/runtime/log.ts'
import { belongingTo, killTree, signalAll } from './processes.ts'

/** A PostgreSQL server that the product did not start: what an operator's `DATABASE_URL` leads to. */
export interface ExternalDatabase {
  url: string
  /** Shuts it down; connections are closed and new ones refused. */
  stop(): Promise<void>
  start(): Promise<void>
  /** It takes connections and says nothing more, until it goes on. */
  freeze(): void
  thaw(): void
  remove(): Promise<void>
}

export async function startExternalDatabase(): Promise<ExternalDatabase> {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'tocsin-external-'))
  const start = () => startEmbedded({ dataFolder: home, log: silentLog() })
  let running: Embedded | null = await start()
  let frozen: number[] = []
  const thaw = () => signalAll(frozen.splice(0), 'SIGCONT')
  const stop = async () => {
    await running?.stop()
    running = null
  }
  return {
    url: running.connectionString,
    stop,
    async start() {
      running = await start()
    },
    freeze() {
      frozen = belongingTo(home)
      signalAll(frozen, 'SIGSTOP')
    },
    thaw,
    async remove() {
      thaw()
      await stop()
      await killTree(null, home)
      fs.rmSync(home, { recursive: true, force: true })
    },
  }
}
