import type { ExpressionBuilder, Selectable } from 'kysely'
import type { Database, Tx } from '../database/connection.ts'
import type { EscalationTable, PolicySnapshot, Tables, UnheardStepTable } from '../database/tables.ts'

export type EscalationRow = Selectable<EscalationTable>

/** Begins a climb; the row is the timer. */
export async function insertEscalation(
  tx: Tx,
  climb: { alertSourceId: number; alertId: number; policy: PolicySnapshot; dueAt: Date },
  now: Date,
): Promise<void> {
  await tx
    .insertInto('escalation')
    .values({
      alert_source_id: climb.alertSourceId,
      alert_id: climb.alertId,
      policy: JSON.stringify(climb.policy),
      level_index: 0,
      round: 1,
      due_at: climb.dueAt,
      started_at: now,
      stopped_at: null,
      reason: null,
      failures: 0,
    })
    .execute()
}

/** Begins another climb in place of the one there is, if any: its step is due at `dueAt`. Returns its number. */
export async function restartEscalation(
  tx: Tx,
  climb: {
    alertSourceId: number
    alertId: number
    policy: PolicySnapshot
    levelIndex: number
    round: number
    dueAt: Date
    /** People who are asked again although they were taken off the alert. */
    backIn: readonly number[]
  },
  now: Date,
): Promise<number> {
  const known = await tx
    .selectFrom('escalation')
    .select(['climb', 'left_out'])
    .where('alert_id', '=', climb.alertId)
    .forUpdate()
    .executeTakeFirst()
  const stand = {
    policy: JSON.stringify(climb.policy),
    level_index: climb.levelIndex,
    round: climb.round,
    due_at: climb.dueAt,
    started_at: now,
    stopped_at: null,
    reason: null,
    failures: 0,
    climb: (known?.climb ?? 0) + 1,
    left_out: (known?.left_out ?? []).filter((id) => !climb.backIn.includes(id)),
  }
  await tx
    .insertInto('escalation')
    .values({ alert_source_id: climb.alertSourceId, alert_id: climb.alertId, ...stand })
    .onConflict((conflict) => conflict.columns(['alert_source_id', 'alert_id']).doUpdateSet(stand))
    .execute()
  return stand.climb
}

/** Says whom the climb of an alert passes over. */
export async function setLeftOut(tx: Tx, alertId: number, personIds: readonly number[]): Promise<void> {
  await tx
    .updateTable('escalation')
    .set({ left_out: [...personIds] })
    .where('alert_id', '=', alertId)
    .execute()
}

export interface DueEscalation extends EscalationRow {
  due_at: Date
  alert_priority: string
  alert_summary: string
}

/**
 * Takes climbs that owe a step, high priority first; nobody else sees them, or accepts their alerts, until we commit.
 * `which`: of these alerts only, or of all but these.
 */
export async function claimDueEscalations(
  tx: Tx,
  now: Date,
  limit: number,
  which: { only?: readonly number[]; but?: readonly number[] } = {},
): Promise<DueEscalation[]> {
  const { only, but = [] } = which
  if (only?.length === 0) return []
  const rows = await tx
    .selectFrom('escalation')
    .innerJoin('alert', (join) =>
      join
        .onRef('alert.alert_source_id', '=', 'escalation.alert_source_id')
        .onRef('alert.id', '=', 'escalation.alert_id'),
    )
    .selectAll('escalation')
    .select(['alert.priority as alert_priority', 'alert.summary as alert_summary'])
    .where('escalation.stopped_at', 'is', null)
    .where('escalation.due_at', '<=', now)
    .where('alert.status', '=', 'PENDING')
    .$if(only !== undefined, (query) => query.where('escalation.alert_id', 'in', only ?? []))
    .$if(but.length > 0, (query) => query.where('escalation.alert_id', 'not in', but))
    .orderBy('alert.priority')
    .orderBy('escalation.due_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
  return rows as DueEscalation[]
}

/** When the next step is due. */
export async function nextStepAt(db: Database): Promise<Date | null> {
  const row = await db
    .selectFrom('escalation')
    .select('due_at')
    .where('stopped_at', 'is', null)
    .orderBy('due_at')
    .limit(1)
    .executeTakeFirst()
  return row?.due_at ?? null
}

/** Saves where a climb stands and when it goes on. */
export async function moveEscalation(
  tx: Tx,
  alertId: number,
  step: { levelIndex: number; round: number; dueAt: Date },
): Promise<void> {
  await tx
    .updateTable('escalation')
    .set({ level_index: step.levelIndex, round: step.round, due_at: step.dueAt, failures: 0 })
    .where('alert_id', '=', alertId)
    .execute()
}

/** Leaves the step that is due for later: it failed. */
export async function postponeStep(tx: Tx, alertId: number, change: { dueAt: Date; failures: number }): Promise<void> {
  await tx
    .updateTable('escalation')
    .set({ due_at: change.dueAt, failures: change.failures })
    .where('alert_id', '=', alertId)
    .execute()
}

/** Ends a climb; its timer is gone. False when it had stopped earlier: it keeps its reason. */
export async function endEscalation(tx: Tx, alertId: number, reason: string, now: Date): Promise<boolean> {
  const result = await tx
    .updateTable('escalation')
    .set({ due_at: null, stopped_at: now, reason })
    .where('alert_id', '=', alertId)
    .where('stopped_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** A climb under way; locked. */
export async function lockRunning(tx: Tx, alertId: number): Promise<EscalationRow | null> {
  const row = await tx
    .selectFrom('escalation')
    .selectAll()
    .where('alert_id', '=', alertId)
    .where('stopped_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}

/** A climb under way that has not asked anybody yet; locked. */
export async function lockUnstarted(tx: Tx, alertId: number): Promise<EscalationRow | null> {
  const row = await tx
    .selectFrom('escalation')
    .selectAll()
    .where('alert_id', '=', alertId)
    .where('stopped_at', 'is', null)
    .where('level_index', '=', 0)
    .where('round', '=', 1)
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}

export type UnheardStep = Selectable<UnheardStepTable>

/** Takes steps none of whose pages got through. */
export async function claimUnheard(tx: Tx, now: Date, limit: number): Promise<UnheardStep[]> {
  return tx
    .selectFrom('unheard_step')
    .selectAll()
    .where('at', '<=', now)
    .orderBy('at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
}

/** What followed from a step was done. */
export async function endUnheard(tx: Tx, step: UnheardStep): Promise<void> {
  await tx.deleteFrom('unheard_step').where(isStep(step)).execute()
}

/** Leaves a step for later. */
export async function postponeUnheard(tx: Tx, step: UnheardStep, at: Date): Promise<void> {
  await tx.updateTable('unheard_step').set({ at }).where(isStep(step)).execute()
}

function isStep(step: UnheardStep) {
  const { alert_source_id, alert_id, climb, round, level_index } = step
  return (eb: ExpressionBuilder<Tables, 'unheard_step'>) =>
    eb.and({ alert_source_id, alert_id, climb, round, level_index })
}

export interface LockedClimb extends EscalationRow {
  alert_priority: string
  alert_summary: string
  alert_status: string
  alert_unattended_since: Date | null
  alert_merged_into_id: number | null
}

/** A climb and its alert, locked until the transaction ends. */
export async function lockClimb(tx: Tx, alertId: number): Promise<LockedClimb | null> {
  const row = await tx
    .selectFrom('escalation')
    .innerJoin('alert', (join) =>
      join
        .onRef('alert.alert_source_id', '=', 'escalation.alert_source_id')
        .onRef('alert.id', '=', 'escalation.alert_id'),
    )
    .selectAll('escalation')
    .select([
      'alert.priority as alert_priority',
      'alert.summary as alert_summary',
      'alert.status as alert_status',
      'alert.unattended_since as alert_unattended_since',
      'alert.merged_into_id as alert_merged_into_id',
    ])
    .where('escalation.alert_id', '=', alertId)
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}
