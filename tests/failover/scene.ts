import fs from 'node:fs'
import path from 'node:path'
import { unprivilegedAccount } from '../../tools/high-availability/account.mjs'
import { prepareFolder } from '../../tools/high-availability/folder.mjs'
import { startPair } from '../../tools/high-availability/pair.mjs'
import { ensurePrograms } from '../../tools/high-availability/programs.mjs'
import type { createProgress } from '../../tools/setup/progress.mjs'
import { openPostOffice, type PostOffice } from '../faults/post-office.ts'
import { killTree } from '../faults/processes.ts'
import { type Installation, prepareInstallation, type Running } from '../faults/product.ts'
import { freePort } from '../support/free-port.ts'

export type Pair = Awaited<ReturnType<typeof startPair>>

export interface Scene {
  pair: Pair
  nodes: [Installation, Installation, Installation]
  running: Running[]
  postOffice: PostOffice
}

const SECRET_KEY = 'one-secret-key-that-is-the-same-on-all-three-nodes'

/** Builds the pair, three nodes of Tocsin and a post office; what was built is taken down in reverse, also after a failure. */
export async function withScene<T>(
  { isSynchronous, logs }: { isSynchronous: boolean; logs: string | undefined },
  progress: ReturnType<typeof createProgress>,
  play: (scene: Scene) => Promise<T>,
): Promise<T> {
  const closings: (() => unknown)[] = []
  try {
    const programs = await ensurePrograms(progress)
    const account = unprivilegedAccount()
    const folder = prepareFolder(undefined, account)
    closings.push(() => folder.remove())
    // Whatever a failure left behind, hanging processes among it, works below the folder.
    closings.push(() => killTree(null, folder.path))
    if (logs !== undefined) closings.push(() => copyLogs(folder.path, logs))
    const pair = await progress.step('Starting etcd, a primary and its standby', 'The standby follows', () =>
      startPair({ folder: folder.path, isSynchronous, programs, account }),
    )
    closings.push(() => pair.stop())

    const postOffice = await openPostOffice(await freePort())
    closings.push(() => postOffice.close())
    const env = {
      DATABASE_URL: pair.databaseUrl,
      TOCSIN_SECRET_KEY: SECRET_KEY,
      SMTP_URL: postOffice.smtpUrl,
      TOCSIN_LOG_LEVEL: 'warn',
    }
    const prepared = async () => {
      const node = await prepareInstallation(env)
      closings.push(() => node.remove())
      return node
    }
    const nodes: Scene['nodes'] = [await prepared(), await prepared(), await prepared()]
    const running = await progress.step('Starting three nodes of Tocsin', 'Three nodes are ready', async () => {
      const started = nodes.map((node) => node.start())
      if (logs !== undefined) closings.push(() => writeLogs(started, logs))
      await Promise.all(started.map((one) => one.ready()))
      return started
    })
    return await play({ pair, nodes, running, postOffice })
  } finally {
    await progress.step('Taking everything down', 'Everything is taken down', async () => {
      for (const close of closings.reverse()) await Promise.resolve(close()).catch((cause) => console.error(cause))
    })
  }
}

function copyLogs(from: string, to: string): void {
  fs.mkdirSync(to, { recursive: true })
  for (const name of fs.readdirSync(from).filter((file) => file.endsWith('.log')))
    fs.copyFileSync(path.join(from, name), path.join(to, name))
}

function writeLogs(nodes: Running[], to: string): void {
  fs.mkdirSync(to, { recursive: true })
  for (const [index, node] of nodes.entries())
    fs.writeFileSync(path.join(to, `node-${index + 1}.log`), `${node.stdout()}\n${node.stderr()}`)
}
