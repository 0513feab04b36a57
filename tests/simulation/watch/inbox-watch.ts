import type { Selectable } from 'kysely'
import type { AlertTable, DeliveryTable } from '../../../server/database/tables.ts'
import { ENDINGS_MAX } from '../../../server/intake/decide.ts'
import { all, keyOf, type MemoryTables } from '../memory/tables.ts'
import { isLeftAlone, type Letter } from '../world/deliveries.ts'
import type { PlannedSource } from '../world/plan.ts'
import type { Verdicts } from './verdicts.ts'

type DeliveryRow = Selectable<DeliveryTable>
type AlertRow = Selectable<AlertTable>

interface Sent {
  alertSourceId: number
  letter: Letter
  isPromised: boolean
}

/** One monitor's key, as it stands by what arrived in the order of arrival. */
type KeyState = 'PENDING' | 'ACCEPTED' | null

const ATTEMPTS_MAX = 5
/** So often a process ended over it alone. */
const SET_ASIDE = ['failed-repeatedly', 'ends-the-process']
const READ_MS_MAX = 5_000

/** Holds what senders were promised against what became of it. */
export class InboxWatch {
  readonly #tables: MemoryTables
  readonly #verdicts: Verdicts
  readonly #sources: ReadonlyMap<number, PlannedSource>
  /** True in a world where nothing may be late. */
  readonly #isPunctual: boolean
  readonly #sent = new Map<string, Sent>()
  readonly #keys = new Map<string, KeyState>()
  readonly #repeatKeys = new Set<string>()
  /** Alerts that nobody got on with, and that wait for an answer again. */
  readonly #cameBack = new Set<number>()
  promised = 0

  constructor(options: {
    tables: MemoryTables
    verdicts: Verdicts
    sources: ReadonlyMap<number, PlannedSource>
    isPunctual: boolean
  }) {
    this.#tables = options.tables
    this.#verdicts = options.verdicts
    this.#sources = options.sources
    this.#isPunctual = options.isPunctual
  }

  isTried({ id, alertSourceId, letter }: { id: string; alertSourceId: number; letter: Letter }): void {
    this.#sent.set(id, { alertSourceId, letter, isPromised: false })
  }

  isPromised(id: string): void {
    const sent = this.#sent.get(id)
    if (!sent) return
    sent.isPromised = true
    this.promised++
    const isThere = this.#tables.delivery.get(keyOf(sent.alertSourceId, id)) !== null
    this.#verdicts.unless(isThere, 'ING-1', () => `delivery ${id} was promised and is not there`)
  }

  letterOf(id: string): Letter | null {
    return this.#sent.get(id)?.letter ?? null
  }

  /** A delivery changed; it has at most one outcome, and a fitting one. */
  seeDelivery(before: DeliveryRow | null, after: DeliveryRow | null): void {
    if (before === null || after === null) {
      this.#verdicts.unless(after !== null, 'ING-2', () => `delivery ${before?.id} is gone`)
      return
    }
    this.#verdicts.unless(before.outcome === 'NEW', 'ING-2', () => {
      return `delivery ${after.id} was ${before.outcome} and becomes ${after.outcome}`
    })
    if (after.outcome === 'NEW') return
    const letter = this.letterOf(after.id)
    if (letter) this.#judgeOutcome(after, letter)
    // What we tell ourselves is always understood.
    const isSetAside = after.outcome === 'QUARANTINED' && !SET_ASIDE.includes(after.rule ?? '')
    this.#verdicts.unless(letter !== null || !isSetAside, 'ING-2', () => `our own delivery is ${after.rule}`)
  }

  #judgeOutcome(row: DeliveryRow, { meaning }: Letter): void {
    const fitting = () => {
      if (row.rule === 'failed-repeatedly') {
        // Others may be broken over and over by injected faults, where there are some.
        const isExplained = !this.#isPunctual || meaning.effect === 'POISON'
        return isExplained && row.attempts >= ATTEMPTS_MAX && row.outcome === 'QUARANTINED'
      }
      if (row.rule === 'ends-the-process') return row.begun_alone >= ENDINGS_MAX && row.outcome === 'QUARANTINED'
      switch (meaning.effect) {
        case 'BROKEN':
        case 'POISON':
          return row.outcome === 'QUARANTINED'
        case 'TEST':
          return row.outcome === 'IGNORED' || row.outcome === 'APPLIED' || row.outcome === 'DUPLICATE'
        case 'VERIFY':
          return row.outcome === 'APPLIED'
        default:
          return row.outcome !== 'QUARANTINED'
      }
    }
    this.#verdicts.unless(fitting(), 'ING-2', () => {
      return `delivery ${row.id} (${meaning.effect}) is ${row.outcome} by ${row.rule}: ${row.reason}`
    })
    const waitedMs = (row.processed_at?.getTime() ?? Number.POSITIVE_INFINITY) - row.received_at.getTime()
    const mayWait = !this.#isPunctual || meaning.effect === 'POISON' || meaning.effect === 'TEST'
    this.#verdicts.unless(mayWait || waitedMs <= READ_MS_MAX, 'ING-2', () => {
      return `delivery ${row.id} was read after ${waitedMs} ms, and nothing went wrong`
    })
  }

  /** Events of monitors that were read in one transaction, in the order of arrival: what each key is now. */
  followKeys(rows: readonly DeliveryRow[]): void {
    const touched = new Set<string>()
    for (const row of [...rows].sort((one, other) => one.seq - other.seq)) {
      const source = this.#sources.get(row.alert_source_id)
      const meaning = this.letterOf(row.id)?.meaning
      if (!meaning || source?.type !== 'API' || SET_ASIDE.includes(row.rule ?? '')) continue
      if (this.#isRepeat(row, meaning.repeatKey) || meaning.key === null) continue
      const name = keyOf(row.alert_source_id, meaning.key)
      this.#keys.set(name, stateAfter(this.#keys.get(name) ?? null, meaning.effect))
      if (source.grouping === 'ONE_ALERT_PER_EMAIL') touched.add(name)
    }
    for (const name of touched) {
      const openId = this.#tables.openOfKey.keyOf(name)
      const status = openId === undefined ? null : (this.#tables.alert.get(openId)?.status ?? null)
      const expected = this.#keys.get(name) ?? null
      this.#verdicts.unless(status === expected, 'DED-3', () => {
        return `the alert of ${name} is ${status ?? 'not open'}, and ${expected ?? 'none open'} by what arrived`
      })
    }
  }

  #isRepeat(row: DeliveryRow, repeatKey: string | null): boolean {
    if (repeatKey === null) return false
    const name = keyOf(row.alert_source_id, repeatKey)
    const isRepeat = this.#repeatKeys.has(name)
    this.#repeatKeys.add(name)
    this.#verdicts.unless((row.outcome === 'DUPLICATE') === isRepeat, 'DED-1', () => {
      return `delivery ${row.id} with the repeat key ${repeatKey} is ${row.outcome}`
    })
    return isRepeat
  }

  /** An alert waits for an answer again, and its source has nothing to do with that. */
  seeReturn(alert: AlertRow): void {
    this.#cameBack.add(alert.id)
    if (alert.alert_key_folded === null) return
    const name = keyOf(alert.alert_source_id, alert.alert_key_folded)
    if (this.#keys.get(name) === 'ACCEPTED') this.#keys.set(name, 'PENDING')
  }

  /** An alert was answered or resolved by somebody else than its source. */
  seeAnswer(alert: AlertRow): void {
    if (alert.alert_key_folded === null) return
    const name = keyOf(alert.alert_source_id, alert.alert_key_folded)
    if (this.#keys.has(name)) this.#keys.set(name, alert.status === 'ACCEPTED' ? 'ACCEPTED' : null)
  }

  /** What arrived before a process began, is about this alert and would end its climb, and was not read yet. */
  unreadAnswer(alert: AlertRow, sinceMs: number, nowMs: number): string | null {
    for (const row of all(this.#tables.unread)) {
      const meaning = this.letterOf(row.id)?.meaning
      if (!meaning || meaning.key === null || meaning.key !== alert.alert_key_folded) continue
      if (row.alert_source_id !== alert.alert_source_id || row.attempts > 0) continue
      if (row.received_at.getTime() > sinceMs || row.due_at.getTime() > nowMs) continue
      if (meaning.effect === 'ACCEPT' || meaning.effect === 'RESOLVE') return row.id
    }
    return null
  }

  /** After healing: nothing is unread, and records that nobody of ours touched stand as 4me says. */
  judgeEnd(dbNowMs: number): void {
    for (const row of this.#tables.delivery.rows) {
      // What we tell ourselves may have just been told.
      const isJustTold = row.received_at.getTime() > dbNowMs - READ_MS_MAX
      this.#verdicts.unless(row.outcome !== 'NEW' || isJustTold, 'ING-2', () => {
        return `delivery ${row.id} was never read: ${row.reason}`
      })
    }
    for (const [id, sent] of this.#sent) {
      const isThere = !sent.isPromised || this.#tables.delivery.get(keyOf(sent.alertSourceId, id)) !== null
      this.#verdicts.unless(isThere, 'ING-1', () => `delivery ${id} was promised and is lost`)
    }
    this.#judgeRecords()
  }

  #judgeRecords(): void {
    const changes = new Map<string, { effect: string; version: number }[]>()
    const spoilt = new Set<string>()
    for (const row of this.#tables.delivery.rows) {
      const meaning = this.letterOf(row.id)?.meaning
      if (!meaning || meaning.key === null || meaning.version === null || meaning.effect === 'TEST') continue
      const name = keyOf(row.alert_source_id, meaning.key)
      if (row.outcome === 'QUARANTINED') spoilt.add(name)
      const known = changes.get(name) ?? []
      known.push({ effect: meaning.effect, version: meaning.version })
      changes.set(name, known)
    }
    const latest = new Map<string, AlertRow>()
    for (const alert of this.#tables.alert.rows) {
      if (alert.alert_key_folded !== null) latest.set(keyOf(alert.alert_source_id, alert.alert_key_folded), alert)
    }
    for (const [name, told] of changes) {
      if (spoilt.has(name)) continue
      const status = latest.get(name)?.status ?? null
      const expected = inOrder(told, this.#sources.get(Number(name.slice(0, name.indexOf('/'))))?.reopen ?? 'NEW_ALERT')
      const key = name.slice(name.indexOf('/') + 1)
      // Whoever answered here changes what comes of it, but what ended is over for everybody.
      const isBack = status === 'PENDING' && expected === 'ACCEPTED' && this.#cameBack.has(latest.get(name)?.id ?? 0)
      const agrees = isLeftAlone(key) || expected === 'RESOLVED' ? status === expected || isBack : true
      this.#verdicts.unless(agrees, 'DED-3', () => {
        return `${name} is ${status ?? 'unknown'}, and ${expected ?? 'unknown'} by its changes in their own order`
      })
    }
  }
}

function stateAfter(state: KeyState, effect: string): KeyState {
  switch (effect) {
    case 'ALERT':
      return state ?? 'PENDING'
    case 'ACCEPT':
      return state === null ? null : 'ACCEPTED'
    case 'RESOLVE':
      return null
    default:
      return state
  }
}

/** How a record's alert stands after all its changes, each once and in the record's own order; null when it has none. */
function inOrder(told: readonly { effect: string; version: number }[], reopen: PlannedSource['reopen']): string | null {
  const ordered = [...new Map(told.map((change) => [change.version, change])).values()].sort(
    (one, other) => one.version - other.version,
  )
  let status: string | null = null
  for (const { effect } of ordered) {
    // Once over, over for good.
    if (status === 'RESOLVED' && reopen === 'IGNORE') continue
    if (effect === 'ALERT' && (status === null || status === 'RESOLVED')) status = 'PENDING'
    if (effect === 'ACCEPT' && status !== null) status = 'ACCEPTED'
    if (effect === 'RESOLVE' && status !== null) status = 'RESOLVED'
  }
  return status
}
