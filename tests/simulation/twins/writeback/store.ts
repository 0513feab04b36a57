import { plainText } from '../../../../server/runtime/text.ts'
import type * as real from '../../../../server/writeback/store.ts'
import { all, earliest, greatest, keyOf, type MemoryTables } from '../../memory/tables.ts'
import { twin } from '../../memory/twin.ts'

export * from '../../../../server/writeback/store.ts'

type Row = real.WriteBackRow
type State = Parameters<typeof real.finish>[2]

/** What waits for one record, in order. */
function waitingFor(tables: MemoryTables, record: Pick<Row, 'alert_source_id' | 'alert_key_folded'>): Row[] {
  return [...all(tables.writesWaiting)]
    .filter((row) => row.alert_source_id === record.alert_source_id && row.alert_key_folded === record.alert_key_folded)
    .sort((one, other) => one.id - other.id)
}

export const insertWriteBack = twin((tables, write: real.NewWriteBack) => {
  const record = { alert_source_id: write.alertSourceId, alert_key_folded: write.folded }
  const [first] = waitingFor(tables, record)
  tables.write_back.insert({
    ...record,
    id: tables.next('write_back'),
    alert_id: write.alertId,
    alert_key: write.alertKey,
    deed: write.deed,
    details: write.details,
    base_status: write.baseStatus,
    base_version: write.baseVersion,
    decided_at: write.decidedAt,
    give_up_at: write.giveUpAt,
    state: 'PENDING',
    due_at: first?.due_at ?? write.decidedAt,
    attempts: 0,
    lease_until: null,
    fence: 0,
    finished_at: null,
    result: null,
  })
}) satisfies typeof real.insertWriteBack

const RECORDS_MAX = 200

export const recordsOfAlert = twin((tables, alertSourceId: number, alertId: number) => {
  const alert = tables.alert.get(alertId)
  return [...tables.recordsOfAlert.of(alertId)]
    .filter((row) => row.alert_source_id === alertSourceId)
    .filter((row) => row.event_type !== null && row.event_type !== 'RESOLVE')
    .sort((one, other) => (one.alert_key_folded < other.alert_key_folded ? -1 : 1))
    .slice(0, RECORDS_MAX)
    .map((row) => {
      const { alert_key_folded: folded, status, version } = row
      const own = alert?.alert_key_folded === folded ? alert.alert_key : null
      const read = tables.record_reading.get(keyOf(alertSourceId, folded))?.alert_key
      return { folded, alertKey: own ?? read ?? folded, status, version }
    })
}) satisfies typeof real.recordsOfAlert

export const claimRecord = twin((tables, now: Date, leaseUntil: Date) => {
  const firsts = new Map<string, Row>()
  for (const row of all(tables.writesWaiting)) {
    const name = keyOf(row.alert_source_id, row.alert_key_folded)
    const known = firsts.get(name)
    if (!known || row.id < known.id) firsts.set(name, row)
  }
  const [found] = [...firsts.values()]
    .filter((row) => row.due_at <= now && (row.lease_until === null || row.lease_until <= now))
    .sort((one, other) => one.due_at.getTime() - other.due_at.getTime() || one.id - other.id)
  if (!found) return []
  return waitingFor(tables, found).map((row) =>
    tables.write_back.update(row, { lease_until: leaseUntil, fence: row.fence + 1, attempts: row.attempts + 1 }),
  )
}) satisfies typeof real.claimRecord

function pendingOf(tables: MemoryTables, rows: readonly Row[]): Row[] {
  return rows.flatMap((row) => tables.write_back.get(row.id) ?? [])
}

export const holdClaimed = twin((tables, rows: readonly Row[]) => {
  const held = pendingOf(tables, rows).filter((row) => row.state === 'PENDING')
  const fences = new Map(rows.map((row) => [row.id, row.fence]))
  const isHeld = held.length === rows.length && held.every((row) => row.fence === fences.get(row.id))
  return isHeld ? held.sort((one, other) => one.id - other.id) : []
}) satisfies typeof real.holdClaimed

const RESULT_LENGTH_MAX = 2_000

export const finish = twin((tables, rows: readonly Row[], state: State, result: string, now: Date) => {
  const stand = { state, result: result.slice(0, RESULT_LENGTH_MAX), finished_at: now, lease_until: null }
  for (const row of pendingOf(tables, rows)) tables.write_back.update(row, stand)
}) satisfies typeof real.finish

export const postpone = twin((tables, rows: readonly Row[], dueAt: Date, reason: string, forAll: boolean) => {
  const [first] = rows
  if (!first) return
  for (const row of pendingOf(tables, rows)) {
    tables.write_back.update(row, { due_at: dueAt, lease_until: null, result: reason.slice(0, RESULT_LENGTH_MAX) })
  }
  for (const row of [...all(tables.writesWaiting)]) {
    if (row.alert_source_id !== first.alert_source_id || row.due_at >= dueAt || row.lease_until !== null) continue
    if (forAll || row.alert_key_folded === first.alert_key_folded) tables.write_back.update(row, { due_at: dueAt })
  }
}) satisfies typeof real.postpone

export const rebase = twin((tables, row: Row, status: string) => {
  for (const one of waitingFor(tables, row)) tables.write_back.update(one, { base_status: status })
}) satisfies typeof real.rebase

type Withdrawn = Parameters<typeof real.withdrawWriteBacks>

export const withdrawWriteBacks = twin(
  (tables, source: Withdrawn[1], alertId: number, deed: string, result: string, now: Date) => {
    for (const row of [...all(tables.writesWaiting)]) {
      if (row.alert_source_id !== source || row.alert_id !== alertId || row.deed !== deed) continue
      if (row.lease_until !== null && row.lease_until > now) continue
      tables.write_back.update(row, { state: 'DROPPED', finished_at: now, result })
    }
  },
) satisfies typeof real.withdrawWriteBacks

export const wordsWritten = twin((tables, alertId: number) =>
  [...tables.write_back.rows]
    .filter((row) => row.alert_id === alertId && typeof row.details.text === 'string')
    .flatMap((row) => {
      const words = String(row.details.text)
      const text = plainText(words, words.length)
      const person = tables.person.get(Number(row.details.personId))
      const name = person && `${person.first_name} ${person.last_name}`.trim()
      return text === '' ? [] : [...(name === null ? [] : [`${name}: ${text}`]), text]
    }),
) satisfies typeof real.wordsWritten

export const nextWriteBackAt = twin((tables) =>
  earliest([...all(tables.writesWaiting)].map((row) => greatest(row.due_at, row.lease_until))),
) satisfies typeof real.nextWriteBackAt
