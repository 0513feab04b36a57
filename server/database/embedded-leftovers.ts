import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import type { Log } from '../runtime/log.ts'
import { elapsedMs, wait } from '../runtime/timers.ts'

const FAST_STOP_MS = 2_500
const IMMEDIATE_STOP_MS = 1_000
const KILLED_MS = 3_000
const LOOK_AGAIN_MS = 25

/**
 * Stops what an earlier, killed Tocsin left running on this cluster, and removes its pid file.
 * The caller holds the data folder, so whatever still runs here belongs to nobody.
 */
export async function clearLeftovers(clusterFolder: string, log: Log): Promise<void> {
  const found = processesOf(clusterFolder)
  if (found.length > 0) {
    log.warn({ processes: found.length }, 'database.leftovers-found')
    const began = elapsedMs()
    await stopLeftovers(clusterFolder)
    log.info({ ms: Math.round(elapsedMs() - began) }, 'database.leftovers-stopped')
  }
  // A recycled process id in these files would make PostgreSQL believe that it already runs.
  for (const name of ['postmaster.pid', '.s.PGSQL.5432', '.s.PGSQL.5432.lock']) {
    fs.rmSync(path.join(clusterFolder, name), { force: true })
  }
}

async function stopLeftovers(clusterFolder: string): Promise<void> {
  const postmaster = postmasterPid(clusterFolder)
  if (postmaster !== undefined && processesOf(clusterFolder).includes(postmaster)) {
    signal(postmaster, 'SIGINT')
    if (await allGone(clusterFolder, FAST_STOP_MS)) return
    signal(postmaster, 'SIGQUIT')
    if (await allGone(clusterFolder, IMMEDIATE_STOP_MS)) return
  } else if (await allGone(clusterFolder, IMMEDIATE_STOP_MS)) {
    // Backends notice by themselves that their postmaster is dead.
    return
  }
  for (const pid of processesOf(clusterFolder)) signal(pid, 'SIGKILL')
  if (await allGone(clusterFolder, KILLED_MS)) return
  throw new Error(
    `Processes of an earlier PostgreSQL still use ${clusterFolder} and cannot be stopped: ${processesOf(clusterFolder).join(', ')}.`,
  )
}

async function allGone(clusterFolder: string, forMs: number): Promise<boolean> {
  const began = elapsedMs()
  for (;;) {
    if (processesOf(clusterFolder).length === 0) return true
    if (elapsedMs() - began > forMs) return false
    await wait(LOOK_AGAIN_MS)
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended by itself.
  }
}

function postmasterPid(clusterFolder: string): number | undefined {
  const file = path.join(clusterFolder, 'postmaster.pid')
  const first = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n')[0] : undefined
  return first && /^\d+$/.test(first) ? Number(first) : undefined
}

/** Every PostgreSQL process whose working folder is this cluster. */
export function processesOf(clusterFolder: string): number[] {
  if (process.platform !== 'linux') return processesByName(clusterFolder)
  const real = fs.realpathSync(clusterFolder)
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isPostgresIn(name, real))
    .map(Number)
}

function isPostgresIn(pid: string, folder: string): boolean {
  try {
    // The kernel appends a remark to a folder that was deleted; such a process can harm nobody.
    return (
      fs.readlinkSync(`/proc/${pid}/cwd`) === folder &&
      fs.readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres')
    )
  } catch {
    return false
  }
}

// Without /proc only the postmaster can be told: its command line names the folder.
function processesByName(clusterFolder: string): number[] {
  const pid = postmasterPid(clusterFolder)
  if (pid === undefined) return []
  const line = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? ''
  return line.includes('postgres') && line.includes(clusterFolder) ? [pid] : []
}
