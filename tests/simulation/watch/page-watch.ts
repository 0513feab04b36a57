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

const FINAL = ['SUCCESS', 'ERROR', 'CANCELLED', 'BUNDLED']
/** How far the news is that a provider tells later. */
const RECEIPTS = [null, 'WAITING', 'UNDELIVERED', 'DELIVERED', 'ANSWERED']
/** Whoever heard nothing for so long gets a high page at once. */
const FIRST_PAGE_MS = 60_000
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
  bundled = 0
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
    this.#seeReceipt(before, after)
    if (FINAL.includes(before.status)) {
      const notice = after.bundle_id === null ? null : this.#tables.notice.get(after.bundle_id)
      // Its summary never got through, so it failed too.
      const isLost = before.status === 'BUNDLED' && after.status === 'ERROR' && notice?.status === 'ERROR'
      const isKept = after.status === before.status || isRefuted(before, after) || isLost
      this.#verdicts.unless(isKept, 'NOT-1', () => `${nameOf(after)} was ${before.status} and becomes ${after.status}`)
      return
    }
    if (after.status === 'CANCELLED') {
      this.#seeCancelled(before, after, dbLatestMs)
      return
    }
    if (after.status === 'BUNDLED') {
      this.#seeBundled(before, after, by)
      return
    }
    if (after.status === 'SENDING' && after.fence !== before.fence) {
      this.#seeClaim(before, after, intent, by)
      return
    }
    const isFree = before.status === 'SCHEDULED' || (before.lease_until?.getTime() ?? 0) <= dbLatestMs
    // It is moved before anybody takes it: sooner, or behind another call to the same number.
    if (after.status === 'SCHEDULED' && after.fence === before.fence && after.attempts === before.attempts && isFree) {
      if (before.status === 'SCHEDULED' || (process !== intent.holder && intent.holder !== null)) return
    }
    if (after.status === before.status && isSameBut(before, after)) return
    // Where the clock was set back, what waits looks altered to the auditor, who makes it due.
    if (after.status === 'SCHEDULED' && after.fence === before.fence + 1 && by.dbNowMs < dbLatestMs) return
    this.#verdicts.unless(
      process !== null && intent.holder === process && after.fence === before.fence,
      'CLU-1',
      () => {
        return `${nameOf(after)} goes from ${before.status} to ${after.status} by a process that does not hold it`
      },
    )
    // It looked once more before it left, and nobody need be asked any more.
    const isNeedless = this.#tables.alert.get(after.alert_id)?.status !== 'PENDING' || this.#isOfEarlierClimb(after)
    if (after.status === 'SCHEDULED' && after.due_at === before.due_at && isNeedless) {
      this.#inHand.delete(after.id)
      return
    }
    if (after.status !== 'SENDING') this.#seeEnding(after, intent, process, dbLatestMs)
  }

  #begin(row: Row): void {
    const step = stepOf(row)
    this.#verdicts.unless(
      row.level_index < -1 || !this.#steps.has(step),
      'ESC-2',
      () => `a second intent for ${nameOf(row)}`,
    )
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
      status === 'PENDING' || after.kind === 'UPDATE',
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
    const isReplaced = status === 'PENDING' && (this.#gotThroughOtherwise(after) || this.#isOfEarlierClimb(after))
    this.#verdicts.unless(status !== 'PENDING' || isReplaced, 'NOT-1', () => {
      return `${nameOf(after)} is cancelled, and nobody answered`
    })
    const isFree = before.status === 'SCHEDULED' || (before.lease_until?.getTime() ?? 0) <= dbLatestMs
    this.#verdicts.unless(isFree, 'NOT-1', () => `${nameOf(after)} is cancelled under way`)
    this.#inHand.delete(after.id)
  }

  /** Another page got through, which it stands in for or which stands in for it. */
  #gotThroughOtherwise(page: Row): boolean {
    for (const one of this.#tables.notificationsOfAlert.of(page.alert_id)) {
      const isOther = one.stands_in_for === page.id || one.id === page.stands_in_for
      if (isOther && (one.status === 'SUCCESS' || one.receipt_state === 'DELIVERED')) return true
    }
    return false
  }

  #isOfEarlierClimb(page: Row): boolean {
    return (this.#tables.escalation.get(page.alert_id)?.climb ?? 0) > page.climb
  }

  /** A page that is told in a summary instead: its reason is said, and nobody waits for a first page because of it. */
  #seeBundled(before: Row, after: Row, { dbNowMs, dbLatestMs }: Doer): void {
    const isFree = before.status === 'SCHEDULED' || (before.lease_until?.getTime() ?? 0) <= dbLatestMs
    this.#verdicts.unless(isFree, 'NOT-1', () => `${nameOf(after)} is bundled under way`)
    const notice = after.bundle_id === null ? null : this.#tables.notice.get(after.bundle_id)
    this.#verdicts.unless(notice !== null && after.error !== null, 'NOT-6', () => {
      return `${nameOf(after)} is bundled, and nothing tells of it`
    })
    this.bundled++
    this.#inHand.delete(after.id)
    if (after.priority !== 'HIGH' || dbNowMs < dbLatestMs) return
    const since = (after.finished_at?.getTime() ?? dbNowMs) - FIRST_PAGE_MS
    const heard = [...this.#tables.sentToPerson.of(after.person_id)].some(
      (one) => one.status === 'SENDING' || (one.finished_at?.getTime() ?? 0) > since,
    )
    this.#verdicts.unless(
      heard,
      'NOT-6',
      () => `${nameOf(after)} is bundled, and its person heard nothing for a minute`,
    )
  }

  /** What a provider tells late or twice moves nothing backwards. */
  #seeReceipt(before: Row, after: Row): void {
    // Each attempt begins without.
    if (after.fence !== before.fence) return
    const isForward = RECEIPTS.indexOf(after.receipt_state) >= RECEIPTS.indexOf(before.receipt_state)
    this.#verdicts.unless(isForward, 'NOT-12', () => {
      return `the receipt of ${nameOf(after)} goes from ${before.receipt_state} to ${after.receipt_state}`
    })
  }

  /** Somebody answered: whatever did not leave does not leave. */
  seeAnswered(alertId: number, { process, dbNowMs }: Doer): void {
    // What a stopped process believes the time to be is its own.
    const isLate = process !== null && this.#wasHit(process)
    for (const row of this.#tables.notificationsOfAlert.of(alertId)) {
      if (row.kind === 'UPDATE') continue
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
    // A process that was stopped before it could ask tries again later.
    const wasStopped = after.status === 'SCHEDULED' && process !== null && this.#wasHit(process)
    // Nothing goes where nobody can be reached any more, and a receipt may be faster than the answer.
    const isTold = after.status === 'ERROR' && (after.receipt_state === 'UNDELIVERED' || this.#isGone(after))
    this.#verdicts.unless(
      fits || isTold || wasStopped,
      'NOT-4',
      () => `${nameOf(after)} is ${after.status}, and the provider said ${[...said].join(', ') || 'nothing'}`,
    )
    this.#inHand.delete(after.id)
    if (after.status === 'ERROR' && process !== null && !this.#wasHit(process)) this.#checkOtherWay(after)
  }

  /** Its person or contact was removed, or the contact does not work. */
  #isGone(page: Row): boolean {
    const contact = this.#tables.contact.get(page.contact_id)
    const isThere = this.#tables.person.get(page.person_id)?.deleted_at === null
    return !isThere || contact === null || contact.removed_at !== null || contact.broken_at !== null
  }

  /** A high page failed for good: its person is reached by another way, as long as there is one. */
  #checkOtherWay(page: Row): void {
    if (page.priority !== 'HIGH') return
    const step = personOfStep(page)
    const pages = [...this.#tables.notificationsOfAlert.of(page.alert_id)].filter((row) => personOfStep(row) === step)
    if (pages.some((row) => row.status !== 'ERROR' && row.status !== 'CANCELLED')) return
    const unused = [...this.#tables.contactsOfPerson.of(page.person_id)]
      .filter((row) => row.verified_at !== null && row.broken_at === null && row.removed_at === null)
      .flatMap(({ id, method }) => (method === 'EMAIL' ? ['EMAIL'] : ['SMS', 'VOICE']).map((way) => `${id}/${way}`))
      .filter((way) => !pages.some((row) => `${row.contact_id}/${row.channel}` === way))
    const isGone = this.#tables.person.get(page.person_id)?.deleted_at !== null
    this.#verdicts.unless(isGone || unused.length === 0, 'NOT-5', () => {
      return `${nameOf(page)} failed, and ${unused.join(', ')} is not tried`
    })
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
  judgeEnd(dbNowMs: number): void {
    for (const row of this.#tables.notification.rows) {
      // A way that its person wants later may not be due yet.
      const isOver = FINAL.includes(row.status) || row.due_at.getTime() > dbNowMs
      this.#verdicts.unless(isOver, 'NOT-1', () => `${nameOf(row)} is still ${row.status}`)
    }
    for (const row of this.#tables.notice.rows) {
      // A digest may wait for the end of somebody's night.
      const isOver = FINAL.includes(row.status) || row.due_at.getTime() > dbNowMs
      this.#verdicts.unless(isOver, 'NOT-1', () => `a notice of ${row.kind} is still ${row.status}`)
    }
  }

  #describe(id: string): string {
    for (const row of this.#tables.notification.rows) if (row.id === id) return nameOf(row)
    return id
  }
}

/** One step's pages to one person. */
function personOfStep({ climb, round, level_index, person_id }: Row): string {
  return [climb, round, level_index, person_id].join('/')
}

function stepOf(row: Row): string {
  const { alert_id, climb, round, level_index, person_id, contact_id, channel } = row
  return [alert_id, climb, round, level_index, person_id, contact_id, channel].join('/')
}

/** The provider took it, and says later that it did not arrive. */
function isRefuted(before: Row, after: Row): boolean {
  return before.status === 'SUCCESS' && after.status === 'ERROR' && after.receipt_state === 'UNDELIVERED'
}

/** Nothing but its receipt is news. */
function isSameBut(before: Row, after: Row): boolean {
  return before.receipt_state !== after.receipt_state && before.lease_until === after.lease_until
}

/** The same in every run, unlike its id. */
export function nameOf(row: Row | null): string {
  if (row === null) return 'an intent'
  return `alert ${row.alert_id} climb ${row.climb} round ${row.round} level ${row.level_index} ${row.channel} to contact ${row.contact_id}`
}
