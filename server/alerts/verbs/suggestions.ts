import type { Viewer } from '../../access/sight.ts'
import type { Database } from '../../database/connection.ts'
import type { StoredLevel } from '../../database/tables.ts'
import { listPeople } from '../../directory/store.ts'
import { decidePeople } from '../../escalation/people/decide.ts'
import { loadPeople } from '../../escalation/people/store.ts'
import { listPolicies } from '../../escalation/policies/store.ts'
import { waysToReach } from '../../notifications/reach/store.ts'
import { onCallAt } from '../../oncall/decide.ts'
import { listSchedules, loadSchedules } from '../../oncall/store.ts'
import type { Alert } from '../schema.ts'
import type { SuggestedResponder } from './schema.ts'

const SUGGESTED_MAX = 1_000

/** Who could be asked to help with an alert: first the people of its policy, then everybody, then whole policies, then schedules. */
export async function suggestResponders(
  db: Database,
  viewer: Viewer,
  alert: Alert,
  now: Date,
): Promise<SuggestedResponder[]> {
  const page = { offset: 0, limit: SUGGESTED_MAX }
  const [people, policies] = [await listPeople(db, viewer, page), await listPolicies(db, viewer, page)]
  const reachable = await waysToReach(
    db,
    people.map((person) => person.id),
    'HIGH',
  )
  const schedules = await loadSchedules(db, await listSchedules(db, viewer, page), { from: now, until: now })
  const onIt = new Set(alert.responders.map((responder) => responder.user.id))
  const own = policies.find((policy) => policy.id === alert.escalationPolicy.id)
  const known = await loadPeople(db, own?.levels ?? [], { from: now, until: now })
  const ofPolicy = new Set(
    own?.levels.flatMap((level) =>
      decidePeople({ ...level, inTurn: false, name: '' }, known, now, null).people.map(({ personId }) => personId),
    ) ?? [],
  )
  const users = people.map((person) => ({
    id: person.id,
    name: `${person.first_name} ${person.last_name}`.trim(),
    disabled: onIt.has(person.id) || !reachable.has(person.id),
  }))
  return [
    ...users.filter((user) => ofPolicy.has(user.id)).map((user) => ({ group: 'SUGGESTED' as const, ...user })),
    ...users.map((user) => ({ group: 'USER' as const, ...user })),
    ...policies.map((policy) => ({
      group: 'ESCALATION_POLICY' as const,
      id: policy.id,
      name: policy.name,
      disabled: !asksSomebody(policy.levels[0]),
    })),
    ...schedules.map(({ row, rules }) => {
      const shift = onCallAt(rules, now)
      const disabled = !shift || onIt.has(shift.userId) || !reachable.has(shift.userId)
      return { group: 'ON_CALL_SCHEDULE' as const, id: row.id, name: row.name, disabled }
    }),
  ]
}

function asksSomebody(level: StoredLevel | undefined): boolean {
  return (
    level !== undefined && level.userIds.length + (level.scheduleIds?.length ?? 0) + (level.teamIds?.length ?? 0) > 0
  )
}
