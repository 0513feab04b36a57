import type { Channel, ChannelMethod, Message, Outcome } from '../../../server/channels/contract.ts'
import type { Chance } from '../chance.ts'
import type { Agenda } from '../time/agenda.ts'
import type { Plan } from './plan.ts'
import type { Process } from './process.ts'

/** What a provider says later of a message that it took. */
export type Receipt = 'DELIVERED' | 'UNDELIVERED'

/** Who hears of what the provider is asked and says. */
export interface PostalEars {
  isAsked(process: Process, message: Message): void
  hasSaid(process: Process, message: Message, outcome: Outcome): void
  /** A message is in somebody's hands. */
  isDelivered(message: Message): void
  /** The provider calls back. */
  isConfirmed(message: Message, receipt: Receipt): void
}

/** What each process can send by. */
const METHODS: readonly ChannelMethod[] = ['EMAIL', 'SMS', 'VOICE']
const RECEIPT_MS_MAX = 10 * 60_000

/** Somebody else's mail server and telephones: slow, at times unwilling, and not always honest about what they did. */
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

  /** The channels as one process has them. */
  channelsOf(process: Process): Channel[] {
    return METHODS.map((method) => ({
      method,
      send: async (message, signal) => {
        const stop = process.pass('send')
        if (stop !== null) await stop
        return this.#send(process, method, message, signal)
      },
      probe: async () => null,
      close: async () => {},
    }))
  }

  #send(process: Process, method: ChannelMethod, message: Message, signal: AbortSignal | undefined): Promise<Outcome> {
    this.#ears.isAsked(process, message)
    const latencyMs = this.#chance.magnitude(1, this.#nature.latencyMsMax)
    const { outcome, arrives } = this.#decide(method !== 'EMAIL')
    if (arrives) this.#agenda.after(latencyMs / 2, () => this.#ears.isDelivered(message))
    if (arrives && method !== 'EMAIL') this.#confirm(message, latencyMs)
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

  #decide(confirms: boolean): { outcome: Outcome; arrives: boolean } {
    const { retryPercent, lossPercent, refusePercent, gonePercent } = this.#nature
    if (this.isDown || this.#chance.percent(retryPercent)) {
      return { outcome: { kind: 'retry', reason: 'Try again later.' }, arrives: false }
    }
    if (this.#chance.percent(refusePercent)) {
      const isGone = this.#chance.percent(gonePercent)
      return { outcome: { kind: 'refused', reason: 'Nobody lives here.', isGone }, arrives: false }
    }
    // It took the message, and its yes was lost.
    if (this.#chance.percent(lossPercent)) {
      return { outcome: { kind: 'retry', reason: 'No answer in time.' }, arrives: true }
    }
    return { outcome: { kind: 'sent', receipt: null, ...(confirms ? { awaitsReceipt: true } : {}) }, arrives: true }
  }

  /** It says later whether a message arrived: at times before its yes is heard, twice, wrongly or never. */
  #confirm(message: Message, latencyMs: number): void {
    const { silentPercent, failPercent } = this.#nature
    if (this.#chance.percent(silentPercent)) return
    const receipt = this.#chance.percent(failPercent) ? 'UNDELIVERED' : 'DELIVERED'
    const afterMs = this.#chance.percent(10) ? latencyMs / 2 : latencyMs + this.#chance.magnitude(100, RECEIPT_MS_MAX)
    this.#agenda.after(afterMs, () => this.#ears.isConfirmed(message, receipt))
    if (this.#chance.percent(10)) {
      this.#agenda.after(afterMs + this.#chance.magnitude(1, RECEIPT_MS_MAX), () =>
        this.#ears.isConfirmed(message, this.#chance.percent(50) ? 'DELIVERED' : receipt),
      )
    }
  }
}
