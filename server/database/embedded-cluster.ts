import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { SOCKET_PATH_MAX, shortFolderFor } from '../../tools/data-folder-lock.mjs'
import { type Account, handOver } from './embedded-account.ts'
import type { Programs } from './embedded-programs.ts'

/** One embedded PostgreSQL: where its rows and its socket are, and who runs it. */
export type Cluster = {
  dataFolder: string
  folder: string
  socketFolder: string
  logFile: string
  programs: Programs
  account: Account | undefined
}

export const SUPERUSER = 'tocsin'
export const SOCKET_NAME = '.s.PGSQL.5432'

const INITDB = [
  `--username=${SUPERUSER}`,
  '--auth=trust',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--text-search-config=simple',
  '--no-instructions',
]

const SETTINGS: Record<string, string> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  restart_after_crash: 'on',
  shared_buffers: '64MB',
  max_connections: '60',
  max_wal_size: '512MB',
  // A crash is repaired by replaying what was written since the last checkpoint, and the next start has ten seconds.
  checkpoint_timeout: '3min',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] %a ',
  log_min_messages: 'warning',
  // Statements and details hold payloads and keys.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
}

/** Where the socket lives: in the cluster when the path is short enough, else in a short private folder. */
export function chooseSocketFolder(dataFolder: string, folder: string, account: Account | undefined): string {
  const length = Buffer.byteLength(path.join(folder, SOCKET_NAME))
  return length <= SOCKET_PATH_MAX ? folder : shortFolderFor(dataFolder, account)
}

/** Creates the cluster when there is none. It appears under its name only when complete. */
export async function createCluster(cluster: Cluster): Promise<void> {
  const { folder, account } = cluster
  if (fs.existsSync(path.join(folder, 'PG_VERSION'))) {
    checkVersion(folder)
    if (account && fs.statSync(folder).uid !== account.uid) handOver(folder, account)
    return
  }
  if (fs.existsSync(folder) && fs.readdirSync(folder).length > 0) {
    throw new Error(
      `The folder ${folder} is not a PostgreSQL cluster and not empty; move it away or set TOCSIN_DATA_DIR to another folder.`,
    )
  }

  for (const name of fs.readdirSync(cluster.dataFolder)) {
    if (name.startsWith('postgres.new-'))
      fs.rmSync(path.join(cluster.dataFolder, name), { recursive: true, force: true })
  }
  const half = `${folder}.new-${randomBytes(4).toString('hex')}`
  fs.mkdirSync(half, { mode: 0o700 })
  if (account) fs.chownSync(half, account.uid, account.gid)
  try {
    await runInitdb(cluster, half)
    fs.rmSync(folder, { recursive: true, force: true })
    fs.renameSync(half, folder)
    syncFolder(cluster.dataFolder)
  } catch (cause) {
    fs.rmSync(half, { recursive: true, force: true })
    throw cause
  }
}

function checkVersion(folder: string): void {
  const found = readVersion(folder)
  if (found !== '18') {
    throw new Error(
      `The data in ${folder} was written by PostgreSQL ${found}, and this Tocsin brings PostgreSQL 18; restore it from a dump.`,
    )
  }
}

function readVersion(folder: string): string {
  try {
    return fs.readFileSync(path.join(folder, 'PG_VERSION'), 'utf8').trim()
  } catch (cause) {
    throw new Error(
      `The data in ${folder} belongs to another user; start Tocsin as that user, or set TOCSIN_DATA_DIR to another folder.`,
      { cause },
    )
  }
}

function runInitdb(cluster: Cluster, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(cluster.programs.initdb, ['-D', seenFromInside(folder), ...INITDB], {
      ...ownership(cluster.account),
      cwd: folder,
      env: environment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let trouble = ''
    child.stderr.on('data', (chunk) => {
      trouble = `${trouble}${chunk}`.slice(-4_000)
    })
    child.on('error', (cause) => reject(startError(cluster, cause)))
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(initdbSentence(cluster, trouble)))))
  })
}

function initdbSentence(cluster: Cluster, trouble: string): string {
  if (/No space left|Disk quota/i.test(trouble)) {
    return `The disk of the data folder ${cluster.dataFolder} is full; free some space or set TOCSIN_DATA_DIR to another folder.`
  }
  const line =
    trouble.split('\n').find((it) => /error|fatal|could not/i.test(it)) ?? trouble.trim().split('\n').at(-1) ?? ''
  return `PostgreSQL cannot create its files in ${cluster.folder}: ${line.replace(/^initdb: (error: )?/, '')}.`
}

// Root may start a child in a folder the child's user cannot walk to; from inside, the kernel knows it as its working folder.
function seenFromInside(folder: string): string {
  return process.platform === 'linux' ? '/proc/self/cwd' : folder
}

function ownership(account: Account | undefined): { uid?: number; gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {}
}

// An operator's PGDATA, PGPORT or LC_ALL must not reach it.
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
}

/** Starts the postmaster in a session of its own, so that Ctrl-C reaches Tocsin first; its words go to the log file. */
export function startPostmaster(cluster: Cluster): ChildProcess {
  const output = fs.openSync(cluster.logFile, 'a', 0o600)
  try {
    const inCluster = cluster.socketFolder === cluster.folder && process.platform === 'linux'
    const settings = { ...SETTINGS, unix_socket_directories: inCluster ? '.' : cluster.socketFolder }
    return spawn(
      cluster.programs.postgres,
      [
        '-D',
        seenFromInside(cluster.folder),
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      {
        ...ownership(cluster.account),
        cwd: cluster.folder,
        env: environment(),
        stdio: ['ignore', output, output],
        detached: true,
      },
    )
  } finally {
    fs.closeSync(output)
  }
}

/** Ends the postmaster soon after Tocsin, however Tocsin ends: the pipe closes with us, even on kill -9. */
export function startGuard(cluster: Cluster, postmasterPid: number): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$1"', 'sh', String(postmasterPid)], {
    ...ownership(cluster.account),
    cwd: '/',
    env: environment(),
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  guard.on('error', () => {})
  guard.stdin?.on('error', () => {})
  return guard
}

/** One sentence for a PostgreSQL that could not be started at all. */
export function startError(cluster: Cluster, cause: unknown): Error {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const who = cluster.account ? ` as the user ${cluster.account.name}` : ''
  return new Error(
    `PostgreSQL cannot be started${who} (${code || cause}); set DATABASE_URL to use a PostgreSQL server of your own.`,
    { cause },
  )
}

/** What PostgreSQL wrote about its last failure, for the operator. */
export function lastWords(cluster: Cluster, fromByte: number): string {
  const text = fs.readFileSync(cluster.logFile).subarray(fromByte).toString('utf8')
  const telling = text.split('\n').filter((line) => /FATAL|PANIC|could not|No space/.test(line))
  return telling.at(-1)?.replace(/^.*?(FATAL|PANIC|LOG|ERROR): +/, '') ?? ''
}

function syncFolder(folder: string): void {
  const fd = fs.openSync(folder, 'r')
  try {
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
}
