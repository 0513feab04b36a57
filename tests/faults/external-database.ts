import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { chooseAccount } from '../../server/database/embedded-account.ts'
import { type Cluster, createCluster, SUPERUSER, startGuard } from '../../server/database/embedded-cluster.ts'
import { findPrograms } from '../../server/database/embedded-programs.ts'
import { freePort } from '../support/free-port.ts'
import { belongingTo, killTree, signalAll } from './processes.ts'
import { until } from './until.ts'

/** A PostgreSQL server that the product did not start: what an operator's `DATABASE_URL` leads to. */
export interface ExternalDatabase {
  url: string
  host: string
  port: number
  /** Shuts it down; connections are closed and new ones refused. `immediate` leaves the next start a recovery. */
  stop(how?: 'fast' | 'immediate'): Promise<void>
  start(): Promise<void>
  /** It takes connections and says nothing more, until it goes on. */
  freeze(): void
  thaw(): void
  /** Another empty database beside it; returns its address. */
  addDatabase(name: string): Promise<string>
  /** Ends so many of the product's connections, whatever they are doing; returns how many there were to end. */
  cutConnections(howMany: number): Promise<number>
  remove(): Promise<void>
}

const HOST = '127.0.0.1'
const DATABASE = 'tocsin'
const START_MS_MAX = 30_000
/** Three nodes with all their pools full, and those who look on. */
const CONNECTIONS_MAX = 200

/** Starts one with an empty database, on a port and in a folder of its own. */
export async function startExternalDatabase(): Promise<ExternalDatabase> {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'tocsin-external-'))
  const port = await freePort()
  const cluster = clusterIn(home)
  await createCluster(cluster)
  let running: ChildProcess | null = null
  let frozen: number[] = []
  const thaw = () => signalAll(frozen.splice(0), 'SIGCONT')
  const stop: ExternalDatabase['stop'] = async (how = 'fast') => {
    if (running) await end(running, how === 'fast' ? 'SIGINT' : 'SIGQUIT')
    running = null
  }
  const start = async () => {
    running = await startServer(cluster, port)
  }
  await start()
  await ask(port, 'postgres', `create database ${DATABASE}`)
  const urlOf = (database: string) => `postgresql://${SUPERUSER}@${HOST}:${port}/${database}`
  return {
    url: urlOf(DATABASE),
    host: HOST,
    port,
    stop,
    start,
    freeze() {
      frozen = belongingTo(home)
      signalAll(frozen, 'SIGSTOP')
    },
    thaw,
    async addDatabase(name) {
      await ask(port, 'postgres', `create database ${name}`)
      return urlOf(name)
    },
    async cutConnections(howMany) {
      return await ask(
        port,
        'postgres',
        `select pg_terminate_backend(pid) from
           (select pid from pg_stat_activity where application_name like 'tocsin-%' order by random() limit $1) as chosen`,
        [howMany],
      )
    },
    async remove() {
      thaw()
      await stop()
      await killTree(null, home)
      fs.rmSync(home, { recursive: true, force: true })
    },
  }
}

function clusterIn(home: string): Cluster {
  const folder = path.join(home, 'postgres')
  const account = chooseAccount(folder)
  // Its own user must be able to walk to its part.
  fs.chmodSync(home, 0o711)
  return {
    dataFolder: home,
    folder,
    account,
    socketFolder: folder,
    logFile: path.join(home, 'postgres.log'),
    programs: findPrograms(home, account),
  }
}

/** As it would be installed: durable, and with room for several nodes. */
async function startServer(cluster: Cluster, port: number): Promise<ChildProcess> {
  const { folder, account, logFile, programs } = cluster
  const output = fs.openSync(logFile, 'a')
  const settings = {
    listen_addresses: HOST,
    port: String(port),
    unix_socket_directories: '',
    max_connections: String(CONNECTIONS_MAX),
    shared_buffers: '64MB',
  }
  const child = spawn(
    programs.postgres,
    ['-D', folder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      cwd: folder,
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', output, output],
      detached: true,
      ...(account ? { uid: account.uid, gid: account.gid } : {}),
    },
  )
  fs.closeSync(output)
  child.on('error', () => {})
  const { pid } = child
  if (pid === undefined) throw new Error('PostgreSQL cannot be started.')
  // It must not outlive a test runner that is killed.
  const guard = startGuard(cluster, pid)
  child.once('exit', () => guard.kill('SIGKILL'))
  await until(
    () => `PostgreSQL answers; it said: ${fs.readFileSync(logFile, 'utf8').slice(-2_000)}`,
    START_MS_MAX,
    () => answers(port),
  )
  return child
}

async function end(child: ChildProcess, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await ended
}

async function answers(port: number): Promise<boolean> {
  try {
    await ask(port, 'postgres', 'select 1')
    return true
  } catch {
    return false
  }
}

/** One statement over a connection of its own; returns how many rows came of it. */
async function ask(port: number, database: string, statement: string, values: unknown[] = []): Promise<number> {
  const client = new pg.Client({ host: HOST, port, user: SUPERUSER, database, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(statement, values)).rowCount ?? 0
  } finally {
    await client.end()
  }
}
