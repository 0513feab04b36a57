import { type Selectable, sql } from 'kysely'
import { seesOwned, type Viewer } from '../../access/sight.ts'
import type { Database, Tx } from '../../database/connection.ts'
import type { CoverageRequestTable } from '../../database/tables.ts'
import { isRowId } from '../../database/values.ts'
import type { RequestState } from './schema.ts'

export type RequestRow = Selectable<CoverageRequestTable>

export interface RequestFilter {
  personId?: number | undefined
  scheduleId?: number | undefined
  states: readonly RequestState[]
}

/** Requests, those that were made last first. */
export async function listRequests(
  db: Database | Tx,
  viewer: Viewer,
  { personId, scheduleId, states }: RequestFilter,
  page: { offset: number; limit: number },
  now: Date,
): Promise<RequestRow[]> {
  let query = db.selectFrom('coverage_request').selectAll().where(seesRequest(viewer))
  if (personId !== undefined) {
    query = query.where((eb) => eb.or([eb('asked_id', '=', personId), eb('requester_id', '=', personId)]))
  }
  if (scheduleId !== undefined) query = query.where('schedule_id', '=', isRowId(scheduleId) ? scheduleId : 0)
  if (states.length > 0) {
    const state = sql<string>`case when state = 'PENDING' and ends_at <= ${now} then 'EXPIRED' else state end`
    query = query.where(state, 'in', [...states])
  }
  return query.orderBy('id', 'desc').offset(page.offset).limit(page.limit).execute()
}

/** Requests on schedules that the viewer sees, and those of and to the viewer. */
function seesRequest(viewer: Viewer) {
  const onSeen = seesOwned(viewer, 'schedule', 'coverage_request.schedule_id')
  if (viewer.sees === 'everything') return sql<boolean>`${onSeen}`
  return sql<boolean>`(${onSeen} or requester_id = ${viewer.personId} or asked_id = ${viewer.personId})`
}

/** One request, if the viewer sees it. */
export async function requestById(db: Database | Tx, viewer: Viewer, id: number): Promise<RequestRow | null> {
  if (!isRowId(id)) return null
  const query = db.selectFrom('coverage_request').selectAll().where(seesRequest(viewer)).where('id', '=', id)
  return (await query.executeTakeFirst()) ?? null
}

/** One request, locked until the transaction ends. */
export async function lockRequest(tx: Tx, id: number): Promise<RequestRow | null> {
  const query = tx.selectFrom('coverage_request').selectAll().where('id', '=', id).forUpdate()
  return (await query.executeTakeFirst()) ?? null
}

/** How many requests of a person wait for an answer. */
export async function countPending(tx: Tx, requesterId: number, now: Date): Promise<number> {
  const row = await tx
    .selectFrom('coverage_request')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('requester_id', '=', requesterId)
    .where('state', '=', 'PENDING')
    .where('ends_at', '>', now)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** The request to the same person about the same time that waits already. */
export async function samePending(
  tx: Tx,
  wanted: Pick<RequestRow, 'schedule_id' | 'requester_id' | 'asked_id' | 'starts_at' | 'ends_at'>,
): Promise<boolean> {
  const row = await tx
    .selectFrom('coverage_request')
    .select('id')
    .where('schedule_id', '=', wanted.schedule_id)
    .where('requester_id', '=', wanted.requester_id)
    .where('asked_id', '=', wanted.asked_id)
    .where('starts_at', '<', wanted.ends_at)
    .where('ends_at', '>', wanted.starts_at)
    .where('state', '=', 'PENDING')
    .executeTakeFirst()
  return row !== undefined
}

/** Adds a request; returns it. */
export async function insertRequest(
  tx: Tx,
  request: Omit<RequestRow, 'id' | 'state' | 'created_at' | 'answered_at' | 'answer'>,
  now: Date,
): Promise<RequestRow> {
  return tx
    .insertInto('coverage_request')
    .values({ ...request, state: 'PENDING', created_at: now, answered_at: null, answer: null })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Ends a request. */
export async function endRequest(
  tx: Tx,
  id: number,
  ending: { state: 'ACCEPTED' | 'DECLINED' | 'WITHDRAWN'; answer: string | null },
  now: Date,
): Promise<void> {
  await tx
    .updateTable('coverage_request')
    .set({ ...ending, answered_at: now })
    .where('id', '=', id)
    .execute()
}

/** Requests that wait for an answer on a schedule, from a person and about a stretch of time, locked. */
export async function lockOthers(tx: Tx, row: RequestRow): Promise<RequestRow[]> {
  return tx
    .selectFrom('coverage_request')
    .selectAll()
    .where('schedule_id', '=', row.schedule_id)
    .where('requester_id', '=', row.requester_id)
    .where('id', '<>', row.id)
    .where('starts_at', '<', row.ends_at)
    .where('ends_at', '>', row.starts_at)
    .where('state', '=', 'PENDING')
    .orderBy('id')
    .forUpdate()
    .execute()
}
