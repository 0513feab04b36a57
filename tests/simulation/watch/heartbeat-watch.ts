import type { Selectable } from 'kysely'
import type { HeartbeatMonitorTable } from '../../../server/database/tables.ts'
import { keyOf, type MemoryTables } from '../memory/tables.ts'
import type { Verdicts } from './verdicts.ts'

type MonitorRow = Selectable<HeartbeatMonitorTable>

const LATE_MS_MAX = 60_000

/** Holds monitors against a ledger of the calls that were answered with yes. */
export class HeartbeatWatch {
  readonly #tables: MemoryTables
  readonly #verdicts: Verdicts
  readonly #dbNowMs: () => number
  readonly #heard = new Set<number>()
  silences = 0

  constructor(options: { tables: MemoryTables; verdicts: Verdicts; dbNowMs: () => number }) {
    this.#tables = options.tables
    this.#verdicts = options.verdicts
    this.#dbNowMs = options.dbNowMs
  }

  /** A call was answered with yes: it is on disk. */
  isHeard(id: number): void {
    this.#heard.add(id)
    const row = this.#tables.heartbeat_monitor.get(id)
    this.#verdicts.unless(row !== null && row.last_ping_at !== null, 'ING-1', () => `a call of monitor ${id} is lost`)
  }

  /** Nobody is silent before their interval is over. */
  see({ before, after }: { before: MonitorRow | null; after: MonitorRow | null }, dbLatestMs: number): void {
    if (before?.state !== 'HEALTHY' || after?.state !== 'OVERDUE') return
    this.silences++
    const lastMs = before.last_ping_at?.getTime() ?? 0
    this.#verdicts.unless(dbLatestMs - lastMs >= after.interval_seconds * 1_000, 'ESC-2', () => {
      return `monitor ${after.id} called ${dbLatestMs - lastMs} ms ago, and is overdue`
    })
  }

  /** After two hours without a call, everybody who ever called is known to be silent, and an alert was made of it. */
  judgeEnd(): void {
    for (const id of this.#heard) {
      const row = this.#tables.heartbeat_monitor.get(id)
      // Where the clock jumped, nobody could call meanwhile, and everybody has that much longer.
      const mayWait = row?.state === 'HEALTHY' && (row.due_at?.getTime() ?? 0) > this.#dbNowMs() - LATE_MS_MAX
      if (mayWait) continue
      this.#verdicts.unless(row?.state === 'OVERDUE', 'ESC-4', () => {
        return `monitor ${id} is ${row?.state}, due ${row?.due_at?.getTime()}, and it is ${this.#dbNowMs()}`
      })
      const name = row && keyOf(row.alert_source_id, `heartbeat-${id}`)
      const alerts = [...this.#tables.alert.rows].filter(
        (alert) => keyOf(alert.alert_source_id, alert.alert_key_folded ?? '') === name,
      )
      const isOpen = alerts.some(({ status }) => status !== 'RESOLVED')
      const lastMs = Math.max(...alerts.map(({ report_time: at }) => at.getTime()))
      const isToldSince = lastMs >= (row?.last_ping_at?.getTime() ?? 0)
      this.#verdicts.unless(isOpen || isToldSince, 'ESC-4', () => `the silence of monitor ${id} has no alert`)
    }
  }
}
