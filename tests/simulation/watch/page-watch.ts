import type { Selectable } from 'kysely'
import type { Outcome } from '../../../server/channels/contract.ts'
import type { NotificationTable } from '../../../server/database/tables.ts'
import type { MemoryTables } from '../memory/tables.ts'
import type { Process } from '../world/process.ts'
import type { Verdicts } from './verdicts.ts'

type Row = Selectable<NotificationTable>

/** What is known of one intent from outside: who holds it, and what the provider was asked and said. */
interface Intent {
  holder: Process | null
  claimedAtMs: number
  calls: number
  /** One, and one more for each temporary failure and each fault that hit it. */
  callsMax: number
  /** What the provider said to this process last. */
  said: Map<Process, Outcome['kind']>
}

/** Whose transaction it was, and when. */
export interface Doer {
  process: Process | null
  dbNowMs: number
  elapsedMs: number
  /** True once a fault hit the process: what it does late is the fault's. */
  wasHit: boolean
}

const FINAL = ['SUCCESS', 'ERROR', 'CANCELLED']
/** A lease lasts 10 s from the reading of the clock, which is just before. */
const LEASE_MS_MIN = 8_000
const CLAIM_TO_CALL_MS_MAX = 2_000
const GIVE_UP_MS = 24 * 3_600_000

/** Watches every intent from its step to its end (invariants.md NOT-1, NOT-2, ESC-3, CLU-1). */
export class PageWatch {
  readonly #tables: MemoryTables
  readonly #verdicts: Verdicts
  readonly #intents = new Map<string, Intent>()
  readonly #steps = new Set<string>()
  /** Held by a process that may still work on it. */
  readonly #inHand = new Set<string>()
  calls = 0
  copies = 0
  /** Claims by a clock that was read long before. */
  staleClaims = 0
  longestToCallMs = 0

  constructor(tables: MemoryTables, verdicts: Verdicts) {
    this.#tables = tables
    this.#verdicts = verdicts
  }

  get count(): number {
    return this.#intents.size
  }

  /** An intent changed in a transaction of this process. */
  see(before: Row | null, after: Row | null, by: Doer): void {
    const { process, dbNowMs } = by
    if (after === null) {
      this.#verdicts.broken('NOT-1', `intent ${nameOf(before)} is gone`)
      return
    }
    if (before === null) {
      this.#begin(after)
      return
    }
    const intent = this.#intents.get(after.id)
    if (!intent) {
      this.#verdicts.broken('NOT-1', `nobody saw ${nameOf(after)} begin`)
      return
    }
    if (FINAL.includes(before.status)) {
      this.#verdicts.broken('NOT-1', `${nameOf(after)} was ${before.status} and becomes ${after.status}`)
      return
    }
    if (after.status === 'CANCELLED') {
      this.#seeCancelled(before, after, dbNowMs)
      return
    }
    if (after.status === 'SENDING' && after.fence !== before.fence) {
      this.#seeClaim(before, after, intent, by)
      return
    }
    this.#verdicts.unless(
      process !== null && intent.holder === process && after.fence === before.fence,
      'CLU-1',
      () => {
        return `${nameOf(after)} goes from ${before.status} to ${after.status} by a process that does not hold it`
      },
    )
    if (after.status !== 'SENDING') this.#seeEnding(after, intent, process, dbNowMs)
  }

  #begin(row: Row): void {
    const step = stepOf(row)
    this.#verdicts.unless(!this.#steps.has(step), 'ESC-2', () => `a second intent for ${nameOf(row)}`)
    this.#steps.add(step)
    this.#verdicts.unless(row.status === 'SCHEDULED', 'NOT-1', () => `${nameOf(row)} begins as ${row.status}`)
    this.#intents.set(row.id, { holder: null, claimedAtMs: 0, calls: 0, callsMax: 1, said: new Map() })
  }

  #seeClaim(before: Row, after: Row, intent: Intent, { process, dbNowMs, elapsedMs, wasHit }: Doer): void {
    const status = this.#tables.alert.get(after.alert_id)?.status
    this.#verdicts.unless(
      status === 'PENDING',
      'ESC-3',
      () => `${nameOf(after)} is claimed while its alert is ${status}`,
    )
    this.#verdicts.unless(before.lease_until === null || before.lease_until.getTime() <= dbNowMs, 'CLU-1', () => {
      return `${nameOf(after)} is claimed while another process holds it`
    })
    this.#verdicts.unless(
      before.due_at.getTime() <= dbNowMs,
      'NOT-1',
      () => `${nameOf(after)} is claimed before it is due`,
    )
    const leaseMs = (after.lease_until?.getTime() ?? 0) - dbNowMs
    this.#verdicts.unless(leaseMs > LEASE_MS_MIN || wasHit, 'CLU-1', () => {
      return `${nameOf(after)} is claimed for ${leaseMs} ms`
    })
    // It read the clock, was stopped, and claims by what it read: whoever comes next may claim again at once.
    if (leaseMs <= LEASE_MS_MIN) {
      this.staleClaims++
      intent.callsMax++
    }
    intent.holder = process
    intent.claimedAtMs = elapsedMs
    if (process !== null) intent.said.delete(process)
    this.#inHand.add(after.id)
  }

  #seeCancelled(before: Row, after: Row, dbNowMs: number): void {
    const status = this.#tables.alert.get(after.alert_id)?.status
    this.#verdicts.unless(status !== 'PENDING', 'NOT-1', () => `${nameOf(after)} is cancelled, and nobody answered`)
    const isFree = before.status === 'SCHEDULED' || (before.lease_until?.getTime() ?? 0) <= dbNowMs
    this.#verdicts.unless(isFree, 'NOT-1', () => `${nameOf(after)} is cancelled under way`)
    this.#inHand.delete(after.id)
  }

  /** Somebody answered: whatever did not leave does not leave. */
  seeAnswered(alertId: number, dbNowMs: number): void {
    for (const row of this.#tables.notificationsOfAlert.of(alertId)) {
      const isFree =
        row.status === 'SCHEDULED' ||
        (row.status === 'SENDING' && (row.lease_until?.getTime() ?? 0) < dbNowMs - CLAIM_TO_CALL_MS_MAX)
      this.#verdicts.unless(!isFree, 'ESC-3', () => `${nameOf(row)} is still ${row.status} when its alert is answered`)
    }
  }

  #seeEnding(after: Row, intent: Intent, process: Process | null, dbNowMs: number): void {
    const said = process === null ? undefined : intent.said.get(process)
    const ageMs = dbNowMs - after.created_at.getTime()
    const fits =
      (after.status === 'SUCCESS' && said === 'sent') ||
      (after.status === 'SCHEDULED' && said === 'retry') ||
      (after.status === 'ERROR' && (said === 'refused' || (said === 'retry' && ageMs >= GIVE_UP_MS)))
    this.#verdicts.unless(
      fits,
      'NOT-4',
      () => `${nameOf(after)} is ${after.status}, and the provider said ${said ?? 'nothing'}`,
    )
    this.#inHand.delete(after.id)
  }

  /** The provider is asked for an intent. */
  seeCall(id: string, process: Process, elapsedMs: number, wasHit: boolean): void {
    this.calls++
    const intent = this.#intents.get(id)
    if (!intent) {
      this.#verdicts.broken('NOT-2', `a call for ${id}, which is no intent`)
      return
    }
    intent.calls++
    if (intent.calls > 1) this.copies++
    this.#verdicts.unless(intent.calls <= intent.callsMax, 'NOT-2', () => {
      return `call ${intent.calls} for ${this.#describe(id)}, and ${intent.callsMax} are explained`
    })
    const waitedMs = elapsedMs - intent.claimedAtMs
    if (intent.holder !== process || wasHit) return
    this.longestToCallMs = Math.max(this.longestToCallMs, waitedMs)
    this.#verdicts.unless(waitedMs <= CLAIM_TO_CALL_MS_MAX, 'ESC-3', () => {
      return `${this.#describe(id)} is sent ${waitedMs} ms after it was claimed`
    })
  }

  seeAnswer(id: string, process: Process, outcome: Outcome): void {
    const intent = this.#intents.get(id)
    if (!intent) return
    intent.said.set(process, outcome.kind)
    if (outcome.kind === 'retry') intent.callsMax++
  }

  /** A fault hit this process, or all of them: whatever is in its hands may be sent once more. */
  seeFault(process: Process | null): void {
    for (const id of this.#inHand) {
      const intent = this.#intents.get(id)
      if (intent && (process === null || intent.holder === process)) intent.callsMax++
    }
  }

  /** After healing nothing is on its way any more. */
  judgeEnd(): void {
    for (const row of this.#tables.notification.rows) {
      this.#verdicts.unless(FINAL.includes(row.status), 'NOT-1', () => `${nameOf(row)} is still ${row.status}`)
    }
  }

  #describe(id: string): string {
    for (const row of this.#tables.notification.rows) if (row.id === id) return nameOf(row)
    return id
  }
}

function stepOf(row: Row): string {
  return `${row.alert_id}/${row.round}/${row.level_index}/${row.person_id}/${row.contact_id}`
}

/** The same in every run, unlike its id. */
export function nameOf(row: Row | null): string {
  if (row === null) return 'an intent'
  return `alert ${row.alert_id} round ${row.round} level ${row.level_index} contact ${row.contact_id}`
}
