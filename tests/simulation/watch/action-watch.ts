import type { Selectable } from 'kysely'
import type { AlertActionRunTable, AlertTable } from '../../../server/database/tables.ts'
import type { MemoryTables } from '../memory/tables.ts'
import type { Process } from '../world/process.ts'
import { Attempts } from './attempts.ts'
import type { Verdicts } from './verdicts.ts'

type Row = Selectable<AlertActionRunTable>
type Alert = Selectable<AlertTable>
interface Pair<R> {
  before: R | null
  after: R | null
}

const FINAL = ['SENT', 'SKIPPED', 'FAILED']
const GIVE_UP_MS = 24 * 3_600_000
/** The longest that a message waits for its next attempt, and some minutes for the queue. */
const RETRY_MS_MAX = 70 * 60_000

/** Holds what alert actions send against what happens to alerts, and against what the places outside were told. */
export class ActionWatch {
  readonly #tables: MemoryTables
  readonly #verdicts: Verdicts
  /** What the places outside said of each run. */
  readonly #said = new Map<number, Set<string>>()
  readonly attempts: Attempts

  constructor(tables: MemoryTables, verdicts: Verdicts) {
    this.#tables = tables
    this.#verdicts = verdicts
    this.attempts = new Attempts(verdicts)
  }

  /** Everything of one transaction. */
  see(
    runs: readonly Pair<Row>[],
    alerts: readonly Pair<Alert>[],
    by: { process: Process | null; dbNowMs: number; dbLatestMs: number },
  ): void {
    for (const { before, after } of runs) this.#seeRun(before, after, by)
    const planned = runs.flatMap(({ before, after }) => (before === null && after !== null ? [after] : []))
    for (const { before, after } of alerts) if (after !== null) this.#judgePlan(before, after, planned)
  }

  /** Whatever happens to an alert sets off every action of its source that waits for it, in the same transaction. */
  #judgePlan(before: Alert | null, after: Alert, planned: readonly Row[]): void {
    const wanted = triggersOf(before?.status ?? null, after.status)
    if (wanted.length === 0) return
    for (const action of this.#tables.alert_action.rows) {
      const sources = [...this.#tables.sourcesOfAction.of(action.id)].map((own) => own.alert_source_id)
      if (!sources.includes(after.alert_source_id)) continue
      // Of triggers that stand for the same, it may wait for some only.
      const isDue = wanted.every((trigger) => action.trigger_types.includes(trigger))
      const isPlanned = planned.some(
        (run) => run.alert_action_id === action.id && run.alert_id === after.id && wanted.includes(run.trigger_type),
      )
      this.#verdicts.unless(!isDue || isPlanned, 'no run', () => {
        return `alert ${after.id} is ${after.status}, and action ${action.id} plans no ${wanted.join(' or ')}`
      })
    }
  }

  #seeRun(
    before: Row | null,
    after: Row | null,
    by: { process: Process | null; dbNowMs: number; dbLatestMs: number },
  ): void {
    if (after === null) {
      this.#verdicts.broken('a run', `${nameOf(before)} is gone`)
      return
    }
    const id = idOf(after.id)
    if (before === null) {
      this.attempts.begin(id)
      return
    }
    const isOver = FINAL.includes(before.status)
    this.#verdicts.unless(!isOver, 'a run', () => `${nameOf(after)} was ${before.status} and becomes ${after.status}`)
    if (after.fence !== before.fence) this.#seeClaim(after, by)
    else {
      this.#verdicts.unless(this.attempts.isHeldBy(id, by.process), 'CLU-1', () => {
        return `${nameOf(after)} goes from ${before.status} to ${after.status} by a process that does not hold it`
      })
    }
    if (after.status !== 'SENDING') this.attempts.release(id)
    this.#seeEnding(after, by)
  }

  #seeClaim(row: Row, by: { process: Process | null; dbNowMs: number; dbLatestMs: number }): void {
    this.#verdicts.unless(row.due_at.getTime() <= by.dbLatestMs, 'ESC-2', () => `${nameOf(row)} is claimed early`)
    const first = this.#earlierThan(row)
    this.#verdicts.unless(first === null, 'order', () => `${nameOf(row)} goes before run ${first?.id} of its alert`)
    this.attempts.claim(idOf(row.id), by.process, (row.lease_until?.getTime() ?? Number.POSITIVE_INFINITY) - by.dbNowMs)
    if (row.status !== 'SENDING') return
    const needless = needlessNow(row, this.#tables.alert.get(row.alert_id)?.status)
    // What it says is written once, and said whatever happens later.
    const isDecided = row.attempts > 1
    this.#verdicts.unless(!needless || isDecided, 'a run', () => `${nameOf(row)} is sent, and is needless by now`)
  }

  /** A run of the same action and alert that was due before, and was not tried. */
  #earlierThan(row: Row): Row | null {
    for (const run of this.#tables.alert_action_run.rows) {
      if (run.id >= row.id) break
      if (run.alert_action_id !== row.alert_action_id || run.alert_id !== row.alert_id) continue
      if (run.status === 'SCHEDULED' && run.attempts === 0 && run.due_at <= row.due_at) return run
    }
    return null
  }

  #seeEnding(row: Row, by: { dbNowMs: number }): void {
    const said = this.#said.get(row.id)
    if (row.status === 'SENT') {
      this.#verdicts.unless(
        said?.has('yes') === true,
        'NOT-4',
        () => `${nameOf(row)} is said to be sent, and nobody took it`,
      )
    }
    if (row.status === 'SKIPPED') {
      const isNeedless = needlessNow(row, this.#tables.alert.get(row.alert_id)?.status)
      this.#verdicts.unless(isNeedless, 'a run', () => `${nameOf(row)} is skipped: ${row.reason}`)
    }
    if (row.status === 'FAILED') {
      const isDayOver = by.dbNowMs > row.give_up_at.getTime() - RETRY_MS_MAX
      this.#verdicts.unless(said?.has('no') === true || isDayOver, 'NOT-4', () => `${nameOf(row)} fails: ${row.reason}`)
    }
  }

  /** What a place outside said of a run. */
  seeAnswer(runId: number, said: string): void {
    const known = this.#said.get(runId)
    if (known) known.add(said)
    else this.#said.set(runId, new Set([said]))
    if (said === 'later' || said === 'nothing') this.attempts.seeFailure(idOf(runId))
  }

  /** After healing everything that was due is sent, skipped or refused. */
  judgeEnd(dbLatestMs: number): void {
    for (const row of this.#tables.alert_action_run.rows) {
      const wasDueMs = row.give_up_at.getTime() - GIVE_UP_MS
      const isOver = FINAL.includes(row.status) || wasDueMs > dbLatestMs - RETRY_MS_MAX
      this.#verdicts.unless(isOver, 'NOT-1', () => `${nameOf(row)} is still ${row.status}: ${row.reason}`)
    }
  }
}

/** A run as its calls name it. */
export function idOf(runId: number): string {
  return `run ${runId}`
}

/** What becomes of the sense of a message that waited for its delay. */
function needlessNow(row: Row, status: string | undefined): boolean {
  if (row.trigger_type === 'v-alert-not-resolved') return status === 'RESOLVED'
  return row.trigger_type === 'alert-escalation-ended' && status !== 'PENDING'
}

/** Of which triggers one must be planned when an alert goes from one status to another. */
function triggersOf(before: string | null, after: string): string[] {
  if (before === null) return after === 'RESOLVED' ? [] : ['alert-created']
  if (before === after) return []
  if (after === 'RESOLVED') return ['alert-resolved', 'alert-auto-resolved']
  if (before === 'RESOLVED') return ['alert-reopened']
  return after === 'ACCEPTED' ? ['alert-acknowledged'] : []
}

function nameOf(row: Row | null): string {
  return `run ${row?.id} (${row?.trigger_type} of alert ${row?.alert_id} by action ${row?.alert_action_id})`
}
