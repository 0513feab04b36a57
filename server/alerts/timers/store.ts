import { sql } from 'kysely'
import type { Database, Tx } from '../../database/connection.ts'
import type { AlertRow } from '../store.ts'

type Timer = 'raise_at' | 'return_at'
const STATUS = { raise_at: 'PENDING', return_at: 'ACCEPTED' } as const

/** Alerts whose time has come, locked; nobody else sees them until the transaction ends. */
export async function claimTimers(tx: Tx, timer: Timer, now: Date, limit: number): Promise<AlertRow[]> {
  return tx
    .selectFrom('alert')
    .selectAll()
    .where(timer, '<=', now)
    .where('status', '=', STATUS[timer])
    .where('merged_into_id', 'is', null)
    .orderBy(timer)
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
}

/** When the next one is due. */
export async function nextTimer(db: Database, timer: Timer): Promise<Date | null> {
  const row = await db
    .selectFrom('alert')
    .select(timer)
    .where(timer, 'is not', null)
    .where('status', '=', STATUS[timer])
    .where('merged_into_id', 'is', null)
    .orderBy(timer)
    .limit(1)
    .executeTakeFirst()
  return row ? (row as Record<Timer, Date | null>)[timer] : null
}

/** Sets an alert's timer, or takes it away. */
export async function setTimer(tx: Tx, alertId: number, timer: Timer, at: Date | null): Promise<void> {
  await tx
    .updateTable('alert')
    .set({ [timer]: at })
    .where('id', '=', alertId)
    .execute()
}

/** An accepted alert comes back when its policy says so. */
export async function planReturn(tx: Tx, alertId: number, now: Date): Promise<void> {
  await sql`
    update alert
       set return_at = ${now}::timestamptz + policy.accept_timeout_minutes * interval '1 minute'
      from escalation_policy as policy
     where alert.id = ${alertId} and policy.id = alert.escalation_policy_id
  `.execute(tx)
}

/** Lines of a timeline that somebody's work leaves. */
const PROGRESS = [
  'AlertCommentAddedLogEntry',
  'AlertCommentAddedBySystemLogEntry',
  'AlertSummaryChangedLogEntry',
  'AlertResponderAddedLogEntry',
  'AlertSourceResponseLogEntry',
  'UserResponseLogEntry',
]
/** A record that changes was worked on; a monitor that repeats itself was not. */
const PROGRESS_OF_RECORDS = [...PROGRESS, 'AlertReceivedLogEntry']

/** When an alert last got on, its answer counted; null: never. */
export async function lastProgress(tx: Tx, alertId: number, isOfRecord: boolean): Promise<Date | null> {
  const row = await tx
    .selectFrom('timeline_entry')
    .select((eb) => eb.fn.max('at').as('at'))
    .where('alert_id', '=', alertId)
    .where('type', 'in', isOfRecord ? PROGRESS_OF_RECORDS : PROGRESS)
    .executeTakeFirst()
  return row?.at ?? null
}

/** True when a person raised an alert's priority: no rule lowers it again. */
export async function wasRaised(tx: Tx, alertId: number): Promise<boolean> {
  const row = await tx
    .selectFrom('timeline_entry')
    .select('id')
    .where('alert_id', '=', alertId)
    .where('type', '=', 'AlertRaisedByUserLogEntry')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** How a source gives priority, and how long its alert's policy waits for progress. */
export async function rulesOfAlert(tx: Tx, alert: Pick<AlertRow, 'alert_source_id' | 'escalation_policy_id'>) {
  return tx
    .selectFrom('alert_source')
    .innerJoin('escalation_policy', (join) => join.on('escalation_policy.id', '=', alert.escalation_policy_id))
    .select([
      'alert_source.name as sourceName',
      'integration_type as integrationType',
      'alert_priority_rule as rule',
      'support_hours_id as supportHoursId',
      'accept_timeout_minutes as acceptTimeoutMinutes',
    ])
    .where('alert_source.id', '=', alert.alert_source_id)
    .executeTakeFirstOrThrow()
}
