import type { ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import type { Log } from '../runtime/log.ts'
import { elapsedMs, every, wait } from '../runtime/timers.ts'
import { chooseAccount } from './embedded-account.ts'
import {
  type Cluster,
  chooseSocketFolder,
  createCluster,
  lastWords,
  SUPERUSER,
  startError,
  startGuard,
  startPostmaster,
} from './embedded-cluster.ts'
import { clearLeftovers } from './embedded-leftovers.ts'
import { findPrograms } from './embedded-programs.ts'

const DATABASE = 'tocsin'
const READY_MS_MAX = 60_000
const LOOK_AGAIN_MS = 15
const FAST_STOP_MS = 8_000
const LOG_BYTES_MAX = 5_000_000
const LOG_LOOK_MS = 60_000
const BACKOFF_MS = [0, 250, 500, 1_000, 2_000, 5_000]
const CALM_MS = 60_000

export type Embedded = {
  connection: { host: string; port: number; user: string; database: string }
  connectionString: string
  socketDir: string
  postmasterPid: () => number | undefined
  stop: () => Promise<void>
}

/**
 * Starts Tocsin's own PostgreSQL in a data folder and keeps it running until stopped; takes over what a killed one left
 * behind. The caller holds the folder (`holdDataFolder`), or made it for itself alone.
 */
export async function startEmbedded(options: { dataFolder: string; log: Log }): Promise<Embedded> {
  const { log } = options
  const cluster = await prepareCluster(fs.realpathSync(options.dataFolder), log)
  const keeper = await keepRunning(cluster, log)
  try {
    await createDatabase(cluster)
  } catch (cause) {
    await keeper.stop()
    throw cause
  }
  return {
    connection: connectionTo(cluster, DATABASE),
    connectionString: `postgresql://${SUPERUSER}@/${DATABASE}?host=${encodeURIComponent(cluster.socketFolder)}&port=5432`,
    socketDir: cluster.socketFolder,
    postmasterPid: keeper.pid,
    stop: keeper.stop,
  }
}

async function prepareCluster(dataFolder: string, log: Log): Promise<Cluster> {
  const folder = path.join(dataFolder, 'postgres')
  const account = chooseAccount(folder)
  const cluster: Cluster = {
    dataFolder,
    folder,
    account,
    socketFolder: chooseSocketFolder(dataFolder, folder, account),
    logFile: path.join(dataFolder, 'postgres.log'),
    programs: findPrograms(dataFolder, account),
  }
  await createCluster(cluster)
  await clearLeftovers(folder, log)
  return cluster
}

type Keeper = { pid: () => number | undefined; stop: () => Promise<void> }

/** Runs the postmaster, and runs it again whenever it ends unasked. */
async function keepRunning(cluster: Cluster, log: Log): Promise<Keeper> {
  const ending = new AbortController()
  let running = await startOnce(cluster, log)
  let failures = 0

  const heal = async () => {
    log.error({ exitCode: running.child.exitCode, signal: running.child.signalCode }, 'database.postmaster-ended')
    while (!ending.signal.aborted) {
      await wait(BACKOFF_MS[Math.min(failures, BACKOFF_MS.length - 1)] ?? 0, ending.signal)
      if (ending.signal.aborted) return
      failures += 1
      const began = elapsedMs()
      try {
        await clearLeftovers(cluster.folder, log)
        running = await startOnce(cluster, log)
        log.info({ ms: Math.round(elapsedMs() - began) }, 'database.postmaster-restarted')
        watch()
        return
      } catch (cause) {
        log.error({ err: cause }, 'database.restart-failed')
      }
    }
  }
  let healing = Promise.resolve()
  const watch = () => {
    const startedAt = elapsedMs()
    void running.ended.then(() => {
      if (ending.signal.aborted) return
      if (elapsedMs() - startedAt > CALM_MS) failures = 0
      healing = heal()
    })
  }
  watch()
  const trimming = every(LOG_LOOK_MS, () => trimLog(cluster.logFile, log))

  return {
    pid: () => running.child.pid,
    stop: async () => {
      ending.abort()
      trimming.stop()
      await healing
      await running.stop()
    },
  }
}

type Running = { child: ChildProcess; ended: Promise<void>; stop: () => Promise<void> }

async function startOnce(cluster: Cluster, log: Log): Promise<Running> {
  const began = elapsedMs()
  trimLog(cluster.logFile, log)
  const logBegan = fs.statSync(cluster.logFile, { throwIfNoEntry: false })?.size ?? 0
  const child = startPostmaster(cluster)
  let failure: unknown
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', (cause) => {
      failure = cause
      resolve()
    })
  })
  let isOver = false
  void ended.then(() => {
    isOver = true
  })
  if (child.pid === undefined) {
    await ended
    throw startError(cluster, failure)
  }
  const guard = startGuard(cluster, child.pid)
  // The guard must not outlive the postmaster: its process id may belong to somebody else by then.
  void ended.then(() => guard.kill('SIGKILL'))

  while (!(await answers(cluster))) {
    if (isOver)
      throw new Error(`PostgreSQL did not start: ${lastWords(cluster, logBegan) || `see ${cluster.logFile}`}.`)
    if (elapsedMs() - began > READY_MS_MAX) {
      child.kill('SIGQUIT')
      await ended
      throw new Error(`PostgreSQL was not ready after ${READY_MS_MAX / 1_000} s; see ${cluster.logFile}.`)
    }
    await wait(LOOK_AGAIN_MS)
  }
  log.debug({ ms: Math.round(elapsedMs() - began) }, 'database.postmaster-ready')
  return { child, ended, stop: () => stopPostmaster(child, ended) }
}

async function stopPostmaster(child: ChildProcess, ended: Promise<void>): Promise<void> {
  for (const [signal, ms] of [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', 2_000],
    ['SIGKILL', 2_000],
  ] as const) {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    const patience = new AbortController()
    await Promise.race([ended, wait(ms, patience.signal)])
    patience.abort()
  }
}

function connectionTo(cluster: Cluster, database: string): Embedded['connection'] {
  return { host: cluster.socketFolder, port: 5432, user: SUPERUSER, database }
}

async function answers(cluster: Cluster): Promise<boolean> {
  const client = new pg.Client({ ...connectionTo(cluster, 'postgres'), connectionTimeoutMillis: 1_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

async function createDatabase(cluster: Cluster): Promise<void> {
  const client = new pg.Client({ ...connectionTo(cluster, 'postgres'), connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`)
  } finally {
    await client.end()
  }
}

// The postmaster keeps the file open for appending, so it is copied and emptied rather than renamed.
function trimLog(file: string, log: Log): void {
  try {
    const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0
    if (size <= LOG_BYTES_MAX) return
    fs.copyFileSync(file, `${file}.1`)
    fs.truncateSync(file, 0)
  } catch (cause) {
    log.warn({ err: cause }, 'database.log-not-trimmed')
  }
}
