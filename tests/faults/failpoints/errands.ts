import { type Incident, incident, type Keys, type Kind, nameIn, type Status } from '../incident.ts'
import type { Ledger } from '../ledger.ts'
import { deliverUntilKept } from '../sender.ts'
import { until } from '../until.ts'
import type { Mortal } from './mortal.ts'

/** What can be said of an open alert while somebody is at a point. */
export type Answer = 'accept' | 'resolve'

/** An incident of the outside world that somebody follows to its end. */
export interface Errand {
  incident: Incident
  /** Says so in the outside world, or to the product itself where the outside world cannot. */
  answer(answer: Answer): Promise<void>
  /** When it was begun and ended, in milliseconds since 1970. */
  from: number
  until: number
}

interface AlertShown {
  id: number
  summary: string
  status: string
  labels: Record<string, string>
}

const READ_MS_MAX = 60_000
const RANKS: Record<Status, number> = { PENDING: 0, ACCEPTED: 1, RESOLVED: 2 }
const STATUS_AFTER = { accept: 'ACCEPTED', resolve: 'RESOLVED' } as const

/** Opens incidents, answers them, and keeps the ledger of both. */
export class Errands {
  readonly open: Errand[] = []
  readonly #node: Mortal
  readonly #ledger: Ledger

  constructor(node: Mortal, ledger: Ledger) {
    this.#node = node
    this.#ledger = ledger
  }

  /** The n-th incident, once its opening is kept. */
  async begin(kind: Kind, n: number, keys: Keys): Promise<Errand> {
    const told = incident(kind, n, keys)
    const from = Date.now()
    await this.#deliver(told.name, told.opening)
    this.#ledger.wanted.set(told.name, 'PENDING')
    this.#ledger.moments.set(told.name, { triedAt: from, promisedAt: Date.now(), answeredFrom: null })
    const errand: Errand = {
      incident: told,
      from,
      until: Number.POSITIVE_INFINITY,
      answer: (answer) => this.#answer(errand, answer),
    }
    this.open.push(errand)
    return errand
  }

  /** From now on, an answer may have been given. */
  noteAnswer({ incident: { name } }: Errand, answer: Answer): void {
    const moments = this.#ledger.moments.get(name)
    if (moments) moments.answeredFrom ??= Date.now()
    const before = this.#ledger.wanted.get(name) ?? 'PENDING'
    const after = STATUS_AFTER[answer]
    if (RANKS[after] > RANKS[before]) this.#ledger.wanted.set(name, after)
  }

  isAnswered({ incident: { name } }: Errand): boolean {
    return this.#ledger.moments.get(name)?.answeredFrom !== null
  }

  /** All that are open are answered at once. */
  async answerAll(answer: Answer): Promise<void> {
    const open = this.open.filter(({ until }) => until > Date.now())
    await Promise.all(open.map((errand) => errand.answer(answer)))
  }

  /** Its alert, as the API shows it, as soon as there is one. */
  async alertOf({ incident: { name } }: Errand): Promise<AlertShown> {
    return until(`there is an alert of ${name}`, READ_MS_MAX, async () => {
      const alerts = await this.#node.get<AlertShown[]>('/api/alerts?max-results=100')
      return alerts.find(({ summary }) => nameIn(summary) === name)
    })
  }

  async #answer(errand: Errand, answer: Answer): Promise<void> {
    const said = errand.incident.answers.find(({ status }) => status === STATUS_AFTER[answer])
    if (said) {
      this.noteAnswer(errand, answer)
      await this.#deliver(errand.incident.name, said.message)
    } else {
      const { id } = await this.alertOf(errand)
      this.noteAnswer(errand, answer)
      const { status } = await this.#node.call(
        'PUT',
        `/api/alerts/${id}/${answer}`,
        answer === 'resolve' ? {} : undefined,
      )
      // Accepting what somebody else resolved meanwhile is a conflict, and changes nothing.
      if (status !== 200 && status !== 409) throw new Error(`${answer} of ${errand.incident.name}: ${status}`)
    }
    if (answer === 'resolve') errand.until = Date.now()
  }

  #deliver(name: string, message: Incident['opening']): Promise<void> {
    return deliverUntilKept({ url: () => this.#node.url, name, message, ledger: this.#ledger })
  }
}
