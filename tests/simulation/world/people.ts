import { type AnsweringBy, acceptAlert, resolveAlert } from '../../../server/alerts/actions.ts'
import type { Message } from '../../../server/channels/contract.ts'
import { Problem } from '../../../server/runtime/problem.ts'
import { type Chance, chanceOf } from '../chance.ts'
import { asDatabase } from '../memory/database.ts'
import type { Agenda } from '../time/agenda.ts'
import { isLeftAlone } from './deliveries.ts'
import type { Product } from './node.ts'
import type { Plan } from './plan.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const AGAIN_MS = 20_000
const TRIES_MAX = 6

export interface Town {
  agenda: Agenda
  someProduct(chance: Chance): Product | null
  /** The person behind a mail address, by their place in the plan and their row; null for nobody. */
  personOf(target: string): { index: number; id: number; name: string } | null
  keyOfAlert(alertId: number): string | null
}

/** Who is paged, and who tidies up: they answer soon, late or not at all, and the same alert more than once. */
export class People {
  readonly #town: Town
  readonly #plan: Plan
  readonly #chance: Chance

  constructor(town: Town, plan: Plan) {
    this.#town = town
    this.#plan = plan
    this.#chance = chanceOf(plan.seed, 'people')
  }

  /** Somebody reads what they were sent. */
  read(message: Message): void {
    if (message.kind !== 'page' || message.update !== null) return
    const person = this.#town.personOf(message.target)
    const nature = person && this.#plan.people[person.index]
    if (!person || !nature || isLeftAlone(this.#town.keyOfAlert(message.alert.id))) return
    if (!this.#chance.percent(nature.answersPercent)) return
    const by: AnsweringBy = { kind: 'person', personId: person.id, name: person.name, through: 'from the e-mail' }
    const afterMs = this.#chance.magnitude(2_000, nature.patienceMs)
    if (this.#chance.percent(20)) {
      this.#answer('resolve', message.alert.id, by, afterMs)
      return
    }
    this.#answer('accept', message.alert.id, by, afterMs)
    if (this.#chance.percent(70))
      this.#answer('resolve', message.alert.id, by, afterMs + this.#chance.magnitude(MINUTE_MS, 8 * HOUR_MS))
  }

  /** Somebody looks through the list of alerts now and then. */
  seeNew(alertId: number): void {
    if (isLeftAlone(this.#town.keyOfAlert(alertId))) return
    if (this.#chance.percent(10))
      this.#answer('accept', alertId, { kind: 'automation' }, this.#chance.magnitude(1_000, HOUR_MS))
    if (this.#chance.percent(90)) {
      this.#answer('resolve', alertId, { kind: 'automation' }, this.#chance.magnitude(HOUR_MS, 72 * HOUR_MS))
    }
  }

  #answer(verb: 'accept' | 'resolve', alertId: number, by: AnsweringBy, afterMs: number, tries = 1): void {
    this.#town.agenda.after(afterMs, () => {
      const again = () => {
        if (tries < TRIES_MAX) this.#answer(verb, alertId, by, AGAIN_MS, tries + 1)
      }
      const product = this.#town.someProduct(this.#chance)
      if (product === null) return again()
      product.process.enter(() => {
        void act(product, verb, alertId, by).catch((cause) => {
          // Somebody was faster.
          if (!(cause instanceof Problem)) again()
        })
      })
    })
  }
}

async function act(product: Product, verb: 'accept' | 'resolve', alertId: number, by: AnsweringBy): Promise<void> {
  const db = asDatabase(product.process.db)
  const now = await product.clock.now()
  if (verb === 'accept') await acceptAlert(db, alertId, by, now)
  else await resolveAlert(db, alertId, by, null, now)
}
