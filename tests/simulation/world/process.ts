import { type Interruption, MemoryDatabase, type MemoryServer, type Wire } from '../memory/database.ts'
import { DatabaseError } from '../memory/database-error.ts'
import type { Agenda, Appointment } from '../time/agenda.ts'
import { actAs, type Host } from '../time/host.ts'

/** Where a process can be hit: wherever it waits for somebody. */
export const POINTS = ['call', 'statement', 'commit', 'committed', 'send', 'sent'] as const
export type Point = (typeof POINTS)[number]

/** What lies in wait for a process. */
export interface Ambush {
  kind: 'crash' | 'pause' | 'refused-commit' | 'lost-commit' | 'broken-statement' | 'deadlock' | 'cut-connection'
  /** The only point where it strikes; null: wherever it can. */
  at: Point | null
  /** How many fitting points it lets pass. */
  passes: number
  /** For a pause. */
  pauseMs: number
}

const AT_STATEMENTS = ['broken-statement', 'deadlock', 'cut-connection']
const AT_COMMITS = ['refused-commit', 'lost-commit']

/** How the way to the database is just now. */
export interface Roads {
  /** Milliseconds until an answer is heard. */
  delayMs(): number
  /** Why it cannot be reached, and after how long a caller learns of it; null when it can. */
  trouble(): { afterMs: number; cause: DatabaseError } | null
}

/** What others must know of a process. */
export interface Ears {
  wasHit(process: Process, kind: Ambush['kind'], point: Point): void
  hasDied(process: Process): void
  goesOn(process: Process): void
  runsInCircles(process: Process): void
}

/** So many calls between two instants are no work any more. */
const CALLS_AT_ONCE_MAX = 20_000

const NEVER = new Promise<never>(() => {})

/** What a fault of ours makes the database say. */
export class InjectedError extends DatabaseError {}

/** One life of a node: its code, its timers and its connections end together. */
export class Process implements Host, Wire {
  readonly node: number
  /** Counts the lives of all nodes. */
  readonly life: number
  readonly db: MemoryDatabase
  ambush: Ambush | null = null
  readonly #agenda: Agenda
  readonly #server: MemoryServer
  readonly #roads: Roads
  readonly #ears: Ears
  #state: 'running' | 'paused' | 'dead' = 'running'
  #ids = 0
  #instant = -1
  #callsAtOnce = 0
  /** What reached it while it was paused. */
  #held: (() => void)[] = []

  constructor(
    place: { node: number; life: number },
    parts: { agenda: Agenda; server: MemoryServer; roads: Roads; ears: Ears },
  ) {
    this.node = place.node
    this.life = place.life
    this.#agenda = parts.agenda
    this.#server = parts.server
    this.#roads = parts.roads
    this.#ears = parts.ears
    this.db = new MemoryDatabase(parts.server, this)
  }

  get isRunning(): boolean {
    return this.#state === 'running'
  }

  get isDead(): boolean {
    return this.#state === 'dead'
  }

  elapsedMs(): number {
    return this.#agenda.nowMs
  }

  uuid(): string {
    const count = (this.#ids++).toString(16).padStart(12, '0')
    return `00000000-0000-4000-8${(this.life % 4_096).toString(16).padStart(3, '0')}-${count}`
  }

  after(ms: number, run: () => void): Appointment {
    let isCalledOff = false
    // Called off even when it is due already and waits for a pause to end.
    const go = () => {
      if (!isCalledOff) run()
    }
    const appointment = this.#agenda.after(ms, () => this.enter(go))
    return {
      cancel: () => {
        isCalledOff = true
        appointment.cancel()
      },
    }
  }

  /** Lets code of this process run, now or when it goes on; never when it is dead. */
  enter(run: () => void): void {
    if (this.#state === 'dead') return
    if (this.#state === 'paused') {
      this.#held.push(run)
      return
    }
    actAs(this)
    run()
  }

  /** As SIGKILL does. */
  die(): void {
    if (this.#state === 'dead') return
    this.#state = 'dead'
    this.#held = []
    this.#server.drop(this)
    this.#ears.hasDied(this)
  }

  /** As SIGSTOP does, and SIGCONT after so long. */
  pause(ms: number): void {
    if (this.#state !== 'running') return
    this.#state = 'paused'
    this.#agenda.after(ms, () => this.#goOn())
  }

  #goOn(): void {
    if (this.#state !== 'paused') return
    this.#state = 'running'
    const held = this.#held
    this.#held = []
    for (const run of held) this.#agenda.after(0, () => this.enter(run))
    this.#ears.goesOn(this)
  }

  /** Passes a point; what it must wait for when it is stopped there, or was stopped meanwhile. */
  pass(point: Point): Promise<void> | null {
    this.#meet(point)
    return this.#state === 'running' ? null : this.#later(0)
  }

  /** What hits the process at this point, if anything does. */
  #meet(point: Point): Ambush['kind'] | null {
    const { ambush } = this
    if (ambush === null || this.#state !== 'running' || !fits(ambush, point)) return null
    if (ambush.passes-- > 0) return null
    this.ambush = null
    this.#ears.wasHit(this, ambush.kind, point)
    if (ambush.kind === 'crash') this.die()
    if (ambush.kind === 'pause') this.pause(ambush.pauseMs)
    return ambush.kind
  }

  /** Code that asks again and again without waiting would stop the world. */
  #countCalls(): void {
    if (this.#instant !== this.#agenda.happened) {
      this.#instant = this.#agenda.happened
      this.#callsAtOnce = 0
    }
    if (++this.#callsAtOnce <= CALLS_AT_ONCE_MAX || this.#state === 'dead') return
    this.#ears.runsInCircles(this)
    this.die()
  }

  leave(): Promise<void> | null {
    this.#countCalls()
    const stop = this.pass('call')
    if (stop !== null) return stop
    const trouble = this.#roads.trouble()
    // The way back alone takes its time: what is asked is answered as things stand when it is asked.
    return trouble === null ? null : this.#later(trouble.afterMs, trouble.cause)
  }

  arrive(): Promise<void> | null {
    return this.#travel()
  }

  statement(): Interruption | null {
    switch (this.#meet('statement')) {
      case 'broken-statement':
        return failed(new InjectedError('XX000', 'internal error, injected'))
      case 'deadlock':
        return failed(new InjectedError('40P01', 'deadlock detected, injected'))
      case 'cut-connection':
        return { ...failed(new InjectedError('57P01', 'terminating connection, injected')), endsSession: true }
      default:
        return this.#state === 'running' ? null : this.#silence()
    }
  }

  commit(): { isKept: boolean; answer(): Promise<void> | null } {
    switch (this.#meet('commit')) {
      case 'refused-commit': {
        const cause = new InjectedError('53100', 'disk full, injected')
        return { isKept: false, answer: () => this.#later(0, cause) }
      }
      case 'lost-commit': {
        const cause = new InjectedError('08006', 'Connection terminated, injected')
        return { isKept: true, answer: () => this.#later(0, cause) }
      }
      default:
        if (this.#state !== 'running') return { isKept: false, answer: () => this.#silence().outcome }
        return { isKept: true, answer: () => this.pass('committed') ?? this.#travel() }
    }
  }

  goOn(resume: () => void): void {
    this.after(0, resume)
  }

  #travel(): Promise<void> | null {
    const ms = this.#roads.delayMs()
    return ms === 0 ? null : this.#later(ms)
  }

  #later(ms: number, cause?: unknown): Promise<void> {
    if (this.#state === 'dead') return NEVER
    return new Promise((resolve, reject) => {
      this.after(ms, () => (cause === undefined ? resolve() : reject(cause)))
    })
  }

  /** The server does not wait for a process that falls silent within a transaction. */
  #silence(): Interruption {
    const cause = new InjectedError('25P03', 'Connection terminated: idle in transaction')
    return { cause, endsSession: true, outcome: this.#later(0, cause) as Promise<never> }
  }
}

function fits(ambush: Ambush, point: Point): boolean {
  if (ambush.at !== null && ambush.at !== point) return false
  if (AT_STATEMENTS.includes(ambush.kind)) return point === 'statement'
  if (AT_COMMITS.includes(ambush.kind)) return point === 'commit'
  return true
}

function failed(cause: unknown): Interruption {
  return { cause, endsSession: false, outcome: Promise.reject(cause) }
}
