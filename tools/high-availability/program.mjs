import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

const STOP_MS = 15_000
const LOOK_AGAIN_MS = 50

/**
 * Starts a program of its own process group in its folder, with what it says in a file next to it.
 * @param {{ file: string, words: string[], folder: string, logFile: string, path: string, account: { uid: number, gid: number } | null }} options
 */
export function startProgram({ file, words, folder, logFile, path, account }) {
  const log = fs.openSync(logFile, 'a', 0o600)
  const child = spawn(file, words, {
    cwd: folder,
    // Nothing of our own environment: PATRONI_… and PG… variables would win over the files.
    env: { PATH: path, HOME: folder, LC_ALL: 'C.UTF-8', PYTHONUNBUFFERED: '1' },
    stdio: ['ignore', log, log],
    detached: true,
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  })
  fs.closeSync(log)
  let isOver = false
  const ended = new Promise((resolve) => {
    const end = () => {
      isOver = true
      resolve(undefined)
    }
    child.once('error', end)
    child.once('exit', end)
  })
  return {
    pid: child.pid ?? 0,
    isOver: () => isOver,
    ended,
    /** Asks it to end, and kills it when it does not in time. */
    async stop() {
      if (isOver) return
      child.kill('SIGCONT')
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await ended
      clearTimeout(timer)
    },
  }
}

/**
 * The postmaster that works in this data folder; null when there is none. It belongs to nobody: Patroni lets go of it.
 * @param {string} dataFolder
 * @returns {number | null}
 */
export function postmasterOf(dataFolder) {
  try {
    const pid = Number(fs.readFileSync(`${dataFolder}/postmaster.pid`, 'utf8').split('\n')[0])
    // The file outlives a kill, and its number may be somebody else's by now.
    return fs.readlinkSync(`/proc/${pid}/cwd`) === fs.realpathSync(dataFolder) ? pid : null
  } catch {
    return null
  }
}

/**
 * Shuts a postmaster down at once, by force when it takes too long.
 * @param {string} dataFolder
 */
export async function stopPostmaster(dataFolder) {
  const began = performance.now()
  for (let pid = postmasterOf(dataFolder); pid !== null; pid = postmasterOf(dataFolder)) {
    signal(pid, 'SIGCONT')
    signal(pid, performance.now() - began < STOP_MS ? 'SIGINT' : 'SIGKILL')
    await pause(LOOK_AGAIN_MS)
  }
}

function signal(pid, name) {
  try {
    process.kill(pid, name)
  } catch {
    // It ended by itself.
  }
}
