import type { Channel, Outcome, PageMessage } from '../../../server/channels/contract.ts'
import type { Chance } from '../chance.ts'
import type { Agenda } from '../time/agenda.ts'
import type { Plan } from './plan.ts'
import type { Process } from './process.ts'

/** Who hears of what the provider is asked and says. */
export interface PostalEars {
  isAsked(process: Process, message: PageMessage): void
  hasSaid(process: Process, message: PageMessage, outcome: Outcome): void
  /** A mail is in somebody's mailbox. */
  isDelivered(message: PageMessage): void
}

/** Somebody else's mail server: slow, at times unwilling, and not always honest about what it did. */
export class PostOffice {
  isDown = false
  readonly #agenda: Agenda
  readonly #chance: Chance
  readonly #nature: Plan['provider']
  readonly #ears: PostalEars

  constructor(options: { agenda: Agenda; chance: Chance; nature: Plan['provider']; ears: PostalEars }) {
    this.#agenda = options.agenda
    this.#chance = options.chance
    this.#nature = options.nature
    this.#ears = options.ears
  }

  /** The channel as one process has it. */
  channelOf(process: Process): Channel {
    return {
      method: 'EMAIL',
      send: async (message, signal) => {
        const stop = process.pass('send')
        if (stop !== null) await stop
        return this.#send(process, message, signal)
      },
      close: async () => {},
    }
  }

  #send(process: Process, message: PageMessage, signal: AbortSignal | undefined): Promise<Outcome> {
    this.#ears.isAsked(process, message)
    const latencyMs = this.#chance.magnitude(1, this.#nature.latencyMsMax)
    const { outcome, arrives } = this.#decide()
    if (arrives) this.#agenda.after(latencyMs / 2, () => this.#ears.isDelivered(message))
    return new Promise((resolve) => {
      const answer = (said: Outcome) => {
        timer.cancel()
        signal?.removeEventListener('abort', give)
        this.#ears.hasSaid(process, message, said)
        const stop = process.pass('sent')
        if (stop === null) resolve(said)
        else void stop.then(() => resolve(said))
      }
      const give = () => answer({ kind: 'retry', reason: 'The call was given up.' })
      const timer = process.after(latencyMs, () => answer(outcome))
      signal?.addEventListener('abort', give, { once: true })
    })
  }

  #decide(): { outcome: Outcome; arrives: boolean } {
    const { retryPercent, lossPercent, refusePercent } = this.#nature
    if (this.isDown || this.#chance.percent(retryPercent)) {
      return { outcome: { kind: 'retry', reason: 'Try again later.' }, arrives: false }
    }
    if (this.#chance.percent(refusePercent)) {
      return { outcome: { kind: 'refused', reason: 'No such mailbox.' }, arrives: false }
    }
    // It took the mail, and its yes was lost.
    if (this.#chance.percent(lossPercent)) {
      return { outcome: { kind: 'retry', reason: 'No answer in time.' }, arrives: true }
    }
    return { outcome: { kind: 'sent', receipt: null }, arrives: true }
  }
}
