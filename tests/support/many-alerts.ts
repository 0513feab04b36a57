import { sql } from 'kysely'
import type { Database } from '../../server/database/connection.ts'

/** Puts so many alerts with their climbs into the database at once, a second apart; every twentieth is open. */
export async function addAlerts(
  db: Database,
  many: { sourceId: number; policyId: number; count: number },
): Promise<void> {
  await sql`
    insert into alert (alert_source_id, alert_key, alert_key_folded, summary, details, status, priority,
                       escalation_policy_id, report_time, resolved_at, links, images, labels, event_count)
    select ${many.sourceId}::int, 'bulk-' || n, 'bulk-' || n, 'Disk of host ' || (n % 977) || ' is almost full',
           'Used: ' || (n % 100) || ' %', case when n % 20 = 0 then 'PENDING' else 'RESOLVED' end,
           case when n % 3 = 0 then 'LOW' else 'HIGH' end, ${many.policyId}::int,
           timestamptz '2026-03-01T00:00:00Z' - n * interval '1 second',
           case when n % 20 = 0 then null else timestamptz '2026-03-01T00:00:00Z' end,
           '[]'::jsonb, '[]'::jsonb, jsonb_build_object('host', 'host-' || (n % 977)), 1
      from generate_series(1, ${many.count}::int) as n`.execute(db)
  await sql`
    insert into escalation (alert_source_id, alert_id, policy, level_index, round, due_at, started_at, stopped_at, reason)
    select alert_source_id, id,
           jsonb_build_object('policyId', escalation_policy_id, 'policyName', 'Day and night', 'levels', '[]'::jsonb,
                              'rounds', 1, 'delayMinutes', 0),
           0, 1, null, report_time, report_time, 'answered'
      from alert`.execute(db)
  await sql`analyze alert`.execute(db)
  await sql`analyze escalation`.execute(db)
}
