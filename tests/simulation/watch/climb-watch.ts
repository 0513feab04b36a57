import type { Selectable } from 'kysely'
import type { AlertTable, EscalationTable, NotificationTable } from '../../../server/database/tables.ts'
import type { MemoryTables } from '../memory/tables.ts'
import { ExpectedClimb, type Firing } from './expected-climb.ts'
import type { Verdicts } from './verdicts.ts'

type AlertRow = Selectable<AlertTable>
type ClimbRow = Selectable<EscalationTable>
type IntentRow = Selectable<NotificationTable>

/** What one transaction did to one alert. */
export interface AlertNews {
  alert: { before: AlertRow | null; after: AlertRow | null } | null
  climb: { before: ClimbRow | null; after: ClimbRow | null } | null
  /** New intents, in the order in which they were made. */
  intents: IntentRow[]
}

const LATE_MS_MAX = 15_000

/** Holds every climb against the reference (invariants.md ESC-1 to ESC-5). */
export class ClimbWatch {
  readonly #tables: MemoryTables
  readonly #verdicts: Verdicts
  readonly #enrichmentWaitMs: number
  /** True in a world without faults, where nothing may be late. */
  readonly #isPunctual: boolean
  readonly #climbs = new Map<number, ExpectedClimb>()
  firings = 0
  unattended = 0
  worstLatenessMs = 0

  constructor(options: { tables: MemoryTables; verdicts: Verdicts; enrichmentWaitMs: number; isPunctual: boolean }) {
    this.#tables = options.tables
    this.#verdicts = options.verdicts
    this.#enrichmentWaitMs = options.enrichmentWaitMs
    this.#isPunctual = options.isPunctual
  }

  /** Whatever a transaction did to an alert; `fired` hears of every step that was asked. */
  see(alertId: number, news: AlertNews, dbNowMs: number, fired: (alert: AlertRow) => void): void {
    const alert = this.#tables.alert.get(alertId)
    if (alert === null) {
      this.#verdicts.broken('DED-1', `alert ${alertId} is gone`)
      return
    }
    if (news.climb?.before === null && news.climb.after !== null) this.#begin(alert, news.climb.after)

    const climb = this.#climbs.get(alertId)
    const wasAnswered = news.alert !== null && news.alert.before?.status === 'PENDING' && alert.status !== 'PENDING'
    if (climb && wasAnswered) {
      this.#verdicts.unless(news.intents.length === 0, 'ESC-3', () => `alert ${alertId} is answered and asks on`)
      climb.answer()
    } else if (climb && (news.intents.length > 0 || hasMoved(news.climb))) {
      this.#advance(alert, climb, news, dbNowMs)
      if (news.intents.length > 0) fired(alert)
    } else if (!climb && news.intents.length > 0) {
      this.#verdicts.broken('ESC-1', `alert ${alertId} asks people without a climb`)
    } else if (climb && news.climb?.before && news.climb.after) {
      this.#seeSooner(alertId, climb, news.climb.after)
    }
    this.#checkTimer(alert, dbNowMs)
  }

  #begin(alert: AlertRow, row: ClimbRow): void {
    const policy = this.#tables.escalation_policy.get(alert.escalation_policy_id)
    const expected = policy && {
      levels: policy.levels,
      rounds: Math.max(1, policy.frequency),
      delayMinutes: policy.delay_minutes,
    }
    if (!expected) {
      this.#verdicts.broken('ESC-1', `alert ${alert.id} climbs no policy`)
      return
    }
    if (row.due_at === null) {
      // Opened and answered by deliveries that were read together.
      const climb = new ExpectedClimb(expected, 0)
      climb.answer()
      this.#climbs.set(alert.id, climb)
      this.#verdicts.unless(alert.status !== 'PENDING', 'ESC-1', () => `alert ${alert.id} begins without a timer`)
      return
    }
    const startMs = row.started_at.getTime()
    const firstMs = startMs + expected.delayMinutes * 60_000
    const latestMs = Math.max(firstMs, startMs + this.#enrichmentWaitMs)
    this.#verdicts.unless(row.due_at.getTime() >= firstMs && row.due_at.getTime() <= latestMs, 'ESC-2', () => {
      return `the first level of alert ${alert.id} is due ${row.due_at?.getTime()}, not from ${firstMs} to ${latestMs}`
    })
    this.#climbs.set(alert.id, new ExpectedClimb(expected, row.due_at.getTime()))
  }

  /** The first page need not wait for facts any more; it is never earlier than the policy says. */
  #seeSooner(alertId: number, climb: ExpectedClimb, row: ClimbRow): void {
    const dueMs = row.due_at?.getTime() ?? null
    if (dueMs === null || dueMs === climb.dueMs) return
    const earliestMs = row.started_at.getTime() + climb.policy.delayMinutes * 60_000
    this.#verdicts.unless(climb.isUnstarted && dueMs < climb.dueMs && dueMs >= earliestMs, 'ESC-2', () => {
      return `alert ${alertId} was due ${climb.dueMs}, and is due ${dueMs} without having asked`
    })
    climb.dueMs = dueMs
  }

  #advance(alert: AlertRow, climb: ExpectedClimb, news: AlertNews, dbNowMs: number): void {
    const row = news.climb?.after
    const at = news.intents[0]?.created_at ?? row?.stopped_at
    if (!row || !at) {
      this.#verdicts.broken('ESC-1', `alert ${alert.id} asks people and its climb does not move`)
      return
    }
    const atMs = at.getTime()
    this.#verdicts.unless(atMs >= climb.dueMs && atMs <= dbNowMs, 'ESC-2', () => {
      return `alert ${alert.id} asks at ${atMs}, is due at ${climb.dueMs}, and it is ${dbNowMs}`
    })
    const latenessMs = atMs - climb.dueMs
    this.worstLatenessMs = Math.max(this.worstLatenessMs, latenessMs)
    this.#verdicts.unless(!this.#isPunctual || latenessMs <= LATE_MS_MAX, 'ESC-2', () => {
      return `alert ${alert.id} asks ${latenessMs} ms late, and nothing went wrong`
    })
    const expected = climb.advance(atMs, alert.priority, (id) => this.#contactsOf(id).length > 0)
    this.firings += expected.length
    if (climb.end === 'unattended') this.unattended++
    this.#compare(alert.id, expected, news.intents)
    this.#compareStanding(alert, climb, row)
  }

  #compare(alertId: number, expected: readonly Firing[], made: readonly IntentRow[]): void {
    const owed = expected.flatMap(({ round, levelIndex, people }) =>
      people.flatMap((id) => this.#contactsOf(id).map((contact) => `${round}/${levelIndex}/${id}/${contact}`)),
    )
    const found = made.map((row) => `${row.round}/${row.level_index}/${row.person_id}/${row.contact_id}`)
    // Within a level nobody is before anybody.
    const isSame = owed.length === found.length && owed.toSorted().join() === found.toSorted().join()
    this.#verdicts.unless(isSame && isInOrder(made), 'ESC-1', () => {
      return `alert ${alertId} owes [${owed.join(' ')}] and asks [${found.join(' ')}]`
    })
  }

  #compareStanding(alert: AlertRow, climb: ExpectedClimb, row: ClimbRow): void {
    const { standing } = climb
    const isSame =
      'end' in standing
        ? row.due_at === null && (standing.end === 'unattended') === (alert.unattended_since !== null)
        : row.due_at?.getTime() === standing.dueMs &&
          row.round === standing.round &&
          row.level_index === standing.levelIndex
    this.#verdicts.unless(isSame, 'end' in standing ? 'ESC-5' : 'ESC-1', () => {
      const place = `level ${row.level_index} round ${row.round} due ${row.due_at?.getTime() ?? 'never'}`
      return `alert ${alert.id} stands at ${place}, and must stand at ${JSON.stringify(standing)}`
    })
  }

  /** Open and unanswered with steps left: exactly one timer. Everything else has none. */
  #checkTimer(alert: AlertRow, dbNowMs: number): void {
    const row = this.#tables.escalation.get(alert.id)
    const climb = this.#climbs.get(alert.id)
    const mustClimb = alert.status === 'PENDING' && !climb?.isOver
    const dueMs = row?.due_at?.getTime() ?? null
    this.#verdicts.unless((dueMs !== null) === mustClimb, 'ESC-4', () => {
      return `alert ${alert.id} is ${alert.status} and ${dueMs === null ? 'has no timer' : 'has a timer'}`
    })
    if (dueMs === null || !climb) return
    const latestMs = dbNowMs + Math.max(climb.longestWaitMs, this.#enrichmentWaitMs)
    this.#verdicts.unless(
      dueMs <= latestMs,
      'ESC-4',
      () => `the timer of alert ${alert.id} is ${dueMs - latestMs} ms too far`,
    )
  }

  /** After healing nobody is still owed a page. */
  judgeEnd(dbNowMs: number): void {
    for (const alert of this.#tables.alert.rows) {
      this.#checkTimer(alert, dbNowMs)
      const climb = this.#climbs.get(alert.id)
      if (!climb || climb.isOver) continue
      this.#verdicts.unless(climb.dueMs > dbNowMs - LATE_MS_MAX, 'ESC-1', () => {
        return `alert ${alert.id} was due ${dbNowMs - climb.dueMs} ms ago and did not ask`
      })
    }
  }

  #contactsOf(personId: number): number[] {
    if (this.#tables.person.get(personId)?.deleted_at !== null) return []
    return [...this.#tables.contactsOfPerson.of(personId)].flatMap((contact) =>
      contact.verified_at === null ? [] : [contact.id],
    )
  }
}

function hasMoved(climb: AlertNews['climb']): boolean {
  if (!climb?.after || !climb.before) return false
  return (
    climb.before.level_index !== climb.after.level_index ||
    climb.before.round !== climb.after.round ||
    (climb.before.stopped_at === null && climb.after.stopped_at !== null)
  )
}

function isInOrder(rows: readonly IntentRow[]): boolean {
  return rows.every((row, index) => {
    const before = rows[index - 1]
    return !before || before.round < row.round || (before.round === row.round && before.level_index <= row.level_index)
  })
}
