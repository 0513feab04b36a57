import type { Viewer } from '../../access/sight.ts'
import { hiddenAmong } from '../../access/sight-store.ts'
import type { Database } from '../../database/connection.ts'
import { shiftsOf } from '../../oncall/decide.ts'
import type { OnCall, OnCallQuery } from '../../oncall/schema.ts'
import { referenceOf } from '../../oncall/view.ts'
import { loadPeople } from '../people/store.ts'
import { policiesInUse, sourceCounts } from '../policies/store.ts'

const POLICIES_MAX = 1_000

/** Who is on call in an interval: whoever a policy that an alert source uses asks, itself or by a schedule or team. */
export async function viewOnCalls(db: Database, viewer: Viewer, query: OnCallQuery, now: Date): Promise<OnCall[]> {
  const from = query.from ? new Date(query.from) : now
  const until = query.until ? new Date(query.until) : new Date(from.getTime() + 1)
  const interval = { from, until }
  const rows = (await policiesInUse(db, viewer, POLICIES_MAX)).filter(
    ({ id }) => query.policies.length === 0 || query.policies.includes(id),
  )
  if (rows.length === 0) return []
  const counts = await sourceCounts(
    db,
    rows.map(({ id }) => id),
  )
  const used = rows.filter(({ id }) => (counts.get(id) ?? 0) > 0)
  const known = await loadPeople(
    db,
    used.flatMap(({ levels }) => levels),
    interval,
  )
  const hidden = await hiddenAmong(db, viewer, 'schedule', [...known.schedules.keys()])
  const found: OnCall[] = []
  for (const row of used) {
    const escalationPolicy = { id: row.id, name: row.name }
    const always = { start: row.updated_at.toISOString(), end: null }
    for (const [index, level] of row.levels.entries()) {
      const place = { escalationPolicy, escalationLevel: index + 1 }
      const direct = new Set([
        ...level.userIds,
        ...(level.teamIds ?? []).flatMap((id) => known.team(id)?.memberIds ?? []),
      ])
      for (const id of direct) {
        const user = known.person(id)
        if (user) found.push({ user, ...place, schedule: null, ...always })
      }
      for (const id of level.scheduleIds ?? []) {
        const schedule = known.schedules.get(id)
        if (!schedule || schedule.row.deleted_at !== null || hidden.has(id)) continue
        for (const { userId, start, end } of shiftsOf(schedule.rules, interval)) {
          const user = known.person(userId)
          const times = { start: start.toISOString(), end: end.toISOString() }
          if (user) found.push({ user, ...place, schedule: referenceOf(schedule.row), ...times })
        }
      }
    }
  }
  return found
    .filter(
      (one) =>
        (query['policy-levels'].length === 0 || query['policy-levels'].includes(one.escalationLevel)) &&
        (query.schedules.length === 0 || (one.schedule !== null && query.schedules.includes(one.schedule.id))) &&
        (query.users.length === 0 || query.users.includes(one.user.id)),
    )
    .slice(query['start-index'], query['start-index'] + query['max-results'])
}
