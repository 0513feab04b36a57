import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { until } from './until.ts'

interface Process {
  pid: number
  parent: number
  isDead: boolean
}

const GONE_MS_MAX = 10_000
const IS_LINUX = process.platform === 'linux'

/** A process and everything it started, parents first. */
export function treeOf(root: number): number[] {
  const all = listProcesses()
  const found = [root]
  for (const parent of found) found.push(...all.filter((one) => one.parent === parent).map((one) => one.pid))
  return found
}

/**
 * Kills a process and all it started, and whatever else belongs to the folder, which nobody else knows; returns when they
 * are gone. Without a process, as its number may be somebody else's by now, only what belongs to the folder.
 */
export async function killTree(root: number | null, folder: string): Promise<void> {
  const killed = root === null ? [] : treeOf(root)
  signalAll(killed, 'SIGKILL')
  await until(`the processes ${killed.join(', ')} are gone`, GONE_MS_MAX, () => {
    // What was born between the look and the kill, or lost its parent before.
    const strays = belongingTo(folder)
    signalAll(strays, 'SIGKILL')
    return strays.length === 0 && livingOf(killed).length === 0
  })
}

export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // It ended by itself.
    }
  }
}

/** Which of these processes still live; one that only waits for its parent to take notice does not. */
export function livingOf(pids: readonly number[]): number[] {
  const living = new Set(listProcesses().flatMap((one) => (one.isDead ? [] : [one.pid])))
  return pids.filter((pid) => living.has(pid))
}

/** Processes that work in the folder or were told of it; where there is no /proc nobody can tell. */
export function belongingTo(folder: string): number[] {
  if (!IS_LINUX) return []
  const inside = `${fs.realpathSync(folder)}${path.sep}`
  return pidsInProc().filter((pid) => pid !== process.pid && (worksIn(pid, inside) || wasToldOf(pid, inside)))
}

function worksIn(pid: number, inside: string): boolean {
  try {
    return `${fs.readlinkSync(`/proc/${pid}/cwd`)}${path.sep}`.startsWith(inside)
  } catch {
    return false
  }
}

function wasToldOf(pid: number, inside: string): boolean {
  try {
    return fs.readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`TOCSIN_DATA_DIR=${inside}`)
  } catch {
    return false
  }
}

function listProcesses(): Process[] {
  if (!IS_LINUX) return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' }).split('\n').map(read)
  return pidsInProc().flatMap((pid) => {
    try {
      // 12 (name, which may hold anything) S 1 …
      const [state = '', parent = ''] = fs
        .readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')
      return [read(`${pid} ${parent} ${state}`)]
    } catch {
      return []
    }
  })
}

function read(line: string): Process {
  const [pid, parent, state = ''] = line.trim().split(/\s+/)
  return { pid: Number(pid), parent: Number(parent), isDead: /^[ZX]/.test(state) }
}

function pidsInProc(): number[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}
