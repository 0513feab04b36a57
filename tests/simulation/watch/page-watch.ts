import type { Selectable } from 'kysely'
import type { Outcome } from '../../../server/channels/contract.ts'
import type { NotificationTable } from '../../../server/database/tables.ts'
import type { MemoryTables } from '../memory/tables.ts'
import type { Process } from '../world/process.ts'
import type { Verdicts } from './verdicts.ts'

type Row = Selectable<NotificationTable>

/** What is known of one intent from outside: who holds it, and what the provider was asked and said. */
interface Intent {
  alertId: number
  holder: Process | null
  claimedAtMs: number
  calls: number
  /** One, and one more for each temporary failure and each fault that hit it. */
  callsMax: number
  /** What the provider said to each process since its last claim. */
  said: Map<Process, Set<Outcome['kind']>>
}

/** Whose transaction it was, and when. */
export interface Doer {
  process: Process | null
  /** The database's clock, the latest that it ever showed, and one that never jumps. */
  dbNowMs: number
  dbLatestMs: number
  elapsedMs: number
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
  readonly #wasHit: (process: Process) => boolean
  readonly #intents = new Map<string, Intent>()
  readonly #steps = new Set<string>()
  /** Held by a process that may still work on it. */
  readonly #inHand = new Set<string>()
  calls = 0
  copies = 0
  /** Claims by a clock that was read long before. */
  staleClaims = 0
  /** Pages that left after somebody had answered: claimed before, and held up by a fault. */
  callsAfterAnswer = 0

  /** `wasHit`: true for a process that a fault hit, or that ended. */
  constructor(tables: MemoryTables, verdicts: Verdicts, wasHit: (process: Process) => boolean) {
    this.#tables = tables
    this.#verdicts = verdicts
    this.#wasHit = wasHit
  }

  get count(): number {
    return this.#intents.size
  }

  /** An intent changed in a transaction of this process. */
  see(before: Row | null, after: Row | null, by: Doer): void {
    const { process, dbLatestMs } = by
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
      this.#seeCancelled(before, after, dbLatestMs)
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
    if (after.status !== 'SENDING') this.#seeEnding(after, intent, process, dbLatestMs)
  }

  #begin(row: Row): void {
    const step = stepOf(row)
    this.#verdicts.unless(!this.#steps.has(step), 'ESC-2', () => `a second intent for ${nameOf(row)}`)
    this.#steps.add(step)
    this.#verdicts.unless(row.status === 'SCHEDULED', 'NOT-1', () => `${nameOf(row)} begins as ${row.status}`)
    this.#intents.set(row.id, {
      alertId: row.alert_id,
      holder: null,
      claimedAtMs: 0,
      calls: 0,
      callsMax: 1,
      said: new Map(),
    })
  }

  #seeClaim(before: Row, after: Row, intent: Intent, { process, dbNowMs, dbLatestMs, elapsedMs }: Doer): void {
    const status = this.#tables.alert.get(after.alert_id)?.status
    this.#verdicts.unless(
      status === 'PENDING',
      'ESC-3',
      () => `${nameOf(after)} is claimed while its alert is ${status}`,
    )
    this.#verdicts.unless(before.lease_until === null || before.lease_until.getTime() <= dbLatestMs, 'CLU-1', () => {
      return `${nameOf(after)} is claimed while another process holds it`
    })
    this.#verdicts.unless(
      before.due_at.getTime() <= dbLatestMs,
      'NOT-1',
      () => `${nameOf(after)} is claimed before it is due`,
    )
    const { holder } = intent
    this.#verdicts.unless(before.status !== 'SENDING' || holder === null || this.#wasHit(holder), 'NOT-3', () => {
      return `${nameOf(after)} is taken over from a process that nothing happened to`
    })
    const wasHit = process === null || this.#wasHit(process)
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

  #seeCancelled(before: Row, after: Row, dbLatestMs: number): void {
    const status = this.#tables.alert.get(after.alert_id)?.status
    this.#verdicts.unless(status !== 'PENDING', 'NOT-1', () => `${nameOf(after)} is cancelled, and nobody answered`)
    const isFree = before.status === 'SCHEDULED' || (before.lease_until?.getTime() ?? 0) <= dbLatestMs
    this.#verdicts.unless(isFree, 'NOT-1', () => `${nameOf(after)} is cancelled under way`)
    this.#inHand.delete(after.id)
  }

  /** Somebody answered: whatever did not leave does not leave. */
  seeAnswered(alertId: number, { process, dbNowMs }: Doer): void {
    // What a stopped process believes the time to be is its own.
    const isLate = process !== null && this.#wasHit(process)
    for (const row of this.#tables.notificationsOfAlert.of(alertId)) {
      const isFree =
        row.status === 'SCHEDULED' ||
        (row.status === 'SENDING' && !isLate && (row.lease_until?.getTime() ?? 0) < dbNowMs - CLAIM_TO_CALL_MS_MAX)
      this.#verdicts.unless(!isFree, 'ESC-3', () => `${nameOf(row)} is still ${row.status} when its alert is answered`)
    }
  }

  #seeEnding(after: Row, intent: Intent, process: Process | null, dbLatestMs: number): void {
    const said = (process && intent.said.get(process)) ?? new Set()
    const ageMs = dbLatestMs - after.created_at.getTime()
    const fits =
      (after.status === 'SUCCESS' && said.has('sent')) ||
      (after.status === 'SCHEDULED' && said.has('retry')) ||
      (after.status === 'ERROR' && (said.has('refused') || (said.has('retry') && ageMs >= GIVE_UP_MS)))
    this.#verdicts.unless(
      fits,
      'NOT-4',
      () => `${nameOf(after)} is ${after.status}, and the provider said ${[...said].join(', ') || 'nothing'}`,
    )
    this.#inHand.delete(after.id)
  }

  /** The provider is asked for an intent. */
  seeCall(id: string, process: Process, elapsedMs: number): void {
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
    if (this.#tables.alert.get(intent.alertId)?.status !== 'PENDING') this.callsAfterAnswer++
    const waitedMs = elapsedMs - intent.claimedAtMs
    if (intent.holder !== process || this.#wasHit(process)) return
    this.#verdicts.unless(waitedMs <= CLAIM_TO_CALL_MS_MAX, 'ESC-3', () => {
      return `${this.#describe(id)} is sent ${waitedMs} ms after it was claimed`
    })
  }

  seeAnswer(id: string, process: Process, outcome: Outcome): void {
    const intent = this.#intents.get(id)
    if (!intent) return
    const said = intent.said.get(process)
    if (said) said.add(outcome.kind)
    else intent.said.set(process, new Set([outcome.kind]))
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
