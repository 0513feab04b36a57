import type { Selectable } from 'kysely'
import type { Database, Tx } from '../database/connection.ts'
import type { TargetTimerTable } from '../database/tables.ts'
import type { Target } from '../integrations/contract.ts'

export type TargetTimerRow = Selectable<TargetTimerTable>

/** Sets, moves or takes away the timer of a record's target; one that fired does not fire again for the same instant. */
export async function planTarget(
  tx: Tx,
  record: { alertSourceId: number; folded: string; alertKey: string },
  target: Target | null,
): Promise<void> {
  if (target === null) {
    await tx
      .updateTable('target_timer')
      .set({ due_at: null })
      .where('alert_source_id', '=', record.alertSourceId)
      .where('alert_key_folded', '=', record.folded)
      .execute()
    return
  }
  const fields = { alert_key: record.alertKey, target_at: target.at, due_at: target.warnAt }
  await tx
    .insertInto('target_timer')
    .values({ alert_source_id: record.alertSourceId, alert_key_folded: record.folded, ...fields, fired_for: null })
    .onConflict((conflict) =>
      conflict
        .columns(['alert_source_id', 'alert_key_folded'])
        .doUpdateSet(fields)
        .where((eb) =>
          eb.or([
            eb('target_timer.fired_for', 'is', null),
            eb('target_timer.fired_for', '<>', eb.ref('excluded.target_at')),
          ]),
        ),
    )
    .execute()
}

/** Takes timers of active sources that are due; nobody else sees them until we commit. */
export async function claimTargets(tx: Tx, now: Date, limit: number): Promise<TargetTimerRow[]> {
  return tx
    .selectFrom('target_timer')
    .innerJoin('alert_source', 'alert_source.id', 'target_timer.alert_source_id')
    .selectAll('target_timer')
    .where('alert_source.active', '=', true)
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(limit)
    .forUpdate('target_timer')
    .skipLocked()
    .execute()
}

/** A timer fires for the target at this instant. */
export async function endTarget(tx: Tx, row: TargetTimerRow, targetAt: Date): Promise<void> {
  await tx
    .updateTable('target_timer')
    .set({ due_at: null, fired_for: targetAt })
    .where('alert_source_id', '=', row.alert_source_id)
    .where('alert_key_folded', '=', row.alert_key_folded)
    .execute()
}

/** Leaves a timer for later. */
export async function postponeTarget(tx: Tx, row: TargetTimerRow, dueAt: Date): Promise<void> {
  await tx
    .updateTable('target_timer')
    .set({ due_at: dueAt })
    .where('alert_source_id', '=', row.alert_source_id)
    .where('alert_key_folded', '=', row.alert_key_folded)
    .execute()
}

/** When the next timer of an active source is due. */
export async function nextTargetAt(db: Database): Promise<Date | null> {
  const row = await db
    .selectFrom('target_timer')
    .innerJoin('alert_source', 'alert_source.id', 'target_timer.alert_source_id')
    .select((eb) => eb.fn.min<Date | null>('due_at').as('at'))
    .where('alert_source.active', '=', true)
    .executeTakeFirst()
  return row?.at ?? null
}
