import { spawn } from 'node:child_process'
import path from 'node:path'
import type { SeededBug } from './seeded-bugs.ts'

const PRELOAD = path.join(import.meta.dirname, 'preload.mjs')
const RUN = path.join(import.meta.dirname, 'run.ts')

export interface Finding {
  isCaught: boolean
  /** What the simulation said last, or why it did not get that far. */
  said: string
}

/** Runs worlds with a mistake in the code until one of them breaks a promise, in a process of its own. */
export function hunt(bug: SeededBug, limits: { seeds: number; seed: number; withinMs: number }): Promise<Finding> {
  const words = [
    '--import',
    PRELOAD,
    RUN,
    '--seeds',
    String(limits.seeds),
    '--seed',
    String(limits.seed),
    '--until-broken',
  ]
  const child = spawn(process.execPath, words, {
    env: { ...process.env, SIMULATION_BUG: bug.name },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  const timer = setTimeout(() => child.kill('SIGKILL'), limits.withinMs)
  return new Promise((resolve) => {
    child.on('error', (cause) => resolve({ isCaught: false, said: cause.message }))
    child.on('close', (code) => {
      clearTimeout(timer)
      const broken = /✗ (.*)/.exec(said.replace(/✗ \d+ worlds.*/g, ''))?.[1]
      resolve({ isCaught: code === 1 && broken !== undefined, said: broken ?? said.trim().slice(-300) })
    })
  })
}
