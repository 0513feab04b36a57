import type { Selectable } from 'kysely'
import type { ContactTable, NoticeTable, PersonTable, ShiftReminderTable } from '../../../server/database/tables.ts'
import type { MemoryTables } from '../memory/tables.ts'
import type { Plan, PlannedSchedule } from '../world/plan.ts'
import type { Process } from '../world/process.ts'
import { Attempts } from './attempts.ts'
import type { Verdicts } from './verdicts.ts'

type Told = Selectable<ShiftReminderTable>
type Notice = Selectable<NoticeTable>
interface Pair<R> {
  before: R | null
  after: R | null
}

/** What of one transaction is about reminders. */
export interface ReminderNews {
  told: Pair<Told>[]
  notices: Pair<Notice>[]
  people: Pair<Selectable<PersonTable>>[]
  contacts: Pair<Selectable<ContactTable>>[]
}

const MINUTE_MS = 60_000
/** After a shift began, it is told of for this long. */
const LATE_MS_MAX = 15 * MINUTE_MS
/** Without faults a reminder is there this soon. */
const PUNCTUAL_MS = 30_000
const END_MS = 5 * MINUTE_MS
/** So long after the last fault everything runs again: the power is away for two hours at most. */
const RECOVERY_MS = 150 * MINUTE_MS

/** One shift of somebody, as the plan has it, and nothing else. */
interface Stretch {
  scheduleId: number
  personId: number
  startMs: number
}

/** Holds the reminders that people get against the shifts that the plan gives them. */
export class ReminderWatch {
  readonly #tables: MemoryTables
  readonly #verdicts: Verdicts
  readonly #plan: Plan
  readonly #startMs: number
  readonly #isPunctual: boolean
  readonly #stretches: Stretch[]
  readonly #shifts: Set<string>
  /** Everything told, though the product forgets it after a while. */
  readonly #told = new Map<string, Told>()
  /** By the database's clock: when faults were, and what time its jumps left out or lived through twice. */
  readonly #troubles: { fromMs: number; untilMs: number }[] = []
  /** People who were away and contacts that broke at any time: whether they are told depends on when. */
  readonly #unsure = { people: new Set<number>(), contacts: new Set<number>() }
  readonly attempts: Attempts

  constructor(parts: { tables: MemoryTables; verdicts: Verdicts; isPunctual: boolean }, plan: Plan, startMs: number) {
    this.#tables = parts.tables
    this.#verdicts = parts.verdicts
    this.#isPunctual = parts.isPunctual
    this.#plan = plan
    this.#startMs = startMs
    this.#stretches = plan.schedules.flatMap((schedule, index) =>
      beginningsOf(schedule).map(({ person, fromMs }) => {
        return { scheduleId: index + 1, personId: person + 1, startMs: startMs + fromMs }
      }),
    )
    this.#shifts = new Set(this.#stretches.map((one) => `${one.scheduleId}/${one.personId}/${one.startMs}`))
    this.attempts = new Attempts(parts.verdicts)
  }

  get count(): number {
    return this.#told.size
  }

  /** What of one transaction is about reminders. */
  see(news: ReminderNews, by: { process: Process | null; dbNowMs: number }): void {
    for (const { after } of news.people) if (after && after.deleted_at !== null) this.#unsure.people.add(after.id)
    for (const { after } of news.contacts) {
      if (after && (after.broken_at !== null || after.removed_at !== null)) this.#unsure.contacts.add(after.id)
    }
    const told = news.told.flatMap(({ before, after }) => (before === null && after !== null ? [after] : []))
    for (const row of told) this.#seeTold(row)
    const reminders = news.notices.filter(({ after }) => after?.kind === 'REMINDER')
    const sent = reminders.filter(({ before }) => before === null)
    const messages = new Set(told.map((row) => [shiftOf(row), row.method, row.contact_id].join('/')))
    this.#verdicts.unless(sent.length === messages.size, 'a reminder', () => {
      return `${messages.size} shifts are noted as told, and ${sent.length} messages are made`
    })
    for (const { before, after } of reminders) this.#seeNotice(before, after, by)
  }

  #seeTold(row: Told): void {
    const name = nameOf(row)
    const at = row.told_at.getTime()
    const beginsMs = row.shift_start.getTime()
    const dueMs = beginsMs - row.before_minutes * MINUTE_MS
    const isTwice = this.#told.has(name)
    this.#told.set(name, row)
    this.#verdicts.unless(!isTwice, 'a reminder', () => `${name} is told twice`)
    this.#verdicts.unless(this.#shifts.has(shiftOf(row)), 'a reminder', () => `${name} is no shift of the plan`)
    this.#verdicts.unless(at >= dueMs, 'a reminder', () => `${name} is told early`)
    const lastMs =
      this.#isPunctual && this.#isSure(row) ? Math.max(dueMs, this.#startMs) + PUNCTUAL_MS : beginsMs + LATE_MS_MAX
    this.#verdicts.unless(at <= lastMs, 'a reminder', () => `${name} is told late, at ${row.told_at.toISOString()}`)
  }

  #seeNotice(before: Notice | null, after: Notice | null, by: { process: Process | null; dbNowMs: number }): void {
    if (after === null) return
    if (before === null) this.attempts.begin(after.id)
    else if (after.status !== 'SENDING') this.attempts.release(after.id)
    else if (after.fence !== before.fence) {
      this.attempts.claim(after.id, by.process, (after.lease_until?.getTime() ?? 0) - by.dbNowMs)
    }
  }

  #isSure(who: { person_id: number; contact_id: number }): boolean {
    return !this.#unsure.people.has(who.person_id) && !this.#unsure.contacts.has(who.contact_id)
  }

  /** A fault hit somebody, or the database's clock jumped from one instant to another. */
  seeTrouble(oneMs: number, otherMs: number): void {
    this.#troubles.push({ fromMs: Math.min(oneMs, otherMs), untilMs: Math.max(oneMs, otherMs) })
  }

  /** Every shift was told of to whom wants it, unless a fault was near. */
  judgeEnd(dbNowMs: number): void {
    const endMs = dbNowMs - END_MS
    for (const { person, method, beforeMinutes } of this.#plan.reminders) {
      const contacts = [...this.#tables.contactsOfPerson.of(person + 1)]
        .filter((row) => row.verified_at !== null && row.method === (method === 'EMAIL' ? 'EMAIL' : 'PHONE'))
        .filter((row) => this.#isSure({ person_id: person + 1, contact_id: row.id }))
      for (const { scheduleId, personId, startMs } of this.#stretches) {
        const dueMs = startMs - beforeMinutes * MINUTE_MS
        if (personId !== person + 1 || startMs < this.#startMs || dueMs > endMs) continue
        // What was missed while a node was away is told until the shift begins.
        const lastMs = startMs > endMs ? dueMs : startMs
        if (this.#isTroubled(lastMs - RECOVERY_MS, Math.min(startMs, dbNowMs) + MINUTE_MS)) continue
        for (const { id } of contacts) {
          const row = { schedule_id: scheduleId, person_id: personId, shift_start: new Date(startMs) }
          const name = nameOf({ ...row, before_minutes: beforeMinutes, method, contact_id: id })
          this.#verdicts.unless(this.#told.has(name), 'a reminder', () => `${name} is told to nobody`)
        }
      }
    }
  }

  #isTroubled(fromMs: number, untilMs: number): boolean {
    return this.#troubles.some((one) => one.fromMs <= untilMs && one.untilMs >= fromMs)
  }
}

/** Who comes on call and when, moment by moment: the last override that covers it, or else the shift. */
function beginningsOf({ shifts, overrides }: PlannedSchedule): { person: number; fromMs: number }[] {
  const spans = [...shifts, ...overrides]
  const edges = [...new Set(spans.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs]))].sort((a, b) => a - b)
  const found: { person: number; fromMs: number }[] = []
  let onCall: number | null = null
  for (const edge of edges) {
    const person = spans.findLast(({ fromMs, untilMs }) => fromMs <= edge && edge < untilMs)?.person ?? null
    if (person !== null && person !== onCall) found.push({ person, fromMs: edge })
    onCall = person
  }
  return found
}

function shiftOf(row: Pick<Told, 'schedule_id' | 'person_id' | 'shift_start'>): string {
  return `${row.schedule_id}/${row.person_id}/${row.shift_start.getTime()}`
}

function nameOf(row: Omit<Told, 'told_at'>): string {
  const way = `${row.before_minutes} minutes before by ${row.method} ${row.contact_id}`
  return `shift ${shiftOf(row)} ${way}`
}
