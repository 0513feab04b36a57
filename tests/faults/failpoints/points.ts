import { AsyncLocalStorage } from 'node:async_hooks'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** Which side of a commit or of a call of an outside system. */
type Side = 'before-commit' | 'after-commit' | 'before-call' | 'after-call'

/** One passing of a point, as a line of the trace. */
export interface Passing {
  point: string
  /** The n-th time that it was passed, from 1. */
  hit: number
  at: number
  /** This is where it ends. */
  isLast: boolean
}

/** How the program under test is told; absent, nothing happens. */
export const VARIABLES = {
  /** The file that passings are written to. */
  trace: 'FAILPOINTS_TRACE',
  /** The name of the point at which the process kills itself. */
  point: 'FAILPOINTS_POINT',
  hit: 'FAILPOINTS_HIT',
  /** How long whoever passes it is held first, in milliseconds, while everybody else goes on. */
  holdMs: 'FAILPOINTS_HOLD_MS',
} as const

const server = `${path.resolve(import.meta.dirname, '../../../server')}/`
const trace = process.env[VARIABLES.trace]
const armed = process.env[VARIABLES.point]
const armedHit = Number(process.env[VARIABLES.hit] ?? 1)
const holdMs = Number(process.env[VARIABLES.holdMs] ?? 0)
const hits = new Map<string, number>()

/** Whoever passes an armed point for the n-th time never comes back. */
export async function pass(place: string, side: Side): Promise<void> {
  const point = `${place}:${side}`
  const hit = (hits.get(point) ?? 0) + 1
  hits.set(point, hit)
  const isLast = point === armed && hit === armedHit
  const passing: Passing = { point, hit, at: Date.now(), isLast }
  if (trace) fs.appendFileSync(trace, `${JSON.stringify(passing)}\n`)
  if (!isLast) return
  if (holdMs > 0) await pause(holdMs)
  process.kill(process.pid, 'SIGKILL')
}

/** What one asynchronous piece of work does to the database. */
interface Work {
  place: string
  kind: 'transaction' | 'statement'
  hasWritten: boolean
}

/** The work that the running code belongs to. */
export const works = new AsyncLocalStorage<Work>()

/** Does `work` under the name of whoever calls this; what it does inside belongs to it. */
export function under<T>(kind: Work['kind'], work: () => T): T {
  return works.run({ place: caller(), kind, hasWritten: false }, work)
}

// Between whoever decides something and the outside: their names say nothing.
const PLUMBING = /^(?:runtime|database\/connection|database\/clock|integrations\/4me\/client)\b/

/** The nearest named function of the product, as `escalation/actions.advanceEscalations`. */
export function caller(): string {
  const { stack = '' } = new Error('Who calls?')
  for (const line of stack.split('\n')) {
    const at = line.indexOf(server)
    const name = /at (?:async )?(?:[\w$]+\.)?(#?[\w$]+) \(/.exec(line)?.[1]
    const file = line.slice(at + server.length).replace(/\.ts:\d+:\d+\)?$/, '')
    if (at >= 0 && name && !PLUMBING.test(file)) return `${file}.${name}`
  }
  return 'nowhere'
}
