import type { Process } from '../world/process.ts'
import type { Verdicts } from './verdicts.ts'

interface Message {
  holder: Process | null
  calls: number
  /** One, and one more for each answer that was no yes and each fault that hit it. */
  callsMax: number
}

/** A claim by a clock that was read long ago is somebody else's before it is used. */
const LEASE_LEFT_MS_MIN = 5_000

/** Counts the calls for each message: one, unless an answer or a fault explains another (invariants.md NOT-2). */
export class Attempts {
  readonly #verdicts: Verdicts
  readonly #messages = new Map<string, Message>()
  readonly #inHand = new Set<string>()
  calls = 0
  copies = 0

  constructor(verdicts: Verdicts) {
    this.#verdicts = verdicts
  }

  get count(): number {
    return this.#messages.size
  }

  has(id: string): boolean {
    return this.#messages.has(id)
  }

  begin(id: string): void {
    this.#messages.set(id, { holder: null, calls: 0, callsMax: 1 })
  }

  claim(id: string, holder: Process | null, leaseLeftMs: number): void {
    const message = this.#messages.get(id)
    if (!message) return
    message.holder = holder
    this.#inHand.add(id)
    if (leaseLeftMs < LEASE_LEFT_MS_MIN) message.callsMax++
  }

  /** It is in nobody's hands any more. */
  release(id: string): void {
    this.#inHand.delete(id)
  }

  isHeldBy(id: string, process: Process | null): boolean {
    return process !== null && this.#messages.get(id)?.holder === process
  }

  seeCall(id: string, process: Process): void {
    const message = this.#messages.get(id)
    if (!message) {
      this.#verdicts.broken('NOT-2', `node ${process.node} calls for ${id}, which nobody planned`)
      return
    }
    this.calls++
    message.calls++
    if (message.calls > 1) this.copies++
    this.#verdicts.unless(message.calls <= message.callsMax, 'NOT-2', () => {
      return `call ${message.calls} for ${id} by node ${process.node}, and ${message.callsMax} are explained`
    })
  }

  /** The other side said no, or nothing: it may be asked again. */
  seeFailure(id: string): void {
    const message = this.#messages.get(id)
    if (message) message.callsMax++
  }

  /** A fault hit this process, or all of them: whatever is in its hands may be sent once more. */
  seeFault(process: Process | null): void {
    for (const id of this.#inHand) {
      const message = this.#messages.get(id)
      if (message && (process === null || message.holder === process)) message.callsMax++
    }
  }
}
