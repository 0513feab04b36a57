import { spawn } from 'node:child_process'
import path from 'node:path'

const PRELOAD = path.join(import.meta.dirname, 'preload.mjs')
const RUN = path.join(import.meta.dirname, 'run.ts')

export interface Ended {
  /** Null when it was not over in time. */
  code: number | null
  said: string
}

/** Runs the command in a process of its own, because there product code is loaded with the twins instead of its stores. */
export function simulateApart(words: readonly string[], limits: { withinMs: number; bug?: string }): Promise<Ended> {
  const env = limits.bug === undefined ? process.env : { ...process.env, SIMULATION_BUG: limits.bug }
  const child = spawn(process.execPath, ['--import', PRELOAD, RUN, ...words], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // With its own processes it is a group, which ends together.
    detached: true,
  })
  const kill = () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGKILL')
  }
  const endings = ['exit', 'SIGINT', 'SIGTERM'] as const
  const onEnding = (ending: number | NodeJS.Signals) => {
    kill()
    for (const name of endings) process.off(name, onEnding)
    // As if nobody had listened.
    if (typeof ending === 'string') process.kill(process.pid, ending)
  }
  for (const name of endings) process.on(name, onEnding)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  const timer = setTimeout(kill, limits.withinMs)
  return new Promise((resolve) => {
    const end = (code: number | null) => {
      clearTimeout(timer)
      for (const name of endings) process.off(name, onEnding)
      resolve({ code, said })
    }
    child.on('error', (cause) => {
      said += cause.message
      end(null)
    })
    child.on('close', end)
  })
}
