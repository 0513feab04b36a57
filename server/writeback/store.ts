import { type Selectable, sql } from 'kysely'
import type { Database, Tx } from '../database/connection.ts'
import type { WriteBackTable } from '../database/tables.ts'
import { plainText } from '../runtime/text.ts'
import type { WriteBackState } from './schema.ts'

export type WriteBackRow = Selectable<WriteBackTable>

export interface NewWriteBack {
  alertSourceId: number
  alertId: number
  folded: string
  alertKey: string
  deed: string
  details: Record<string, unknown>
  baseStatus: string | null
  baseVersion: number | null
  decidedAt: Date
  giveUpAt: Date
}

/** Plans what is to be written. It waits behind what its record already waits for. */
export async function insertWriteBack(tx: Tx, write: NewWriteBack): Promise<void> {
  const waiting = await tx
    .selectFrom('write_back')
    .select('due_at')
    .where('alert_source_id', '=', write.alertSourceId)
    .where('alert_key_folded', '=', write.folded)
    .where('state', '=', 'PENDING')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  await tx
    .insertInto('write_back')
    .values({
      alert_source_id: write.alertSourceId,
      alert_id: write.alertId,
      alert_key_folded: write.folded,
      alert_key: write.alertKey,
      deed: write.deed,
      details: JSON.stringify(write.details),
      base_status: write.baseStatus,
      base_version: write.baseVersion,
      decided_at: write.decidedAt,
      give_up_at: write.giveUpAt,
      state: 'PENDING',
      due_at: waiting?.due_at ?? write.decidedAt,
      attempts: 0,
      lease_until: null,
      fence: 0,
      finished_at: null,
      result: null,
    })
    .execute()
}

/** What was taken back before it was on its way is not written. */
export async function withdrawWriteBacks(
  tx: Tx,
  alertSourceId: number,
  alertId: number,
  deed: string,
  result: string,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('write_back')
    .set({ state: 'DROPPED', finished_at: now, result })
    .where('alert_source_id', '=', alertSourceId)
    .where('alert_id', '=', alertId)
    .where('deed', '=', deed)
    .where('state', '=', 'PENDING')
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
    .execute()
}

export interface RecordOfAlert {
  folded: string
  alertKey: string
  status: string | null
  version: number | null
}

const RECORDS_MAX = 200

/** The records behind an alert that are not over. */
export async function recordsOfAlert(tx: Tx, alertSourceId: number, alertId: number): Promise<RecordOfAlert[]> {
  const rows = await tx
    .selectFrom('known_record')
    .leftJoin('record_reading', (join) =>
      join
        .onRef('record_reading.alert_source_id', '=', 'known_record.alert_source_id')
        .onRef('record_reading.alert_key_folded', '=', 'known_record.alert_key_folded'),
    )
    .leftJoin('alert', (join) =>
      join
        .onRef('alert.id', '=', 'known_record.alert_id')
        .onRef('alert.alert_key_folded', '=', 'known_record.alert_key_folded'),
    )
    .select([
      'known_record.alert_key_folded as folded',
      'known_record.status',
      'known_record.version',
      'alert.alert_key as own_key',
      'record_reading.alert_key as read_key',
    ])
    .where('known_record.alert_source_id', '=', alertSourceId)
    .where('known_record.alert_id', '=', alertId)
    .where('known_record.event_type', '<>', 'RESOLVE')
    .orderBy('known_record.alert_key_folded')
    .limit(RECORDS_MAX)
    .execute()
  return rows.map((row) => ({
    folded: row.folded,
    alertKey: row.own_key ?? row.read_key ?? row.folded,
    status: row.status,
    version: row.version,
  }))
}

/** Takes one record whose turn it is, with everything that waits for it; in order, and never twice at once. */
export async function claimRecord(tx: Tx, now: Date, leaseUntil: Date): Promise<WriteBackRow[]> {
  const { rows } = await sql<{ alert_source_id: number; alert_key_folded: string }>`
    select alert_source_id, alert_key_folded
      from write_back as first
     where state = 'PENDING' and due_at <= ${now} and (lease_until is null or lease_until <= ${now})
       and not exists (select 1 from write_back as before
                        where before.alert_source_id = first.alert_source_id
                          and before.alert_key_folded = first.alert_key_folded
                          and before.state = 'PENDING' and before.id < first.id)
     order by due_at, id
     limit 1
       for update skip locked
  `.execute(tx)
  const [found] = rows
  if (!found) return []
  const claimed = await tx
    .updateTable('write_back')
    .set((eb) => ({ lease_until: leaseUntil, fence: eb('fence', '+', 1), attempts: eb('attempts', '+', 1) }))
    .where('alert_source_id', '=', found.alert_source_id)
    .where('alert_key_folded', '=', found.alert_key_folded)
    .where('state', '=', 'PENDING')
    .returningAll()
    .execute()
  return claimed.toSorted((a, b) => a.id - b.id)
}

/** Locks what was claimed if the claim still holds; empty when another node took it over. */
export async function holdClaimed(tx: Tx, rows: readonly WriteBackRow[]): Promise<WriteBackRow[]> {
  const [first] = rows
  if (!first) return []
  const held = await tx
    .selectFrom('write_back')
    .selectAll()
    .where(
      'id',
      'in',
      rows.map((row) => row.id),
    )
    .where('state', '=', 'PENDING')
    .orderBy('id')
    .forUpdate()
    .execute()
  const fences = new Map(rows.map((row) => [row.id, row.fence]))
  return held.length === rows.length && held.every((row) => row.fence === fences.get(row.id)) ? held : []
}

/** The end of what was planned. */
export async function finish(
  tx: Tx,
  rows: readonly WriteBackRow[],
  state: WriteBackState,
  result: string,
  now: Date,
): Promise<void> {
  if (rows.length === 0) return
  await tx
    .updateTable('write_back')
    .set({ state, result: result.slice(0, RESULT_LENGTH_MAX), finished_at: now, lease_until: null })
    .where(
      'id',
      'in',
      rows.map((row) => row.id),
    )
    .execute()
}

const RESULT_LENGTH_MAX = 2_000

/** Leaves what was planned for later; `forAll`: with everything else of the source, as nothing gets through. */
export async function postpone(
  tx: Tx,
  rows: readonly WriteBackRow[],
  dueAt: Date,
  reason: string,
  forAll: boolean,
): Promise<void> {
  const [first] = rows
  if (!first) return
  await tx
    .updateTable('write_back')
    .set({ due_at: dueAt, lease_until: null, result: reason.slice(0, RESULT_LENGTH_MAX) })
    .where(
      'id',
      'in',
      rows.map((row) => row.id),
    )
    .execute()
  await tx
    .updateTable('write_back')
    .set({ due_at: dueAt })
    .where('alert_source_id', '=', first.alert_source_id)
    .where('state', '=', 'PENDING')
    .where('due_at', '<', dueAt)
    .where('lease_until', 'is', null)
    .$if(!forAll, (query) => query.where('alert_key_folded', '=', first.alert_key_folded))
    .execute()
}

/** Our own change is the state that what still waits was decided upon. */
export async function rebase(tx: Tx, row: WriteBackRow, status: string): Promise<void> {
  await tx
    .updateTable('write_back')
    .set({ base_status: status })
    .where('alert_source_id', '=', row.alert_source_id)
    .where('alert_key_folded', '=', row.alert_key_folded)
    .where('state', '=', 'PENDING')
    .execute()
}

/** When the next record's turn comes, or a lease runs out. */
export async function nextWriteBackAt(db: Database): Promise<Date | null> {
  const row = await db
    .selectFrom('write_back')
    .select((eb) => eb.fn.min<Date | null>(sql<Date>`greatest(due_at, lease_until)`).as('at'))
    .where('state', '=', 'PENDING')
    .executeTakeFirst()
  return row?.at ?? null
}

/** The words people wrote here of an alert, as they stand in the other system: with and without the name before them. */
export async function wordsWritten(tx: Tx, alertId: number): Promise<string[]> {
  const { rows } = await sql<{ words: string; name: string | null }>`
    select write_back.details ->> 'text' as words, trim(person.first_name || ' ' || person.last_name) as name
      from write_back
      left join person on person.id = (write_back.details ->> 'personId')::integer
     where write_back.alert_id = ${alertId} and write_back.details ->> 'text' is not null`.execute(tx)
  return rows.flatMap(({ words, name }) => {
    const text = plainText(words, words.length)
    return text === '' ? [] : [...(name === null ? [] : [`${name}: ${text}`]), text]
  })
}

/** What was or is to be written, newest first. */
export async function writeBacksOf(
  db: Database,
  of: { alertId: number } | { alertSourceId: number },
  limit: number,
): Promise<WriteBackRow[]> {
  const query = db.selectFrom('write_back').selectAll().orderBy('id', 'desc').limit(limit)
  return 'alertId' in of
    ? query.where('alert_id', '=', of.alertId).execute()
    : query.where('alert_source_id', '=', of.alertSourceId).execute()
}
