import type { Database } from '../database/connection.ts'
import type { Admission, Integration, Outbound } from '../integrations/contract.ts'
import { ADMISSION_HEADER } from '../integrations/contract.ts'
import type { Log } from '../runtime/log.ts'
import { Problem } from '../runtime/problem.ts'
import { elapsedMs } from '../runtime/timers.ts'
import type { KnownKey } from './key-ring.ts'
import { noteRefusal } from './refusals/actions.ts'

/** Whoever has a key may write so many refusals a second, and no more. */
const NOTED_PER_SECOND = 5
const UNKNOWN_RETRY_SECONDS = 10
const SOURCES_MAX = 1_000

/** Checks who sent a delivery, where its source asks for proof; refuses it before anything is kept. */
export class Guard {
  readonly #parts: { db: Database; outbound: Outbound; log: Log }
  readonly #noted = new Map<number, { second: number; count: number }>()

  constructor(parts: { db: Database; outbound: Outbound; log: Log }) {
    this.#parts = parts
  }

  /** Headers to keep with a delivery that is let in; throws when it is not. */
  async admit(
    key: KnownKey,
    integration: Integration,
    body: Buffer,
    now: () => Promise<Date>,
  ): Promise<Record<string, string>> {
    if (!integration.admit || !integration.mustAdmit?.(key.settings)) return {}
    const at = await now()
    const admission = await integration.admit(body.toString('utf8'), key.settings, this.#parts.outbound, at)
    switch (admission.kind) {
      case 'admitted':
        return { [ADMISSION_HEADER]: admission.mark }
      case 'unknown':
        this.#parts.log.warn({ alertSourceId: key.alertSourceId, reason: admission.reason }, 'intake.not-checked')
        throw new Problem('signature-unchecked', 'The signature could not be checked just now. Send it again.', {
          retryAfterSeconds: UNKNOWN_RETRY_SECONDS,
        })
      case 'refused':
        await this.#note(key, integration.slug, admission, at)
        throw new Problem('signature-refused', admission.reason)
    }
  }

  async #note(key: KnownKey, slug: string, { rule, reason }: Admission & { kind: 'refused' }, at: Date): Promise<void> {
    const { alertSourceId } = key
    this.#parts.log.warn({ alertSourceId, rule }, 'intake.refused')
    const second = Math.floor(elapsedMs() / 1_000)
    const noted = this.#noted.get(alertSourceId)
    const count = noted?.second === second ? noted.count + 1 : 1
    this.#noted.delete(alertSourceId)
    this.#noted.set(alertSourceId, { second, count })
    const oldest = this.#noted.keys().next()
    if (this.#noted.size > SOURCES_MAX && !oldest.done) this.#noted.delete(oldest.value)
    if (count > NOTED_PER_SECOND) return
    await noteRefusal(this.#parts.db, { alertSourceId, slug, rule, reason }, at).catch((cause: unknown) => {
      // The refusal stands whether or not it could be counted.
      this.#parts.log.warn({ alertSourceId, reason: String(cause) }, 'intake.refusal-not-noted')
    })
  }
}
