import type { Selectable } from 'kysely'
import type { WriteBackTable } from '../../../server/database/tables.ts'
import type { MemoryTables } from '../memory/tables.ts'
import type { Fourme } from '../world/fourme.ts'
import type { Verdicts } from './verdicts.ts'

type WriteRow = Selectable<WriteBackTable>

/** A write is given up after a day; without faults it is through much sooner. */
const OPEN_MS_MAX = 15 * 60_000

/** Holds what was to be written against what 4me took (invariants.md DED-6, DED-8). */
export class WriteBackWatch {
  readonly #tables: MemoryTables
  readonly #verdicts: Verdicts
  planned = 0

  constructor(tables: MemoryTables, verdicts: Verdicts) {
    this.#tables = tables
    this.#verdicts = verdicts
  }

  /** `isReading`: in a transaction that read deliveries, which tell 4me's own news. */
  see({ before, after }: { before: WriteRow | null; after: WriteRow | null }, isReading: boolean): void {
    if (after === null) {
      this.#verdicts.broken('DED-8', `write-back ${before?.id} is gone`)
      return
    }
    if (before === null) {
      this.planned++
      this.#verdicts.unless(
        !isReading,
        'DED-6',
        () => `news of ${after.alert_key} is written back to where it came from`,
      )
      return
    }
    this.#verdicts.unless(before.state === 'PENDING', 'DED-8', () => {
      return `write-back ${after.id} was ${before.state} and becomes ${after.state}`
    })
  }

  /** After healing everything is through, and what is said to be written is what 4me took. */
  judgeEnd(fourme: Fourme, dbNowMs: number): void {
    for (const row of this.#tables.write_back.rows) {
      const isOpen = row.state === 'PENDING' && row.decided_at.getTime() < dbNowMs - OPEN_MS_MAX
      this.#verdicts.unless(!isOpen, 'DED-8', () => `${row.alert_key} still waits for ${row.deed}: ${row.result}`)
      const status = /^Written: status (\w+)/.exec(row.state === 'DONE' ? (row.result ?? '') : '')?.[1]
      const isTrue = status === undefined || fourme.tookFromUs(Number(row.alert_key.split(':')[2]), status)
      this.#verdicts.unless(isTrue, 'DED-8', () => `${row.alert_key} is said to be ${status}, and 4me never took it`)
    }
  }
}
