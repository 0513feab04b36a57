import type { Selectable } from 'kysely'
import type { AlertTable, EscalationTable, NotificationTable, StoredLevel } from '../../../server/database/tables.ts'
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
  returns = 0
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
    const row = news.climb?.after ?? null
    const before = news.climb?.before ?? null
    if (row !== null && row.climb > (before?.climb ?? 0)) this.#begin(alert, row, news.alert?.before === null)

    // What stands in for a page that failed is no step, and neither are the last resort and updates.
    const asked = news.intents.filter((intent) => intent.level_index >= 0 && intent.stands_in_for === null)
    const climb = this.#climbs.get(alertId)
    const wasAnswered = news.alert !== null && news.alert.before?.status === 'PENDING' && alert.status !== 'PENDING'
    if (climb && wasAnswered) {
      this.#verdicts.unless(asked.length === 0, 'ESC-3', () => `alert ${alertId} is answered and asks on`)
      climb.answer()
    } else if (climb && (asked.length > 0 || hasMoved(news.climb))) {
      this.#advance(alert, climb, { climb: news.climb, intents: asked }, dbNowMs)
      if (asked.length > 0) fired(alert)
    } else if (!climb && asked.length > 0) {
      this.#verdicts.broken('ESC-1', `alert ${alertId} asks people without a climb`)
    } else if (climb && before && row && row.climb === before.climb) {
      if (row.failures > before.failures) climb.dueMs = row.due_at?.getTime() ?? climb.dueMs
      else this.#seeSooner(alert, climb, row)
    }
    this.#checkLastResort(alert, news)
    this.#checkTimer(alert, dbNowMs)
  }

  #begin(alert: AlertRow, row: ClimbRow, isNew: boolean): void {
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
    // What goes on after it was over waits for nothing; it may even have been over before it was told that it began.
    const plannedMs = startMs + expected.delayMinutes * 60_000
    const firstMs = isNew && row.climb === 1 && alert.event_count === 1 ? plannedMs : startMs
    const latestMs = isNew ? Math.max(plannedMs, startMs + this.#enrichmentWaitMs) : startMs
    this.#verdicts.unless(row.due_at.getTime() >= firstMs && row.due_at.getTime() <= latestMs, 'ESC-2', () => {
      return `the first level of alert ${alert.id} is due ${row.due_at?.getTime()}, not from ${firstMs} to ${latestMs}`
    })
    this.#climbs.set(alert.id, new ExpectedClimb(expected, row.due_at.getTime()))
  }

  /** The first page need not wait for facts any more, or nobody heard the last one: the step is due sooner. */
  #seeSooner(alert: AlertRow, climb: ExpectedClimb, row: ClimbRow): void {
    const dueMs = row.due_at?.getTime() ?? null
    if (dueMs === null || dueMs === climb.dueMs) return
    const earliestMs = row.started_at.getTime() + (row.climb > 1 ? 0 : climb.policy.delayMinutes * 60_000)
    const hasFacts = climb.isUnstarted && dueMs >= earliestMs
    this.#verdicts.unless(dueMs < climb.dueMs && (hasFacts || this.#isUnheard(alert, row)), 'ESC-2', () => {
      return `alert ${alert.id} was due ${climb.dueMs}, and is due ${dueMs} without having asked`
    })
    climb.dueMs = dueMs
  }

  /** True when no page of the level that was asked last got through. */
  #isUnheard(alert: AlertRow, row: ClimbRow): boolean {
    let last: IntentRow[] = []
    for (const page of this.#tables.notificationsOfAlert.of(alert.id)) {
      if (page.climb !== row.climb || page.level_index < 0 || !isBeforeStep(page, row)) continue
      const [known] = last
      if (known && isBeforeStep(page, known)) continue
      if (known && isBeforeStep(known, page)) last = []
      last.push(page)
    }
    return last.length > 0 && last.every(({ status }) => status === 'ERROR' || status === 'CANCELLED')
  }

  #advance(alert: AlertRow, climb: ExpectedClimb, news: Pick<AlertNews, 'climb' | 'intents'>, dbNowMs: number): void {
    const row = news.climb?.after
    const at = news.intents[0]?.created_at ?? row?.stopped_at
    if (!row || !at) {
      this.#verdicts.broken('ESC-1', `alert ${alert.id} asks people and its climb does not move`)
      return
    }
    const atMs = at.getTime()
    // Nobody heard the level before, so this one need not wait.
    if (atMs < climb.dueMs && news.climb?.before && this.#isUnheard(alert, news.climb.before)) climb.dueMs = atMs
    if (isGivenUp(row)) {
      climb.end = 'unattended'
      this.unattended++
      return
    }
    this.#verdicts.unless(atMs >= climb.dueMs && atMs <= dbNowMs, 'ESC-2', () => {
      return `alert ${alert.id} asks at ${atMs}, is due at ${climb.dueMs}, and it is ${dbNowMs}`
    })
    const latenessMs = atMs - climb.dueMs
    this.worstLatenessMs = Math.max(this.worstLatenessMs, latenessMs)
    this.#verdicts.unless(!this.#isPunctual || latenessMs <= LATE_MS_MAX, 'ESC-2', () => {
      return `alert ${alert.id} asks ${latenessMs} ms late, and nothing went wrong`
    })
    const expected = climb.advance(atMs, alert.priority, (index) => {
      const named = this.#named(row.policy.levels[index], atMs)
      return named.filter((id) => this.#ways(id, alert.priority).length > 0)
    })
    this.firings += expected.length
    if (climb.end === 'unattended') this.unattended++
    this.#compare(alert, expected, news.intents)
    this.#compareStanding(alert, climb, row)
  }

  #compare(alert: AlertRow, expected: readonly Firing[], made: readonly IntentRow[]): void {
    const owed = expected.flatMap(({ round, levelIndex, people }) =>
      people.flatMap((id) => this.#ways(id, alert.priority).map((way) => `${round}/${levelIndex}/${id}/${way}`)),
    )
    const found = made.map((row) => `${row.round}/${row.level_index}/${row.person_id}/${wayOf(row)}`)
    // Within a level nobody is before anybody.
    const isSame = owed.length === found.length && owed.toSorted().join() === found.toSorted().join()
    this.#verdicts.unless(isSame && isInOrder(made), 'ESC-1', () => {
      return `alert ${alert.id} owes [${owed.join(' ')}] and asks [${found.join(' ')}]`
    })
  }

  /** Nobody is left to ask: the last resort hears of it in the same moment. */
  #checkLastResort(alert: AlertRow, { alert: pair, intents }: AlertNews): void {
    const isNew = alert.unattended_since !== null && !(pair?.before && pair.before.unattended_since !== null)
    const told = intents.filter((intent) => intent.level_index === -1 && intent.stands_in_for === null)
    if (pair === null || !isNew) {
      this.#verdicts.unless(
        told.length === 0,
        'ESC-5',
        () => `alert ${alert.id} tells the last resort, and is attended`,
      )
      return
    }
    const isOurOwn = alert.alert_key === 'unattended'
    const owed = isOurOwn
      ? []
      : this.#lastResort().flatMap((id) => this.#ways(id, 'HIGH').map((way) => `${id}/${way.replace(/\d+$/, '0')}`))
    const found = told.map((row) => `${row.person_id}/${wayOf(row)}`)
    this.#verdicts.unless(owed.toSorted().join() === found.toSorted().join(), 'ESC-5', () => {
      return `alert ${alert.id} is unattended, owes [${owed.join(' ')}] and tells [${found.join(' ')}]`
    })
  }

  #lastResort(): number[] {
    const living = [...this.#tables.person.rows].filter((row) => row.deleted_at === null)
    const chosen = living.filter((row) => this.#tables.last_resort_person.get(row.id) !== null)
    return (chosen.length > 0 ? chosen : living.filter((row) => row.role === 'OWNER')).map((row) => row.id)
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

  /** What was accepted waits for an answer again: only where its policy says so, and not before its time. */
  seeReturn(before: AlertRow, dbNowMs: number): void {
    const minutes = this.#tables.escalation_policy.get(before.escalation_policy_id)?.accept_timeout_minutes ?? null
    const sinceMs = before.accepted_at?.getTime() ?? null
    const isTime = minutes !== null && sinceMs !== null && dbNowMs >= sinceMs + minutes * 60_000
    this.returns++
    this.#verdicts.unless(before.status === 'ACCEPTED' && isTime, 'ESC-6', () => {
      return `alert ${before.id}, accepted at ${sinceMs}, comes back after ${minutes} min, and it is ${dbNowMs}`
    })
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

  /** Everybody a level names at an instant, each once: people, who is on call, who is in a team. */
  #named(level: StoredLevel | undefined, atMs: number): number[] {
    if (!level) return []
    const covers = (one: { starts_at: Date; ends_at: Date }) =>
      one.starts_at.getTime() <= atMs && atMs < one.ends_at.getTime()
    const onCall = (level.scheduleIds ?? []).flatMap((id) => {
      const { schedule_override: overrides, schedule_shift: shifts } = this.#tables
      const instead = [...overrides.rows].filter((one) => one.schedule_id === id && covers(one)).at(-1)
      const usual = [...shifts.rows].find((one) => one.schedule_id === id && covers(one))
      return (instead ?? usual)?.person_id ?? []
    })
    const members = [...this.#tables.team_member.rows].filter(({ team_id }) => level.teamIds?.includes(team_id))
    return [...new Set([...level.userIds, ...onCall, ...members.map((row) => row.person_id)])]
  }

  /** How a person is asked by their own rules, as contact, channel and minutes of delay; the first ways that work without them. */
  #ways(personId: number, priority: string): string[] {
    if (this.#tables.person.get(personId)?.deleted_at !== null) return []
    const working = [...this.#tables.contactsOfPerson.of(personId)].filter(
      (contact) => contact.verified_at !== null && contact.broken_at === null && contact.removed_at === null,
    )
    const wanted = [...this.#tables.rulesOfPerson.of(personId)].filter(
      (rule) => rule.list === 'alerts' && rule.type === `${priority}_PRIORITY`,
    )
    const delays = new Map<string, number>()
    for (const rule of wanted) {
      for (const contact of working) {
        const isMeant = rule.contact_id === null || rule.contact_id === contact.id
        if (!isMeant || (rule.method === 'EMAIL') !== (contact.method === 'EMAIL')) continue
        const name = `${contact.id}/${rule.method}`
        delays.set(name, Math.min(delays.get(name) ?? rule.delay_minutes, rule.delay_minutes))
      }
    }
    if (delays.size > 0) return [...delays].map(([name, minutes]) => `${name}/${minutes}`)
    if (priority === 'LOW' && wanted.length === 0) return []
    const spare = working.find((contact) => contact.method === 'EMAIL') ?? working[0]
    return spare ? [`${spare.id}/${spare.method === 'EMAIL' ? 'EMAIL' : 'VOICE'}/0`] : []
  }
}

function wayOf(row: IntentRow): string {
  return `${row.contact_id}/${row.channel}/${(row.due_at.getTime() - row.created_at.getTime()) / 60_000}`
}

/** The step failed over and over, by faults of ours. */
function isGivenUp(row: ClimbRow): boolean {
  return row.reason?.startsWith('the next step failed') ?? false
}

function isBeforeStep(one: { round: number; level_index: number }, other: { round: number; level_index: number }) {
  return one.round < other.round || (one.round === other.round && one.level_index < other.level_index)
}

function hasMoved(climb: AlertNews['climb']): boolean {
  if (!climb?.after || !climb.before) return false
  return (
    climb.before.climb === climb.after.climb &&
    (climb.before.level_index !== climb.after.level_index ||
      climb.before.round !== climb.after.round ||
      (climb.before.stopped_at === null && climb.after.stopped_at !== null))
  )
}

function isInOrder(rows: readonly IntentRow[]): boolean {
  return rows.every((row, index) => {
    const before = rows[index - 1]
    return !before || before.round < row.round || (before.round === row.round && before.level_index <= row.level_index)
  })
}
