import type { Selectable } from 'kysely'
import type { Tables } from '../../../server/database/tables.ts'
import { heldMs } from '../../../server/engine/catch-up.ts'
import type { Commit } from '../memory/database.ts'
import type { Change } from '../memory/table.ts'
import type { MemoryTables } from '../memory/tables.ts'
import { Process } from '../world/process.ts'
import type { ActionWatch } from './action-watch.ts'
import type { AlertNews, ClimbWatch } from './climb-watch.ts'
import type { HeartbeatWatch } from './heartbeat-watch.ts'
import type { InboxWatch } from './inbox-watch.ts'
import { nameOf, type PageWatch } from './page-watch.ts'
import type { ReminderNews, ReminderWatch } from './reminder-watch.ts'
import type { Trace } from './trace.ts'
import type { Verdicts } from './verdicts.ts'
import type { WriteBackWatch } from './write-back-watch.ts'

type Row<Name extends keyof Tables> = Selectable<Tables[Name]>
interface Pair<Name extends keyof Tables> {
  before: Row<Name> | null
  after: Row<Name> | null
}

export interface WatchParts {
  tables: MemoryTables
  verdicts: Verdicts
  trace: Trace
  inbox: InboxWatch
  pages: PageWatch
  climbs: ClimbWatch
  heartbeats: HeartbeatWatch
  writes: WriteBackWatch
  actions: ActionWatch
  reminders: ReminderWatch
  /** The database's clock, and one that never jumps. */
  dbNowMs(): number
  /** The latest that it ever showed: where it is set back, what was read before counts. */
  dbLatestMs(): number
  elapsedMs(): number
  /** When a process read the database's clock first. */
  beganMs(process: Process): number | null
  isNew(alert: Row<'alert'>): void
}

/** Looks at every transaction that was kept, in the order in which they were. */
export class Watch {
  readonly #parts: WatchParts
  readonly #startsInARow = new Map<Process, number>()
  alerts = 0

  constructor(parts: WatchParts) {
    this.#parts = parts
  }

  see(commit: Commit): void {
    const { trace, elapsedMs } = this.#parts
    const process = commit.wire instanceof Process ? commit.wire : null
    trace.add(`${elapsedMs()} kept ${process?.node ?? '-'}`)
    const changes = collapse(commit.changes)
    const touched = new Map<number, AlertNews>()
    const news = (alertId: number): AlertNews => {
      const known = touched.get(alertId)
      if (known) return known
      const fresh: AlertNews = { alert: null, climb: null, intents: [] }
      touched.set(alertId, fresh)
      return fresh
    }
    const read: Row<'delivery'>[] = []
    const pages: Pair<'notification'>[] = []
    const writes: Pair<'write_back'>[] = []
    const runs: Pair<'alert_action_run'>[] = []
    const reminders: ReminderNews = { told: [], notices: [], people: [], contacts: [] }
    for (const change of changes) {
      switch (change.table) {
        case 'delivery': {
          const pair = change as unknown as Pair<'delivery'>
          this.#seeDelivery(pair)
          if (pair.after !== null && pair.after.outcome !== 'NEW') read.push(pair.after)
          break
        }
        case 'alert': {
          const pair = change as unknown as Pair<'alert'>
          news(Number(change.key)).alert = pair
          this.#traceAlert(pair)
          break
        }
        case 'escalation':
          news(Number(change.key)).climb = change as unknown as Pair<'escalation'>
          break
        case 'heartbeat_monitor':
          this.#parts.heartbeats.see(change as unknown as Pair<'heartbeat_monitor'>, this.#parts.dbLatestMs())
          break
        case 'write_back':
          writes.push(change as unknown as Pair<'write_back'>)
          break
        case 'alert_action_run':
          runs.push(change as unknown as Pair<'alert_action_run'>)
          break
        case 'shift_reminder':
          reminders.told.push(change as unknown as Pair<'shift_reminder'>)
          break
        case 'notice':
          reminders.notices.push(change as unknown as Pair<'notice'>)
          break
        case 'person':
          reminders.people.push(change as unknown as Pair<'person'>)
          break
        case 'contact':
          reminders.contacts.push(change as unknown as Pair<'contact'>)
          break
        case 'watch_mark':
          if (process) this.#seeMark(process, change as unknown as Pair<'watch_mark'>)
          break
        case 'finding':
          this.#seeFinding(change as unknown as Pair<'finding'>)
          break
        case 'notification': {
          const pair = change as unknown as Pair<'notification'>
          pages.push(pair)
          if (pair.before === null && pair.after !== null) news(pair.after.alert_id).intents.push(pair.after)
          break
        }
      }
    }
    this.#judge(process, { touched, read, pages })
    const by = { process, dbNowMs: this.#parts.dbNowMs(), dbLatestMs: this.#parts.dbLatestMs() }
    this.#parts.actions.see(
      runs,
      [...touched.values()].flatMap(({ alert }) => alert ?? []),
      by,
    )
    this.#parts.reminders.see(reminders, by)
    for (const write of writes) this.#parts.writes.see(write, read.length > 0)
    this.#judgeEcho(read, pages)
  }

  #judge(
    process: Process | null,
    seen: { touched: Map<number, AlertNews>; read: Row<'delivery'>[]; pages: Pair<'notification'>[] },
  ): void {
    const { inbox, pages, climbs, dbNowMs, dbLatestMs, elapsedMs } = this.#parts
    const by = { process, dbNowMs: dbNowMs(), dbLatestMs: dbLatestMs(), elapsedMs: elapsedMs() }
    const answered: number[] = []
    for (const [alertId, news] of seen.touched) {
      climbs.see(alertId, news, by.dbLatestMs, (alert) => this.#checkCatchUp(process, alert))
      if (news.alert?.before?.status === 'PENDING' && news.alert.after?.status !== 'PENDING') answered.push(alertId)
      if (news.alert?.before === null && news.alert.after !== null) {
        this.alerts++
        this.#parts.isNew(news.alert.after)
      }
    }
    for (const { before, after } of seen.pages) {
      this.#tracePage(before, after)
      pages.see(before, after, by)
    }
    for (const alertId of answered) pages.seeAnswered(alertId, by)
    if (seen.read.length > 0) inbox.followKeys(seen.read)
    else {
      for (const { alert } of seen.touched.values()) {
        if (!alert?.before || !alert.after || alert.before.status === alert.after.status) continue
        if (alert.after.status !== 'PENDING') inbox.seeAnswer(alert.after)
        else {
          inbox.seeReturn(alert.after)
          climbs.seeReturn(alert.before, by.dbLatestMs)
        }
      }
    }
  }

  /** What we wrote ourselves comes back as news, and asks nobody. */
  #judgeEcho(read: readonly Row<'delivery'>[], pages: readonly Pair<'notification'>[]): void {
    const { inbox, verdicts } = this.#parts
    if (read.length === 0 || !read.every((row) => inbox.letterOf(row.id)?.meaning.isEcho)) return
    const asks = pages.some(({ before, after }) => before === null && after?.kind !== 'UPDATE')
    verdicts.unless(!asks, 'DED-6', () => `the echo of delivery ${read[0]?.id} asks people`)
  }

  /** Nobody damages anything here, so there is nothing for the auditor to find. */
  #seeFinding({ after }: Pair<'finding'>): void {
    const { verdicts, dbNowMs, dbLatestMs } = this.#parts
    // Where the clock was set back, what waits waits longer than anything may.
    const isSetBack = dbNowMs() < dbLatestMs()
    verdicts.unless(isSetBack, 'OPS-3', () => `the auditor finds something at alert ${after?.alert_id}: ${after?.text}`)
  }

  #seeDelivery({ before, after }: Pair<'delivery'>): void {
    this.#parts.inbox.seeDelivery(before, after)
    if (after) this.#parts.trace.add(`delivery ${after.id} ${after.outcome} ${after.rule} ${after.alert_id}`)
  }

  #traceAlert({ after }: Pair<'alert'>): void {
    if (after) this.#parts.trace.add(`alert ${after.id} ${after.alert_key_folded} ${after.status} ${after.event_count}`)
  }

  #tracePage(before: Row<'notification'> | null, after: Row<'notification'> | null): void {
    this.#parts.trace.add(`${nameOf(after ?? before)} ${after?.status} ${after?.attempts} ${after?.fence}`)
  }

  /** The count of starts that did not get through, as the process that begins finds it. */
  #seeMark(process: Process, { after }: Pair<'watch_mark'>): void {
    if (after?.name === 'catch-up' && after.level > 0) this.#startsInARow.set(process, after.level)
  }

  /** After a start, an answer that waited counts before a step that is overdue. */
  #checkCatchUp(process: Process | null, alert: Row<'alert'>): void {
    const { inbox, verdicts, beganMs, dbNowMs, dbLatestMs } = this.#parts
    const began = process && beganMs(process)
    const isSetBack = dbNowMs() < dbLatestMs()
    // Whoever was started so long ago has read what waited, or gave up on it.
    const starts = (process && this.#startsInARow.get(process)) ?? 0
    if (began === null || isSetBack || dbNowMs() - began > heldMs(starts)) return
    const unread = inbox.unreadAnswer(alert, began, dbNowMs())
    verdicts.unless(unread === null, 'ESC-8', () => {
      return `alert ${alert.id} asks on, and delivery ${unread} that answers it was there when the process began`
    })
  }
}

/** Lines that are only ever added. */
const UNWATCHED = new Set(['timeline_entry', 'trace_step', 'audit_entry'])

/** The changes of one transaction, each row once. */
function collapse(changes: readonly Change[]): Change[] {
  const rows = new Map<string, Change>()
  for (const change of changes) {
    if (UNWATCHED.has(change.table)) continue
    const name = `${change.table} ${change.key}`
    const known = rows.get(name)
    if (known) known.after = change.after
    else rows.set(name, { table: change.table, key: change.key, before: change.before, after: change.after })
  }
  return [...rows.values()].filter((change) => change.before !== null || change.after !== null)
}
