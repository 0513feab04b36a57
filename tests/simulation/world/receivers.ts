import type { Outbound } from '../../../server/integrations/contract.ts'
import { OutboundError } from '../../../server/runtime/outbound.ts'
import type { Chance } from '../chance.ts'
import type { PlannedReceiver } from './plan-duties.ts'
import type { Process } from './process.ts'

const HOST = 'receiver.example'

/** Where an alert action sends. */
export const RECEIVER_URL = `https://${HOST}/alerts`

/** Who hears of what a place is told, by the run's id. */
export interface ReceiverEars {
  isCalled(runId: number, process: Process): void
  /** `isYes`: it says that it took the message; null: the caller hears nothing. */
  hasSaid(runId: number, said: 'yes' | 'no' | 'later' | 'nothing'): void
}

/** Somebody else's systems that alert actions tell: slow, at times unwilling, and their answers at times lost. */
export class Receivers {
  isDown = false
  readonly #chance: Chance
  readonly #ears: ReceiverEars
  #nature: PlannedReceiver

  constructor(options: { chance: Chance; nature: PlannedReceiver; ears: ReceiverEars }) {
    this.#chance = options.chance
    this.#nature = options.nature
    this.#ears = options.ears
  }

  /** From now on they take everything. */
  recover(): void {
    this.#nature = { ...this.#nature, retryPercent: 0, lossPercent: 0, refusePercent: 0 }
  }

  /** What a process reaches outside: these places by their host, everything else by `others`. */
  reachedBy(process: Process, others: Outbound): Outbound {
    return async (request, signal) => {
      if (new URL(request.url).host !== HOST) return others(request, signal)
      const stop = process.pass('send')
      if (stop !== null) await stop
      const runId = Number(/^tocsin_run_(\d+)$/.exec(request.headers?.['webhook-id'] ?? '')?.[1] ?? Number.NaN)
      this.#ears.isCalled(runId, process)
      const said = this.#decide()
      this.#ears.hasSaid(runId, said)
      const latencyMs = this.#chance.magnitude(1, this.#nature.latencyMsMax)
      await new Promise<void>((resolve) => process.after(latencyMs, resolve))
      const back = process.pass('sent')
      if (back !== null) await back
      if (said === 'nothing') throw new OutboundError('timeout', 'The other side does not answer.')
      return { status: said === 'yes' ? 204 : said === 'no' ? 410 : 503, headers: {}, body: '' }
    }
  }

  #decide(): 'yes' | 'no' | 'later' | 'nothing' {
    const { retryPercent, lossPercent, refusePercent } = this.#nature
    if (this.isDown || this.#chance.percent(retryPercent)) return 'later'
    if (this.#chance.percent(refusePercent)) return 'no'
    return this.#chance.percent(lossPercent) ? 'nothing' : 'yes'
  }
}
