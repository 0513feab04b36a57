import { type Actor, requireRight } from '../../access/actor.ts'
import { audit } from '../../audit/store.ts'
import type { Database, Tx } from '../../database/connection.ts'
import { tellLive, wakeEngine } from '../../database/notify.ts'
import { Problem } from '../../runtime/problem.ts'
import { addSeconds } from '../../runtime/time.ts'
import { RUN_GIVE_UP_SECONDS } from '../../timeline/store.ts'
import { noSuchAction } from '../actions.ts'
import { manualActionsOf, pauseAction } from '../store.ts'
import { insertRun, lockRun, type RunRow, tryAtOnce } from './store.ts'

/** A run that waits or failed is tried now; others of its action that wait are tried after it. */
export async function retryRun(db: Database, actor: Actor, id: number, now: Date): Promise<void> {
  requireRight(actor, 'edit')
  await db.transaction().execute(async (tx) => {
    const row = await requireRun(tx, id)
    if (!mayRetry(row)) throw new Problem('already-done', 'It is sent, or is on its way.')
    await tryAtOnce(tx, row.id, addSeconds(now, RUN_GIVE_UP_SECONDS), now)
    await pauseAction(tx, row.alert_action_id, null)
    await tellPressed(tx, actor, row, 'retried', now)
  })
}

/** Sends once more what was sent or skipped, as a message of its own. Returns its id. */
export async function resendRun(db: Database, actor: Actor, id: number, now: Date): Promise<number> {
  requireRight(actor, 'edit')
  return db.transaction().execute(async (tx) => {
    const row = await requireRun(tx, id)
    if (!mayResend(row)) throw new Problem('already-done', 'It is on its way.')
    const again = await insertRun(
      tx,
      {
        actionId: row.alert_action_id,
        alertSourceId: row.alert_source_id,
        alertId: row.alert_id,
        // By hand: what was skipped once is not skipped again.
        triggerType: row.message === null ? 'manual' : row.trigger_type,
        askedBy: actor.kind === 'person' ? actor.personId : null,
        resendOf: row.id,
        news: row.news,
        message: row.message,
        giveUpAt: addSeconds(now, RUN_GIVE_UP_SECONDS),
      },
      now,
    )
    await pauseAction(tx, row.alert_action_id, null)
    await tellPressed(tx, actor, row, 'resent', now)
    return again
  })
}

/** A person presses an action's button on an alert. Returns the run's id. */
export async function pressAction(
  db: Database,
  actor: Actor,
  alert: { alertSourceId: number; alertId: number },
  actionId: number,
  now: Date,
): Promise<number> {
  requireRight(actor, 'answer')
  const action = (await manualActionsOf(db, alert.alertSourceId)).find((one) => one.id === actionId)
  if (!action) throw noSuchAction(actionId)
  const name = actor.kind === 'person' ? actor.name : 'Automation'
  return db.transaction().execute(async (tx) => {
    const id = await insertRun(
      tx,
      {
        ...alert,
        actionId,
        triggerType: 'manual',
        askedBy: actor.kind === 'person' ? actor.personId : null,
        resendOf: null,
        news: `Sent by ${name}`,
        message: null,
        giveUpAt: addSeconds(now, RUN_GIVE_UP_SECONDS),
      },
      now,
    )
    const line = { action: 'alert.action-sent', objectType: 'alert', objectId: alert.alertId }
    await audit(tx, actor, { ...line, details: { name: action.name } }, now)
    await wakeEngine(tx)
    return id
  })
}

export function mayRetry(row: Pick<RunRow, 'status'>): boolean {
  return row.status === 'SCHEDULED' || row.status === 'FAILED'
}

export function mayResend(row: Pick<RunRow, 'status'>): boolean {
  return row.status === 'SENT' || row.status === 'SKIPPED'
}

async function requireRun(tx: Tx, id: number): Promise<RunRow> {
  const row = await lockRun(tx, id)
  const isDeleted =
    row !== null &&
    (await tx
      .selectFrom('alert_action')
      .select('id')
      .where('id', '=', row.alert_action_id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst()) === undefined
  if (!row) throw new Problem('not-found', `There is no message ${id} of an alert action.`)
  if (isDeleted) throw new Problem('not-found', 'The alert action was deleted.')
  return row
}

async function tellPressed(tx: Tx, actor: Actor, row: RunRow, verb: string, now: Date): Promise<void> {
  const line = { action: `alert-action.${verb}`, objectType: 'alert-action', objectId: row.alert_action_id }
  await audit(tx, actor, { ...line, details: { run: row.id, alert: row.alert_id } }, now)
  await tellLive(tx, { kind: 'alert-action' })
  await wakeEngine(tx)
}
