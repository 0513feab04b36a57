import { sql } from 'kysely'
import type { AlertRow } from '../alerts/store.ts'
import type { Tx } from '../database/connection.ts'
import type { EscalationRow } from '../escalation/store.ts'
import type { NotificationRow } from '../notifications/store.ts'

/** How long a simulation waits for a row that somebody holds: less than a deadlock takes to be noticed, so that it is always the one to give way. */
const LOCK_MS = 500
const STATEMENT_MS = 2_000

/** Lets the transaction yield to everybody else. */
export async function giveWay(tx: Tx): Promise<void> {
  await sql`select set_config('lock_timeout', ${`${LOCK_MS}ms`}, true), set_config('statement_timeout', ${`${STATEMENT_MS}ms`}, true)`.execute(
    tx,
  )
}

/** Does `work`, then takes back all that it wrote; its locks are free again. */
export async function takenBack<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  await sql`savepoint trial`.execute(tx)
  const result = await work()
  await sql`rollback to savepoint trial`.execute(tx)
  await sql`release savepoint trial`.execute(tx)
  return result
}

export interface Stand {
  alert: AlertRow
  climb: EscalationRow | null
  policyName: string
}

/** An alert and its climb as they stand; null when there is none. */
export async function standOf(tx: Tx, alertId: number): Promise<Stand | null> {
  const alert = await tx.selectFrom('alert').selectAll().where('id', '=', alertId).executeTakeFirst()
  if (!alert) return null
  const climb = await tx.selectFrom('escalation').selectAll().where('alert_id', '=', alertId).executeTakeFirst()
  const policy = await tx
    .selectFrom('escalation_policy')
    .select('name')
    .where('id', '=', alert.escalation_policy_id)
    .executeTakeFirstOrThrow()
  return { alert, climb: climb ?? null, policyName: policy.name }
}

/** An alert's pages that wait to leave. */
export async function waitingPages(tx: Tx, alertId: number): Promise<NotificationRow[]> {
  return tx
    .selectFrom('notification')
    .selectAll()
    .where('alert_id', '=', alertId)
    .where('status', '=', 'SCHEDULED')
    .execute()
}

/** Puts an alert, its climb and pages beside the others, without the key: nobody else's event meets it. Returns its id. */
export async function putCopy(
  tx: Tx,
  { alert, climb }: Pick<Stand, 'alert' | 'climb'>,
  pages: readonly NotificationRow[],
): Promise<number> {
  const { id: _, ...kept } = alert
  const { id } = await tx
    .insertInto('alert')
    .values({
      ...kept,
      alert_key: null,
      alert_key_folded: null,
      links: JSON.stringify(kept.links),
      images: JSON.stringify(kept.images),
      labels: JSON.stringify(kept.labels),
      custom_details: kept.custom_details === null ? null : JSON.stringify(kept.custom_details),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  if (climb) {
    await tx
      .insertInto('escalation')
      .values({ ...climb, alert_id: id, policy: JSON.stringify(climb.policy) })
      .execute()
  }
  if (pages.length > 0) {
    await tx
      .insertInto('notification')
      .values(pages.map((page) => ({ ...page, alert_id: id })))
      .execute()
  }
  return id
}

/** What happens to an alert by itself, in the order in which it does at one instant. */
export const DUE_KINDS = ['step', 'page', 'end', 'raise'] as const
export type DueKind = (typeof DUE_KINDS)[number]

/** When what of an alert is due: its next step, page, end by itself and raising; null: never. */
export async function dueOf(tx: Tx, alertId: number): Promise<Record<DueKind, Date | null>> {
  const { rows } = await sql<Record<DueKind, Date | null>>`
    select
      (select min(due_at) from escalation
        where alert_source_id = alert.alert_source_id and alert_id = alert.id and stopped_at is null
          and alert.status = 'PENDING') as step,
      (select min(due_at) from notification
        where alert_source_id = alert.alert_source_id and alert_id = alert.id and status = 'SCHEDULED') as page,
      case when alert.status <> 'RESOLVED' then alert.auto_resolve_at end as "end",
      case when alert.status = 'PENDING' then alert.raise_at end as raise
      from alert where alert.id = ${alertId}
  `.execute(tx)
  return rows[0] ?? { step: null, page: null, end: null, raise: null }
}

/** What of a source and a policy an edit may change for an alert that is open already. */
export interface LaterRules {
  source: { alert_priority_rule: string; support_hours_id: number | null }
  policy: { levels: unknown; frequency: number; delay_minutes: number }
}

/** Those rules as they stand. */
export async function laterRules(tx: Tx, alert: AlertRow): Promise<LaterRules> {
  const source = await tx
    .selectFrom('alert_source')
    .select(['alert_priority_rule', 'support_hours_id'])
    .where('id', '=', alert.alert_source_id)
    .executeTakeFirstOrThrow()
  const policy = await tx
    .selectFrom('escalation_policy')
    .select(['levels', 'frequency', 'delay_minutes'])
    .where('id', '=', alert.escalation_policy_id)
    .executeTakeFirstOrThrow()
  return { source, policy }
}

/** Puts them in place, under locks that stop nothing but another edit. */
export async function putLaterRules(tx: Tx, alert: AlertRow, { source, policy }: LaterRules): Promise<void> {
  await tx.updateTable('alert_source').set(source).where('id', '=', alert.alert_source_id).execute()
  await tx
    .updateTable('escalation_policy')
    .set({ ...policy, levels: JSON.stringify(policy.levels) })
    .where('id', '=', alert.escalation_policy_id)
    .execute()
}

/** Takes a page out of the way, as one that is on its way, until then. */
export async function putAside(tx: Tx, page: { alert_source_id: number; id: string }, until: Date): Promise<void> {
  await tx
    .updateTable('notification')
    .set({ status: 'SENDING', lease_until: until })
    .where('alert_source_id', '=', page.alert_source_id)
    .where('id', '=', page.id)
    .execute()
}
