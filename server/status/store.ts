import { sql } from 'kysely'
import { seesAlert, seesOwned, type Viewer } from '../access/sight.ts'
import type { Database } from '../database/connection.ts'
import { policiesReachingNobody } from '../escalation/policies/view.ts'
import { readLastResort } from '../notifications/last-resort/actions.ts'

export interface Troubles {
  unattended: { id: number; summary: string }[]
  unattendedCount: number
  findings: number
  lastResortReachesNobody: boolean
  /** Policies in use that reach nobody. */
  emptyPolicies: { id: number; name: string; sources: number }[]
  /** Sources whose other system cannot be asked, or that set deliveries aside. */
  warnedSources: { id: number; name: string; text: string }[]
}

const SHOWN_MAX = 3

/** What is wrong, as far as this viewer sees it. */
export async function readTroubles(db: Database, viewer: Viewer, now: Date): Promise<Troubles> {
  const [unattended, emptyPolicies, warnedSources, findings, lastResort] = await Promise.all([
    sql<{ id: number; summary: string; total: number }>`
      select id, summary, count(*) over () as total
        from alert where status = 'PENDING' and unattended_since is not null and ${seesAlert(viewer)}
       order by unattended_since desc limit ${SHOWN_MAX}`.execute(db),
    policiesReachingNobody(db, viewer, SHOWN_MAX, now),
    sql<{ id: number; name: string; text: string }>`
      select source.id, source.name, warning.text
        from alert_source_warning as warning
        join alert_source as source on source.id = warning.alert_source_id and source.deleted_at is null
       where warning.code <> 'quarantined' and ${seesOwned(viewer, 'alert-source', 'source.id')}
       order by warning.at desc limit ${SHOWN_MAX}`.execute(db),
    sql<{ count: number }>`select count(*) as count from finding where dismissed_at is null`.execute(db),
    readLastResort(db),
  ])
  return {
    unattended: unattended.rows,
    unattendedCount: unattended.rows[0]?.total ?? 0,
    findings: findings.rows[0]?.count ?? 0,
    // Before anybody is there, the banner of the empty policy says enough.
    lastResortReachesNobody: lastResort.reachesNobody && lastResort.users.length > 0,
    emptyPolicies,
    warnedSources: warnedSources.rows,
  }
}
