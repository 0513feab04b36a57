import { sql } from 'kysely'
import type { Database, Tx } from '../../database/connection.ts'
import { addHours } from '../../runtime/time.ts'
import type { WatchFacts } from './decide.ts'

const SELF = 'SELF'

/** How the installation stands. */
export async function readWatchFacts(db: Database | Tx, now: Date): Promise<WatchFacts> {
  const { rows } = await sql<WatchFacts>`
    select (select count(*)
              from alert join alert_source as source on source.id = alert.alert_source_id
             where alert.status = 'PENDING' and alert.unattended_since is not null
               and source.integration_type <> ${SELF}) as unattended,
           (select count(*) from finding where dismissed_at is null) as findings,
           (select coalesce(extract(epoch from ${now}::timestamptz - min(due_at)), 0)::float8
              from delivery where outcome = 'NEW' and due_at <= ${now}) as "unreadSeconds",
           (select coalesce(extract(epoch from ${now}::timestamptz - min(escalation.due_at)), 0)::float8
              from escalation join alert on alert.id = escalation.alert_id
             where stopped_at is null and due_at <= ${now} and alert.status = 'PENDING') as "lateSeconds",
           (select count(*) from healed_difference where at > ${addHours(now, -1)}) as healed,
           (select coalesce(max(count), 0) from (
             select count(*) from door_refusal
              where rule = 'expired' and at > ${addHours(now, -1)} group by alert_source_id) as per_source) as expired
  `.execute(db)
  const [row] = rows
  if (!row) throw new Error('The state of the installation could not be read.')
  return row
}

/** The source that stands for Tocsin itself, made when it is first needed. The caller holds the round, so there is one. */
export async function ensureSelfSource(tx: Tx, policyId: number, now: Date): Promise<number> {
  const known = await tx
    .selectFrom('alert_source')
    .select('id')
    .where('integration_type', '=', SELF)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  if (known) return known.id
  const made = await tx
    .insertInto('alert_source')
    .values({
      name: 'Tocsin itself',
      integration_type: SELF,
      active: true,
      escalation_policy_id: policyId,
      alert_creation: 'ONE_ALERT_PER_EMAIL',
      alert_grouping_window: null,
      auto_resolution_timeout: null,
      alert_priority_rule: 'HIGH',
      settings: '{}',
      settings_secrets: null,
      settings_saved_at: null,
      verification_allowed_at: null,
      created_at: now,
      updated_at: now,
      deleted_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return made.id
}
