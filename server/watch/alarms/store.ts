import { sql } from 'kysely'
import type { Database, Tx } from '../../database/connection.ts'
import { addHours } from '../../runtime/time.ts'
import type { WatchFacts } from './decide.ts'

/** The source that stands for Tocsin itself. */
export const SELF = 'SELF'

/** What was set aside longer ago is no news. */
export const SET_ASIDE_HOURS = 24

/** How the installation stands. */
export async function readWatchFacts(db: Database | Tx, now: Date): Promise<WatchFacts> {
  const { rows } = await sql<WatchFacts>`
    select (select count(*)
              from alert join alert_source as source on source.id = alert.alert_source_id
             where alert.status = 'PENDING' and alert.unattended_since is not null
               and source.integration_type <> ${SELF}) as unattended,
           (select count(*) from finding where dismissed_at is null) as findings,
           (select count(*)
              from delivery join alert_source as source on source.id = delivery.alert_source_id
             where delivery.rule in ('failed-repeatedly', 'ends-the-process')
               and delivery.received_at > ${addHours(now, -SET_ASIDE_HOURS)}
               and source.integration_type <> ${SELF} and source.deleted_at is null
               and not exists (select from delivery as replay
                                where replay.replay_of = delivery.id
                                  and replay.outcome not in ('NEW', 'QUARANTINED'))) as "setAside",
           (select coalesce(extract(epoch from ${now}::timestamptz - min(due_at)), 0)::float8
              from delivery where outcome = 'NEW' and due_at <= ${now}) as "unreadSeconds",
           (select coalesce(extract(epoch from ${now}::timestamptz - min(due.at)), 0)::float8 from (
             select escalation.due_at as at
               from escalation join alert on alert.id = escalation.alert_id
              where stopped_at is null and due_at <= ${now} and alert.status = 'PENDING'
             union all
             select due_at from notification
              where status = 'SCHEDULED' and due_at <= ${now} and priority = 'HIGH' and kind = 'PAGE') as due
           ) as "lateSeconds",
           (select count(*) from healed_difference where at > ${addHours(now, -1)}) as healed,
           (select coalesce(max(count), 0) from (
             select count(*) from door_refusal
              where rule = 'expired' and at > ${addHours(now, -1)} group by alert_source_id) as per_source) as expired
  `.execute(db)
  const [row] = rows
  if (!row) throw new Error('The state of the installation could not be read.')
  return row
}
