import type { Viewer } from '../../../../server/access/sight.ts'
import type { StoredLevel } from '../../../../server/database/tables.ts'
import { shiftsOf } from '../../../../server/oncall/decide.ts'
import { coverageInterval } from '../../../../server/oncall/view.ts'
import type * as real from '../../../../server/status/store.ts'
import { seesAlert, seesOwned } from '../../memory/sight.ts'
import { all } from '../../memory/tables.ts'
import { twin } from '../../memory/twin.ts'
import { peopleByIds, teamResponders } from '../directory/store.ts'
import { policiesInUse, sourceCounts } from '../escalation/policies/store.ts'
import { chosenPeople, ownersAndAdmins } from '../notifications/last-resort/store.ts'
import { waysToReach } from '../notifications/reach/store.ts'
import { everKnownSchedules, loadSchedules } from '../oncall/store.ts'

export * from '../../../../server/status/store.ts'

const SHOWN_MAX = 3
const POLICIES_LOOKED_AT_MAX = 1_000

type Db = Parameters<typeof real.readTroubles>[0]

export const readTroubles: typeof real.readTroubles = async (db, viewer, now) => {
  const chosen = await chosenPeople(db)
  const people = chosen.length > 0 ? chosen : await ownersAndAdmins(db)
  const living = await peopleByIds(db, people)
  const ways = await waysToReach(db, people, 'HIGH')
  return {
    ...(await readRows(db, viewer)),
    lastResortReachesNobody: ways.size === 0 && living.length > 0,
    emptyPolicies: await emptyPolicies(db, viewer, now),
  }
}

const readRows = twin((tables, viewer: Viewer) => {
  const unattended = [...all(tables.unattended)]
    .filter((row) => seesAlert(tables, viewer, row))
    .sort((one, other) => (other.unattended_since?.getTime() ?? 0) - (one.unattended_since?.getTime() ?? 0))
  const warnings = [...tables.alert_source_warning.rows]
    .filter((row) => row.code !== 'quarantined')
    .sort((one, other) => other.at.getTime() - one.at.getTime())
    .flatMap(({ alert_source_id: id, text }) => {
      const source = tables.alert_source.get(id)
      if (source?.deleted_at !== null || !seesOwned(tables, viewer, 'alert-source', id)) return []
      return [{ id, name: source.name, text }]
    })
  return {
    unattended: unattended.slice(0, SHOWN_MAX).map(({ id, summary }) => ({ id, summary, total: unattended.length })),
    unattendedCount: unattended.length,
    findings: [...tables.finding.rows].filter((row) => row.dismissed_at === null).length,
    warnedSources: warnings.slice(0, SHOWN_MAX),
  }
})

async function emptyPolicies(db: Db, viewer: Viewer, now: Date) {
  const empty: { id: number; name: string; sources: number }[] = []
  for (const { id, name, levels } of await policiesInUse(db, viewer, POLICIES_LOOKED_AT_MAX)) {
    if (empty.length === SHOWN_MAX) break
    if (await reachesNobody(db, levels, now)) empty.push({ id, name, sources: 0 })
  }
  const counts = await sourceCounts(
    db,
    empty.map(({ id }) => id),
  )
  return empty.map((policy) => ({ ...policy, sources: counts.get(policy.id) ?? 0 }))
}

/** True when nobody of the levels, their teams and the shifts of their schedules can be asked. */
async function reachesNobody(db: Db, levels: readonly StoredLevel[], now: Date): Promise<boolean> {
  const interval = coverageInterval(now)
  const teams = await teamResponders(
    db,
    levels.flatMap(({ teamIds }) => teamIds ?? []),
  )
  const known = await everKnownSchedules(
    db,
    levels.flatMap(({ scheduleIds }) => scheduleIds ?? []),
  )
  const schedules = await loadSchedules(
    db,
    known.filter((row) => row.deleted_at === null),
    interval,
  )
  const asked = [
    ...levels.flatMap(({ userIds }) => userIds),
    ...teams.flatMap(({ memberIds }) => memberIds),
    ...schedules.flatMap(({ rules }) => shiftsOf(rules, interval).map(({ userId }) => userId)),
  ]
  return (await waysToReach(db, asked, 'HIGH')).size === 0
}
