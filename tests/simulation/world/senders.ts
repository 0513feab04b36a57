import { type Chance, chanceOf } from '../chance.ts'
import type { Agenda } from '../time/agenda.ts'
import {
  apiLetter,
  brokenLetter,
  fourmeLetter,
  type Letter,
  poisonLetter,
  STATUSES,
  type Status,
  testLetter,
  verifyLetter,
} from './deliveries.ts'
import type { Fourme, RecordChange } from './fourme.ts'
import type { Product } from './node.ts'
import type { Plan, PlannedSource } from './plan.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const PATIENCE_MS = 10_000
const RETRY_MS = [5_000, 15_000, MINUTE_MS, 5 * MINUTE_MS] as const
const KEYS = 12

/** What senders are told, and what they tell. */
export interface Street {
  agenda: Agenda
  /** Milliseconds since 1970 in the senders' world. */
  nowMs(): number
  fourme: Fourme
  /** A node that takes connections, if any does. */
  someProduct(chance: Chance): Product | null
  isTried(delivery: { id: string; alertSourceId: number; letter: Letter }): void
  isPromised(id: string): void
}

/** The systems that tell of trouble: they send until they are promised, at times twice, at times days late. */
export class Senders {
  readonly #street: Street
  readonly #plan: Plan
  readonly #chance: Chance
  #isOver = false
  #count = 0
  /** Letters whose time has not come. */
  readonly #waiting = new Set<() => void>()

  constructor(street: Street, plan: Plan) {
    this.#street = street
    this.#plan = plan
    this.#chance = chanceOf(plan.seed, 'senders')
  }

  /** True while something was not promised yet. */
  get hasOpenLetters(): boolean {
    return this.#open > 0
  }
  #open = 0

  /** Begins to tell of what a source watches. */
  start(alertSourceId: number, source: PlannedSource): void {
    const chance = chanceOf(this.#plan.seed, `source ${alertSourceId}`)
    const usesRepeatKeys = chance.percent(30)
    const next = () => {
      this.#street.agenda.after(chance.wait(DAY_MS / source.incidentsPerDay), () => {
        if (this.#isOver) return
        if (chance.percent(2)) this.#oddity(alertSourceId, source, chance)
        else if (source.type === 'API') this.#outage(alertSourceId, chance, usesRepeatKeys)
        else this.#record(alertSourceId, chance)
        next()
      })
    }
    next()
  }

  /** Nothing new happens any more; what is late is sent now. */
  finish(): void {
    this.#isOver = true
    for (const send of [...this.#waiting]) send()
  }

  #oddity(alertSourceId: number, source: PlannedSource, chance: Chance): void {
    const seconds = Math.floor(this.#street.nowMs() / 1_000)
    if (source.type === 'API' && this.#plan.faults.has('poison')) this.#tell(alertSourceId, 0, poisonLetter())
    else if (source.type === 'API' || chance.percent(40)) this.#tell(alertSourceId, 0, brokenLetter())
    else if (chance.percent(50)) this.#tell(alertSourceId, 0, testLetter())
    else this.#tell(alertSourceId, 0, verifyLetter(seconds + chance.magnitude(10, 3_600)))
  }

  /** A monitor sees something fail, says so once or more, and mostly sees it come back. */
  #outage(alertSourceId: number, chance: Chance, usesRepeatKeys: boolean): void {
    const folded = `host-${chance.between(1, KEYS)}`
    const key = chance.percent(4)
      ? null
      : { folded, spelling: chance.percent(10) ? ` ${folded.toUpperCase()} ` : folded }
    const priority = chance.oneOf([null, null, null, 'HIGH', 'LOW'] as const)
    const say = (effect: 'ALERT' | 'ACCEPT' | 'RESOLVE' | 'COMMENT', afterMs: number) => {
      const repeatKey = usesRepeatKeys ? `event-${this.#count++}` : null
      this.#tell(alertSourceId, afterMs, apiLetter(effect, key, { priority, repeatKey }))
    }
    say('ALERT', 0)
    if (key === null) return
    for (let again = chance.oneOf([0, 0, 0, 1, 3]); again > 0; again--)
      say('ALERT', chance.magnitude(1_000, 2 * HOUR_MS))
    if (chance.percent(10)) say('COMMENT', chance.magnitude(1_000, HOUR_MS))
    if (chance.percent(10)) say('ACCEPT', chance.magnitude(10_000, 2 * HOUR_MS))
    if (chance.percent(75)) say('RESOLVE', chance.magnitude(MINUTE_MS, 12 * HOUR_MS))
  }

  /** A request is created in 4me, and goes through some of its states. */
  #record(alertSourceId: number, chance: Chance): void {
    const id = this.#street.fourme.nextId()
    let afterMs = 0
    const change = (status: Status) => {
      this.#street.agenda.after(afterMs, () => {
        if (!this.#isOver) this.#street.fourme.change(alertSourceId, id, status)
      })
      afterMs += chance.magnitude(10_000, 6 * HOUR_MS)
    }
    change(chance.percent(85) ? 'assigned' : chance.oneOf(['accepted', 'on_the_moon']))
    for (let more = chance.oneOf([0, 0, 1, 2, 3, 5]); more > 0; more--) change(chance.oneOf(STATUSES))
    if (chance.percent(75)) change('completed')
  }

  /** 4me tells of a change by webhook. */
  tellChange(change: RecordChange): void {
    this.#tell(change.alertSourceId, 0, fourmeLetter(change))
  }

  /** Sends a letter when its time has come, or later, and at times once more. */
  #tell(alertSourceId: number, afterMs: number, letter: Letter): void {
    const { duplicatePercent, latePercent, lateMsMax } = this.#plan.sender
    const lateMs = this.#chance.percent(latePercent) ? this.#chance.magnitude(1_000, lateMsMax) : 0
    if (this.#isOver) {
      this.#later(0, () => this.#send(alertSourceId, letter))
      return
    }
    this.#later(afterMs + lateMs, () => this.#send(alertSourceId, letter))
    if (!this.#chance.percent(duplicatePercent)) return
    this.#later(afterMs + lateMs + this.#chance.magnitude(1, lateMsMax), () => this.#send(alertSourceId, letter))
  }

  #later(ms: number, send: () => void): void {
    this.#open++
    const go = () => {
      appointment.cancel()
      if (this.#waiting.delete(go)) send()
    }
    const appointment = this.#street.agenda.after(ms, go)
    this.#waiting.add(go)
  }

  #send(alertSourceId: number, letter: Letter, attempt = 0): void {
    const { agenda } = this.#street
    const again = () => {
      const ms = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? MINUTE_MS
      agenda.after(ms, () => this.#send(alertSourceId, letter, attempt + 1))
    }
    const product = this.#street.someProduct(this.#chance)
    if (product === null) {
      again()
      return
    }

    let isOver = false
    const end = (isPromised: boolean) => {
      if (isOver) return
      isOver = true
      patience.cancel()
      if (isPromised) this.#open--
      else again()
    }
    const patience = agenda.after(PATIENCE_MS, () => end(false))
    const id = deliveryId(this.#plan.seed, this.#count++)
    this.#street.isTried({ id, alertSourceId, letter })
    const arrival = { alertSourceId, id, answerStatus: 200, headers: letter.headers, body: letter.body }
    product.process.enter(() => {
      product.keep(arrival).then(
        () => {
          this.#street.isPromised(id)
          end(true)
        },
        () => end(false),
      )
    })
  }
}

function deliveryId(seed: number, count: number): string {
  return `${seed.toString(16).padStart(8, '0')}-0000-4000-8000-${count.toString(16).padStart(12, '0')}`
}
