import { type Chance, chanceOf } from '../chance.ts'
import type { Agenda } from '../time/agenda.ts'
import type { Fault, Plan } from './plan.ts'
import { type Ambush, POINTS, type Process } from './process.ts'

const MINUTE_MS = 60_000
/** An ambush waits for so many points at most, so that it strikes in the middle of something. */
const PASSES_MAX = 60
const CHOOSY_PASSES_MAX = 4
const POWER_CUT_PERCENT = 10

/** What the weather can do to the world. */
export interface Ground {
  agenda: Agenda
  /** Processes that run just now. */
  running(): Process[]
  /** Ends a node as SIGTERM does, and starts it again. */
  restart(process: Process, chance: Chance): void
  setDatabaseAway(reason: 'refuses' | 'silent' | null): void
  setProviderDown(isDown: boolean): void
  /** All nodes end at once, and start again after so long. */
  cutPower(ms: number): void
  jumpClock(ms: number): void
  editPolicy(chance: Chance): void
  removePerson(chance: Chance): void
}

/** Faults, now and then, of the kinds that the seed has. */
export class Weather {
  readonly #ground: Ground
  readonly #plan: Plan
  readonly #chance: Chance
  #isCalm = false
  readonly counts = new Map<Fault, number>()

  constructor(ground: Ground, plan: Plan) {
    this.#ground = ground
    this.#plan = plan
    this.#chance = chanceOf(plan.seed, 'weather')
  }

  start(): void {
    if (this.#plan.faults.size === 0) return
    const kinds = [...this.#plan.faults]
    const next = () => {
      this.#ground.agenda.after(this.#chance.wait(this.#plan.faultEveryMs), () => {
        if (this.#isCalm) return
        const kind = kinds[this.#chance.between(0, kinds.length - 1)]
        if (kind) this.#strike(kind)
        next()
      })
    }
    next()
  }

  /** No fault begins any more, and what lies in wait does not strike. */
  calm(): void {
    this.#isCalm = true
    for (const process of this.#ground.running()) process.ambush = null
    this.#ground.setDatabaseAway(null)
    this.#ground.setProviderDown(false)
  }

  #strike(kind: Fault): void {
    const { agenda } = this.#ground
    const chance = this.#chance
    switch (kind) {
      case 'database-away': {
        const ms = chance.magnitude(500, 5 * MINUTE_MS)
        this.#ground.setDatabaseAway(ms < 10_000 ? 'refuses' : chance.oneOf(['refuses', 'silent']))
        agenda.after(ms, () => this.#ground.setDatabaseAway(null))
        break
      }
      case 'provider-down':
        this.#ground.setProviderDown(true)
        agenda.after(chance.magnitude(1_000, 60 * MINUTE_MS), () => this.#ground.setProviderDown(false))
        break
      case 'clock-jump':
        this.#ground.jumpClock(chance.magnitude(1_000, 120 * MINUTE_MS))
        break
      case 'clock-back':
        this.#ground.jumpClock(-chance.magnitude(1_000, 60 * MINUTE_MS))
        break
      case 'policy-edit':
        this.#ground.editPolicy(chance)
        break
      case 'person-removed':
        this.#ground.removePerson(chance)
        break
      case 'restart': {
        const process = this.#anybody()
        if (!process) return
        this.#ground.restart(process, chance)
        break
      }
      case 'power-cut':
      case 'poison':
        // The one comes with a promise, the other by post.
        return
      default:
        this.#lieInWait(kind)
        return
    }
    this.#count(kind)
  }

  /** Half of them strike wherever somebody is waited for, which is mostly within a transaction; the others at one kind of place. */
  #lieInWait(kind: Ambush['kind']): void {
    const process = this.#anybody()
    if (!process || process.ambush !== null) return
    const chance = this.#chance
    const pauseMs = chance.percent(50) ? chance.between(8_000, 40_000) : chance.magnitude(2_000, 10 * MINUTE_MS)
    const isChoosy = (kind === 'crash' || kind === 'pause') && chance.percent(50)
    process.ambush = isChoosy
      ? { kind, at: chance.oneOf(POINTS), passes: chance.between(0, CHOOSY_PASSES_MAX), pauseMs }
      : { kind, at: null, passes: chance.between(0, PASSES_MAX), pauseMs }
  }

  /** A sender was promised that its answer is kept: the power may fail before anybody reads it. */
  answerIsPromised(): void {
    if (this.#isCalm || !this.#plan.faults.has('power-cut') || !this.#chance.percent(POWER_CUT_PERCENT)) return
    this.#count('power-cut')
    this.#ground.cutPower(this.#chance.magnitude(MINUTE_MS, 120 * MINUTE_MS))
  }

  #anybody(): Process | undefined {
    const running = this.#ground.running()
    return running[this.#chance.between(0, running.length - 1)]
  }

  #count(kind: Fault): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1)
  }

  /** An ambush struck. */
  struck(kind: Ambush['kind']): void {
    this.#count(kind)
  }
}
