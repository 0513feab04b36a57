import { type Chance, chanceOf } from '../chance.ts'
import type { Agenda } from '../time/agenda.ts'
import { monitorKey } from './furnish.ts'
import type { Product } from './node.ts'
import type { Plan, PlannedMonitor } from './plan.ts'

const CALL_AGAIN_MS = 10_000
const TRIES_MAX = 3

export interface Road {
  agenda: Agenda
  someProduct(chance: Chance): Product | null
  /** A call was answered with yes. */
  isHeard(monitorId: number): void
}

/** What must call now and then, and at times falls silent. */
export class Monitored {
  readonly #road: Road
  readonly #plan: Plan
  #isOver = false

  constructor(road: Road, plan: Plan) {
    this.#road = road
    this.#plan = plan
  }

  /** Begins to call for a monitor. */
  start(id: number, { intervalSeconds, silentPercent }: PlannedMonitor): void {
    const chance = chanceOf(this.#plan.seed, `monitor ${id}`)
    const { agenda } = this.#road
    const next = () => {
      const usualMs = intervalSeconds * chance.between(300, 700)
      const silentMs = chance.percent(silentPercent) ? intervalSeconds * chance.between(1_000, 6_000) : 0
      agenda.after(usualMs + silentMs, () => {
        if (this.#isOver) return
        this.#call(id, chance)
        next()
      })
    }
    next()
  }

  /** Everybody falls silent. */
  finish(): void {
    this.#isOver = true
  }

  #call(id: number, chance: Chance, tries = 1): void {
    const again = () => {
      if (tries < TRIES_MAX) this.#road.agenda.after(CALL_AGAIN_MS, () => this.#call(id, chance, tries + 1))
    }
    const product = this.#road.someProduct(chance)
    if (product === null) {
      again()
      return
    }
    product.process.enter(() => {
      product.ping(monitorKey(id).text).then(() => this.#road.isHeard(id), again)
    })
  }
}
