import { type Dice, diceOf } from './dice.ts'

/** Without faults nothing is later than this, and a takeover takes no longer (invariants.md ESC-2, CLU-2). */
const LATE_MS_MAX = 15_000

/** A number that a run takes, and what it counts. */
export interface Dial {
  means: string
  /** Of the command; the short form in the tests names its own. */
  usual: number
}

/** A fault that is done to the product again and again, and what must hold meanwhile. */
export interface FaultRun {
  /** What the command calls it. */
  name: string
  summary: string
  rounds: Dial
  /** Absent where a run ends by its rounds alone. */
  seconds?: Dial
  /** When a round is overdue, in milliseconds and besides its seconds; 20 s when absent. */
  roundMsMax?: number
  /** Tests that were written without the fault, under it: `--suite`. */
  suite?: FaultRun
  /** What it would do: `--list`. */
  list?: FaultRun
  carryOut(work: Work): Promise<Outcome>
}

/** What a run is given. */
export interface Work {
  rounds: number
  seconds: number
  seed: number
  /** Whether to stay until the alerts that nobody answers have climbed to the last person: about a minute more. */
  isPatient: boolean
  /** Lateness that is still in time, in milliseconds: what is promised, or more where the machine may be anybody's. */
  lateMsMax: number
  /** Dice of this run's seed; each purpose has its own, so that one does not shift the other. */
  diceFor(purpose: string): Dice
  /** How far it is, of 0 to 1. */
  tell(share: number, detail: string): void
  /** What must be undone when the run is over, however it ends; the last is undone first. */
  atTheEnd(undo: () => Promise<unknown> | unknown): void
}

export interface Outcome {
  /** Told before the figures. */
  lines?: string[]
  figures: Record<string, number>
  /** Promises that were broken, as sentences. */
  violations: string[]
}

export interface Carrying {
  outcome: Promise<Outcome>
  /** Gives up at once and undoes everything. */
  abort(): Promise<void>
}

export interface CarryOptions {
  rounds?: number
  seconds?: number
  seed: number
  isPatient?: boolean
  lateMsMax?: number
  /** When it is given up, in milliseconds. */
  withinMs: number
  tell?: Work['tell']
}

/** Starts a run, with a bound on its time; what it started is gone when `outcome` settles. */
export function carryOut(run: FaultRun, options: CarryOptions): Carrying {
  const undoings: (() => Promise<unknown> | unknown)[] = []
  const undoAll = async () => {
    for (const undo of undoings.splice(0).reverse()) await Promise.resolve(undo()).catch(() => {})
  }
  let isOver = false
  const work: Work = {
    rounds: options.rounds ?? run.rounds.usual,
    seconds: options.seconds ?? run.seconds?.usual ?? 0,
    seed: options.seed,
    isPatient: options.isPatient ?? false,
    lateMsMax: options.lateMsMax ?? LATE_MS_MAX,
    diceFor: (purpose) => diceOf(options.seed + hashOf(purpose)),
    tell: options.tell ?? (() => {}),
    atTheEnd(undo) {
      // A run that was given up may still be starting something.
      if (isOver) void Promise.resolve(undo()).catch(() => {})
      else undoings.push(undo)
    },
  }
  const given = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => given.reject(new Error(`${run.name} was not over in ${options.withinMs / 1_000} s.`)),
    options.withinMs,
  )
  const outcome = Promise.race([run.carryOut(work), given.promise]).finally(async () => {
    isOver = true
    clearTimeout(timer)
    await undoAll()
  })
  return {
    outcome,
    async abort() {
      given.reject(new Error(`${run.name} was called off.`))
      await outcome.catch(() => {})
    },
  }
}

function hashOf(text: string): number {
  let hash = 0
  for (const character of text) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0
  return hash >>> 0
}
