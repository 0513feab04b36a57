import { type Selectable, sql } from 'kysely'
import type { Database, Tx } from '../../database/connection.ts'
import type { FindingTable, PolicySnapshot } from '../../database/tables.ts'
import { later } from '../../runtime/time.ts'
import type { Evidence, NextStepEvidence, PlannedIntent } from '../../trace/schema.ts'
import type { AuditedAlert } from './decide.ts'

export type FindingRow = Selectable<FindingTable>

export interface AuditedRow extends AuditedAlert {
  id: number
  alertSourceId: number
  policyId: number
}

/** Alerts that owe somebody a page, or on which somebody was asked to help, by id from `after` on. */
export async function alertsToAudit(db: Database, after: number, limit: number): Promise<AuditedRow[]> {
  const rows = await alertRows(db)
    .where(sql<boolean>`(alert.status = 'PENDING' or (alert.status = 'ACCEPTED' and exists (
      select 1 from alert_responder as responder
       where responder.alert_id = alert.id and responder.accepted_at is null and responder.removed_at is null)))`)
    .where('alert.id', '>', after)
    .limit(limit)
    .execute()
  return withRows(db, rows)
}

/** Alerts that somebody answered and whose climb goes on all the same. */
export async function alertsWithTimerLeft(db: Database, limit: number): Promise<AuditedRow[]> {
  const rows = await alertRows(db)
    .where('alert.status', '<>', 'PENDING')
    .where('escalation.stopped_at', 'is', null)
    .where('escalation.alert_id', 'is not', null)
    .limit(limit)
    .execute()
  return withRows(db, rows)
}

/** One alert with everything that belongs to it, locked until the transaction ends. */
export async function lockAudited(tx: Tx, alertId: number): Promise<AuditedRow | null> {
  await tx.selectFrom('alert').select('id').where('id', '=', alertId).forUpdate().execute()
  await tx.selectFrom('escalation').select('alert_id').where('alert_id', '=', alertId).forUpdate().execute()
  await tx.selectFrom('notification').select('id').where('alert_id', '=', alertId).forUpdate().execute()
  const rows = await alertRows(tx).where('alert.id', '=', alertId).execute()
  return (await withRows(tx, rows))[0] ?? null
}

function alertRows(db: Database | Tx) {
  return db
    .selectFrom('alert')
    .leftJoin('escalation', (join) =>
      join
        .onRef('escalation.alert_source_id', '=', 'alert.alert_source_id')
        .onRef('escalation.alert_id', '=', 'alert.id'),
    )
    .select([
      'alert.id',
      'alert.alert_source_id',
      'alert.status',
      'alert.escalation_policy_id',
      'escalation.alert_id as climb',
      'escalation.policy',
      'escalation.climb as climb_number',
      'escalation.level_index',
      'escalation.round',
      'escalation.due_at',
      'escalation.stopped_at',
    ])
    .orderBy('alert.id')
}

async function withRows(
  db: Database | Tx,
  alerts: Awaited<ReturnType<ReturnType<typeof alertRows>['execute']>>,
): Promise<AuditedRow[]> {
  const ids = alerts.map((alert) => alert.id)
  if (ids.length === 0) return []
  const pages = Map.groupBy(
    await db
      .selectFrom('notification')
      .select(['alert_id', 'id', 'person_id', 'contact_id', 'channel', 'target', 'status', 'due_at', 'lease_until'])
      .where('alert_id', 'in', ids)
      .execute(),
    (page) => page.alert_id,
  )
  const steps = Map.groupBy(
    await db
      .selectFrom('trace_step')
      .select(['alert_id', 'at', 'facts'])
      .where('alert_id', 'in', ids)
      .where(sql<boolean>`facts <> '{}'::jsonb`)
      .orderBy('id')
      .execute(),
    (step) => step.alert_id,
  )
  return alerts.map((alert) => ({
    id: alert.id,
    alertSourceId: alert.alert_source_id,
    policyId: alert.escalation_policy_id,
    status: alert.status,
    climb:
      alert.climb === null
        ? null
        : {
            policy: alert.policy,
            climb: alert.climb_number ?? 1,
            levelIndex: alert.level_index ?? 0,
            round: alert.round ?? 1,
            dueAt: alert.due_at,
            stoppedAt: alert.stopped_at,
          },
    intents: (pages.get(alert.id) ?? []).map((page) => ({
      id: page.id,
      personId: page.person_id,
      contactId: page.contact_id,
      channel: page.channel,
      target: page.target,
      status: page.status,
      dueAt: page.due_at,
      leaseUntil: page.lease_until,
    })),
    trace: (steps.get(alert.id) ?? []).map((step) => ({ at: step.at, evidence: step.facts as Evidence })),
  }))
}

/** Puts a climb back as its decisions say. */
export async function restoreClimb(
  tx: Tx,
  alert: Pick<AuditedRow, 'id' | 'alertSourceId'>,
  climb: { policy: unknown; startedAt: Date; climb: number; next: NextStepEvidence },
): Promise<void> {
  const stand = {
    policy: JSON.stringify(climb.policy as PolicySnapshot),
    level_index: climb.next.levelIndex,
    round: climb.next.round,
    due_at: new Date(climb.next.dueAt),
    stopped_at: null,
    reason: null,
    failures: 0,
    climb: climb.climb,
  }
  await tx
    .insertInto('escalation')
    .values({ alert_source_id: alert.alertSourceId, alert_id: alert.id, started_at: climb.startedAt, ...stand })
    .onConflict((conflict) => conflict.columns(['alert_source_id', 'alert_id']).doUpdateSet(stand))
    .execute()
}

/** Puts a page back as its decisions say: as it ended, or due now. */
export async function restorePage(
  tx: Tx,
  alert: Pick<AuditedRow, 'id' | 'alertSourceId'>,
  plan: PlannedIntent,
  ended: string | null,
  now: Date,
): Promise<void> {
  const stand = {
    person_id: plan.personId,
    contact_id: plan.contactId,
    channel: plan.channel,
    target: plan.target,
    status: ended ?? 'SCHEDULED',
    due_at: plan.dueAt === undefined ? now : later(now, new Date(plan.dueAt)),
    lease_until: null,
    finished_at: ended === null ? null : now,
    error: null,
  }
  await tx
    .insertInto('notification')
    .values({
      alert_source_id: alert.alertSourceId,
      id: plan.id,
      alert_id: alert.id,
      round: plan.round,
      level_index: plan.levelIndex,
      priority: plan.priority,
      subject: plan.subject,
      attempts: 0,
      created_at: now,
      fence: 0,
      receipt: null,
      bundle_id: null,
      stands_in_for: null,
      receipt_state: null,
      receipt_due_at: null,
      climb: plan.climb ?? 1,
      kind: plan.kind ?? 'PAGE',
      note: plan.note ?? null,
      ...stand,
    })
    // Whoever works on it loses its hold: its outcome is about what was altered.
    .onConflict((conflict) =>
      conflict.columns(['alert_source_id', 'id']).doUpdateSet({ ...stand, fence: sql`notification.fence + 1` }),
    )
    .execute()
}

/** Records what was found. */
export async function insertFinding(
  tx: Tx,
  finding: Pick<FindingRow, 'kind' | 'text' | 'alert_source_id' | 'alert_id'>,
  now: Date,
): Promise<void> {
  await tx
    .insertInto('finding')
    .values({ ...finding, at: now, dismissed_at: null })
    .execute()
}

const FINDINGS_SHOWN_MAX = 100

/** What was found, newest first. */
export async function findings(db: Database): Promise<FindingRow[]> {
  return db.selectFrom('finding').selectAll().orderBy('id', 'desc').limit(FINDINGS_SHOWN_MAX).execute()
}

/** Somebody has seen them. */
export async function dismissFindings(tx: Tx, now: Date): Promise<number> {
  const result = await tx
    .updateTable('finding')
    .set({ dismissed_at: now })
    .where('dismissed_at', 'is', null)
    .executeTakeFirst()
  return Number(result.numUpdatedRows)
}
