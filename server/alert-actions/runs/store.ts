import { type Selectable, sql } from 'kysely'
import type { Database, Tx } from '../../database/connection.ts'
import type { AlertActionRunTable, WrittenMessage } from '../../database/tables.ts'
import type { RunStatus } from '../schema.ts'

export type RunRow = Selectable<AlertActionRunTable>

/** A slow place holds up so many messages of its own action, and none of another. */
const AT_ONCE_PER_ACTION = 2

/**
 * Takes one run that is due, or whose lease ran out. Messages about one alert leave in their order; what was tried
 * before comes after what was not; an action to which nothing gets through waits.
 */
export async function claimRun(tx: Tx, now: Date, leaseUntil: Date): Promise<RunRow | null> {
  const { rows } = await sql<{ id: number }>`
    select run.id
      from alert_action_run as run
      join alert_action as action on action.id = run.alert_action_id
     where run.status in ('SCHEDULED', 'SENDING') and run.due_at <= ${now}
       and (run.lease_until is null or run.lease_until <= ${now})
       and (action.paused_until is null or action.paused_until <= ${now})
       and (select count(*) from alert_action_run as busy
             where busy.alert_action_id = run.alert_action_id and busy.status = 'SENDING' and busy.lease_until > ${now})
           < ${AT_ONCE_PER_ACTION}
       and not exists (select 1 from alert_action_run as before
                        where before.alert_action_id = run.alert_action_id and before.alert_id = run.alert_id
                          and before.status in ('SCHEDULED', 'SENDING') and before.id < run.id
                          and (before.attempts > 0 or before.due_at <= run.due_at))
     order by run.attempts > 0, run.due_at, run.id
     limit 1
       for update of run skip locked`.execute(tx)
  const [found] = rows
  if (!found) return null
  return tx
    .updateTable('alert_action_run')
    .set((eb) => ({
      status: 'SENDING',
      lease_until: leaseUntil,
      fence: eb('fence', '+', 1),
      attempts: eb('attempts', '+', 1),
    }))
    .where('id', '=', found.id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** What a run will say, from now on. */
export async function saveMessage(tx: Tx, id: number, message: WrittenMessage): Promise<void> {
  await tx
    .updateTable('alert_action_run')
    .set({ message: JSON.stringify(message) })
    .where('id', '=', id)
    .execute()
}

/** Locks a claimed run if the claim still holds; null when another node took it over. */
export async function holdRun(tx: Tx, row: RunRow): Promise<RunRow | null> {
  const held = await tx
    .selectFrom('alert_action_run')
    .selectAll()
    .where('id', '=', row.id)
    .where('fence', '=', row.fence)
    .where('status', '=', 'SENDING')
    .forUpdate()
    .executeTakeFirst()
  return held ?? null
}

/** How a run ended. */
export async function finishRun(
  tx: Tx,
  id: number,
  ending: { status: 'SENT' | 'SKIPPED' | 'FAILED'; reason: string | null; httpStatus: number | null },
  now: Date,
): Promise<void> {
  await tx
    .updateTable('alert_action_run')
    .set({
      status: ending.status,
      reason: ending.reason,
      http_status: ending.httpStatus,
      finished_at: now,
      lease_until: null,
    })
    .where('id', '=', id)
    .execute()
}

/** Leaves a run for later. */
export async function postponeRun(
  tx: Tx,
  id: number,
  later: { dueAt: Date; reason: string; httpStatus: number | null },
): Promise<void> {
  await tx
    .updateTable('alert_action_run')
    .set({
      status: 'SCHEDULED',
      due_at: later.dueAt,
      reason: later.reason,
      http_status: later.httpStatus,
      lease_until: null,
    })
    .where('id', '=', id)
    .execute()
}

/** Nothing of an action that waits is sent any more. */
export async function cancelRunsOf(tx: Tx, actionId: number, reason: string, now: Date): Promise<void> {
  await tx
    .updateTable('alert_action_run')
    .set((eb) => ({ status: 'SKIPPED', reason, finished_at: now, lease_until: null, fence: eb('fence', '+', 1) }))
    .where('alert_action_id', '=', actionId)
    .where('status', 'in', ['SCHEDULED', 'SENDING'])
    .execute()
}

/** When the next run's turn comes: it is due, its action's pause and what goes before it are over, or a lease runs out. */
export async function nextRunAt(db: Database): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(greatest(run.due_at, run.lease_until, action.paused_until,
                        (select max(before.due_at) from alert_action_run as before
                          where before.alert_action_id = run.alert_action_id and before.alert_id = run.alert_id
                            and before.status = 'SCHEDULED' and before.attempts > 0 and before.id < run.id))) as at
      from alert_action_run as run
      join alert_action as action on action.id = run.alert_action_id
     where run.status in ('SCHEDULED', 'SENDING')`.execute(db)
  return rows[0]?.at ?? null
}

/** Plans a run that a person asked for. */
export async function insertRun(
  tx: Tx,
  run: {
    actionId: number
    alertSourceId: number
    alertId: number
    triggerType: string
    askedBy: number | null
    resendOf: number | null
    news: string
    message: WrittenMessage | null
    giveUpAt: Date
  },
  now: Date,
): Promise<number> {
  const row = await tx
    .insertInto('alert_action_run')
    .values({
      alert_action_id: run.actionId,
      alert_source_id: run.alertSourceId,
      alert_id: run.alertId,
      trigger_type: run.triggerType,
      timeline_entry_id: null,
      asked_by: run.askedBy,
      resend_of: run.resendOf,
      news: run.news,
      triggered_at: now,
      due_at: now,
      give_up_at: run.giveUpAt,
      status: 'SCHEDULED',
      attempts: 0,
      lease_until: null,
      fence: 0,
      finished_at: null,
      http_status: null,
      reason: null,
      message: run.message === null ? null : JSON.stringify(run.message),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** One run, locked. */
export async function lockRun(tx: Tx, id: number): Promise<RunRow | null> {
  const row = await tx.selectFrom('alert_action_run').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  return row ?? null
}

/** A run is tried at once, for as long as a new one would be. */
export async function tryAtOnce(tx: Tx, id: number, giveUpAt: Date, now: Date): Promise<void> {
  await tx
    .updateTable('alert_action_run')
    .set({ status: 'SCHEDULED', due_at: now, give_up_at: giveUpAt, finished_at: null, lease_until: null })
    .where('id', '=', id)
    .execute()
}

export interface RunWithContext extends RunRow {
  action_name: string
  connector_type: string
  action_deleted_at: Date | null
  alert_summary: string
}

function runsWithContext(db: Database) {
  return db
    .selectFrom('alert_action_run as run')
    .innerJoin('alert_action as action', 'action.id', 'run.alert_action_id')
    .leftJoin('alert', 'alert.id', 'run.alert_id')
    .selectAll('run')
    .select([
      'action.name as action_name',
      'action.connector_type',
      'action.deleted_at as action_deleted_at',
      sql<string>`coalesce(alert.summary, '')`.as('alert_summary'),
    ])
}

/** The delivery log of an action, or of an alert; newest first. */
export async function findRuns(
  db: Database,
  of: { actionId: number } | { alertId: number },
  query: { status?: RunStatus | undefined; before?: number | undefined; limit: number },
): Promise<RunWithContext[]> {
  let runs = runsWithContext(db)
  runs =
    'actionId' in of ? runs.where('run.alert_action_id', '=', of.actionId) : runs.where('run.alert_id', '=', of.alertId)
  if (query.status) runs = runs.where('run.status', '=', query.status)
  if (query.before) runs = runs.where('run.id', '<', query.before)
  return runs.orderBy('run.id', 'desc').limit(query.limit).execute()
}

/** One run. */
export async function runById(db: Database, id: number): Promise<RunWithContext | null> {
  return (await runsWithContext(db).where('run.id', '=', id).executeTakeFirst()) ?? null
}

/** How the latest run of each action that was tried stands. */
export async function lastRuns(db: Database, actionIds: readonly number[]): Promise<Map<number, RunRow>> {
  if (actionIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('alert_action_run')
    .selectAll()
    .distinctOn('alert_action_id')
    .where('alert_action_id', 'in', [...actionIds])
    .where('attempts', '>', 0)
    .where('status', '<>', 'SKIPPED')
    .orderBy('alert_action_id')
    .orderBy('id', 'desc')
    .execute()
  return new Map(rows.map((row) => [row.alert_action_id, row]))
}
