import { type Selectable, sql } from 'kysely'
import { seesAlert, type Viewer } from '../../access/sight.ts'
import type { Database, Tx } from '../../database/connection.ts'
import type { AlertResponderTable } from '../../database/tables.ts'
import type { Priority } from '../schema.ts'
import type { AlertRow } from '../store.ts'

type ResponderRow = Selectable<AlertResponderTable>

export interface OfAlert {
  alertSourceId: number
  alertId: number
}

/** Alerts with all they are merged with, locked until the transaction ends; always in the same order, so that nobody waits in a circle. */
export async function lockFamilies(tx: Tx, alertIds: readonly number[]): Promise<AlertRow[]> {
  const wanted = [...alertIds]
  const known = await tx
    .selectFrom('alert')
    .select(['id', 'merged_into_id'])
    .where((eb) => eb.or([eb('id', 'in', wanted), eb('merged_into_id', 'in', wanted)]))
    .execute()
  const mains = known.flatMap((row) => (row.merged_into_id === null ? [] : [row.merged_into_id]))
  const ids = [...new Set([...wanted, ...known.map((row) => row.id), ...mains])]
  return tx
    .selectFrom('alert')
    .selectAll()
    .where((eb) => eb.or([eb('id', 'in', ids), eb('merged_into_id', 'in', ids)]))
    .orderBy('id')
    .forUpdate()
    .execute()
}

/** The open alerts that are merged into this one: who waits for an answer first, of those the loudest, then the oldest. */
export async function openMerged(tx: Tx, alertId: number): Promise<number[]> {
  const rows = await tx
    .selectFrom('alert')
    .select('id')
    .where('merged_into_id', '=', alertId)
    .where('status', '<>', 'RESOLVED')
    .orderBy(sql`status <> 'PENDING'`)
    .orderBy('priority')
    .orderBy('id')
    .execute()
  return rows.map((row) => row.id)
}

/** Says which alert stands for this one; null: it stands for itself. */
export async function setMergedInto(tx: Tx, alertIds: readonly number[], mainId: number | null): Promise<void> {
  if (alertIds.length === 0) return
  await tx
    .updateTable('alert')
    .set({ merged_into_id: mainId, ...(mainId === null ? {} : { unattended_since: null }) })
    .where('id', 'in', [...alertIds])
    .execute()
}

/** An alert waits for an answer again; who answered before is not on it any more. */
export async function setWaiting(
  tx: Tx,
  alert: OfAlert,
  change: { escalationPolicyId?: number; assignedTo: number | null; priority?: Priority },
): Promise<void> {
  await tx
    .updateTable('alert')
    .set({
      status: 'PENDING',
      accepted_at: null,
      accepted_by: null,
      unattended_since: null,
      assigned_to: change.assignedTo,
      ...(change.escalationPolicyId === undefined ? {} : { escalation_policy_id: change.escalationPolicyId }),
      ...(change.priority ? { priority: change.priority } : {}),
    })
    .where('id', '=', alert.alertId)
    .execute()
  await tx
    .updateTable('alert_responder')
    .set({ accepted_at: null })
    .where('alert_id', '=', alert.alertId)
    .where('accepted_at', 'is not', null)
    .execute()
}

/** Changes an alert's priority. */
export async function setPriority(tx: Tx, alertId: number, priority: Priority): Promise<void> {
  await tx.updateTable('alert').set({ priority }).where('id', '=', alertId).execute()
}

/** Puts a person on an alert, also one who was taken off before. */
export async function putResponder(
  tx: Tx,
  alert: OfAlert,
  personId: number,
  acceptedAt: Date | null,
  now: Date,
): Promise<void> {
  await tx
    .insertInto('alert_responder')
    .values({
      alert_source_id: alert.alertSourceId,
      alert_id: alert.alertId,
      person_id: personId,
      added_at: now,
      accepted_at: acceptedAt,
      removed_at: null,
    })
    .onConflict((conflict) =>
      conflict.columns(['alert_source_id', 'alert_id', 'person_id']).doUpdateSet({
        removed_at: null,
        ...(acceptedAt ? { accepted_at: acceptedAt } : {}),
      }),
    )
    .execute()
}

/** Takes a person off an alert. */
export async function takeOffResponder(tx: Tx, alert: OfAlert, personId: number, now: Date): Promise<void> {
  const off = { accepted_at: null, removed_at: now }
  await tx
    .insertInto('alert_responder')
    .values({
      alert_source_id: alert.alertSourceId,
      alert_id: alert.alertId,
      person_id: personId,
      added_at: now,
      ...off,
    })
    .onConflict((conflict) => conflict.columns(['alert_source_id', 'alert_id', 'person_id']).doUpdateSet(off))
    .execute()
}

/** A person does not work on an alert any more, and stays on it. */
export async function takeBackAcceptance(tx: Tx, alertId: number, personId: number): Promise<void> {
  await tx
    .updateTable('alert_responder')
    .set({ accepted_at: null })
    .where('alert_id', '=', alertId)
    .where('person_id', '=', personId)
    .execute()
}

/** Says who of those that accepted an alert is named for it. */
export async function setAcceptedBy(tx: Tx, alertId: number, personId: number): Promise<void> {
  await tx
    .updateTable('alert')
    .set({ accepted_by: personId, assigned_to: personId })
    .where('id', '=', alertId)
    .execute()
}

/** The open alert that has an alert's key and is another one. */
export async function openTwin(tx: Tx, alert: AlertRow): Promise<number | null> {
  if (alert.alert_key_folded === null) return null
  const row = await tx
    .selectFrom('alert')
    .select('id')
    .where('alert_source_id', '=', alert.alert_source_id)
    .where('alert_key_folded', '=', alert.alert_key_folded)
    .where('status', '<>', 'RESOLVED')
    .where('id', '<>', alert.id)
    .executeTakeFirst()
  return row?.id ?? null
}

/** What is merged into an alert and was resolved with it, at the same moment; locked. */
export async function resolvedWith(tx: Tx, alert: AlertRow): Promise<AlertRow[]> {
  return tx
    .selectFrom('alert')
    .selectAll()
    .where('merged_into_id', '=', alert.id)
    .where('status', '=', 'RESOLVED')
    .where('resolved_at', '=', alert.resolved_at)
    .orderBy('id')
    .forUpdate()
    .execute()
}

/** A resolved alert goes on; who had accepted it still has. */
export async function setUnresolved(tx: Tx, alertId: number, status: 'PENDING' | 'ACCEPTED'): Promise<void> {
  await tx
    .updateTable('alert')
    .set({ status, resolved_at: null, resolved_by: null, unattended_since: null })
    .where('id', '=', alertId)
    .execute()
}

/** After how long alerts of a source resolve by themselves; null: never. */
export async function timeoutOfSource(tx: Tx, alertSourceId: number): Promise<string | null> {
  const row = await tx
    .selectFrom('alert_source')
    .select('auto_resolution_timeout')
    .where('id', '=', alertSourceId)
    .executeTakeFirst()
  return row?.auto_resolution_timeout ?? null
}

/** Who was put on these alerts by name, or taken off them, in the order they came. */
export async function namedResponders(db: Database | Tx, alertIds: readonly number[]): Promise<ResponderRow[]> {
  if (alertIds.length === 0) return []
  return db
    .selectFrom('alert_responder')
    .selectAll()
    .where('alert_id', 'in', [...alertIds])
    .orderBy('added_at')
    .orderBy('person_id')
    .execute()
}

/** True when a person is on an alert: asked about it, put on it or working on it, and not taken off. */
export async function isResponder(tx: Tx, alertId: number, personId: number): Promise<boolean> {
  const { rows } = await sql<{ is: boolean }>`
    select coalesce(
      (select removed_at is null from alert_responder where alert_id = ${alertId} and person_id = ${personId}),
      exists (select 1 from notification
               where alert_id = ${alertId} and person_id = ${personId} and kind <> 'UPDATE')
      or exists (select 1 from alert where id = ${alertId} and accepted_by = ${personId})
    ) as is`.execute(tx)
  return rows[0]?.is ?? false
}

/** Links two alerts; false when they are. */
export async function addLink(tx: Tx, one: number, other: number, now: Date): Promise<boolean> {
  const result = await tx
    .insertInto('alert_link')
    .values({ alert_id: Math.min(one, other), linked_id: Math.max(one, other), linked_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Ends a link; false when there was none. */
export async function removeLink(tx: Tx, one: number, other: number): Promise<boolean> {
  const result = await tx
    .deleteFrom('alert_link')
    .where('alert_id', '=', Math.min(one, other))
    .where('linked_id', '=', Math.max(one, other))
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

/** How many links an alert has. */
export async function countLinks(tx: Tx, alertId: number): Promise<number> {
  const row = await tx
    .selectFrom('alert_link')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where((eb) => eb.or([eb('alert_id', '=', alertId), eb('linked_id', '=', alertId)]))
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

export interface OtherAlert {
  id: number
  summary: string
  status: string
  priority: string
  report_time: Date
}

const OTHERS_MAX = 200

/** The alerts an alert is linked with and this viewer sees, oldest first. */
export async function linkedAlerts(db: Database | Tx, viewer: Viewer, alertId: number): Promise<OtherAlert[]> {
  const { rows } = await sql<OtherAlert>`
    select id, summary, status, priority, report_time from alert
     where id in (select linked_id from alert_link where alert_id = ${alertId}
                  union select alert_id from alert_link where linked_id = ${alertId})
       and ${seesAlert(viewer)}
     order by id limit ${OTHERS_MAX}`.execute(db)
  return rows
}

/** The alerts that were merged into an alert and this viewer sees, oldest first. */
export async function mergedAlerts(db: Database | Tx, viewer: Viewer, alertId: number): Promise<OtherAlert[]> {
  return db
    .selectFrom('alert')
    .select(['id', 'summary', 'status', 'priority', 'report_time'])
    .where('merged_into_id', '=', alertId)
    .where(seesAlert(viewer))
    .orderBy('id')
    .limit(OTHERS_MAX)
    .execute()
}
