import { sql } from 'kysely'
import type { Database, Tx } from '../../database/connection.ts'
import { everKnownPeople, mutedPeople, peopleByIds, teamResponders } from '../../directory/store.ts'
import { decideWays, type Ways } from '../../notifications/reach/decide.ts'
import { reachOf } from '../../notifications/reach/store.ts'
import { everKnownSchedules, loadSchedules, type StoredSchedule } from '../../oncall/store.ts'
import type { Known, Targets } from './decide.ts'

export interface LoadedPeople extends Known {
  schedules: ReadonlyMap<number, StoredSchedule>
  /** Contacts that work. */
  contacts: readonly { id: number; personId: number; target: string }[]
  /** How a person is reached about an alert of this priority; undefined: not at all. */
  ways(id: number, priority: 'HIGH' | 'LOW'): Ways | undefined
}

/** Everything it takes to say whom these levels ask at any instant of the interval. */
export async function loadPeople(
  db: Database | Tx,
  levels: readonly Targets[],
  interval: { from: Date; until: Date },
): Promise<LoadedPeople> {
  const scheduleIds = [...new Set(levels.flatMap(({ scheduleIds: ids }) => ids ?? []))]
  const stored = await loadSchedules(db, await everKnownSchedules(db, scheduleIds), interval)
  const teams = await teamResponders(db, [...new Set(levels.flatMap(({ teamIds }) => teamIds ?? []))])
  const ids = [
    ...levels.flatMap(({ userIds }) => userIds),
    ...teams.flatMap(({ memberIds }) => memberIds),
    ...stored.flatMap(({ rules }) => [
      ...rules.editions.flatMap(({ layers }) => layers.flatMap(({ userIds }) => userIds)),
      ...rules.shifts.map(({ userId }) => userId),
      ...rules.overrides.map(({ userId }) => userId),
    ]),
  ]
  const wanted = [...new Set(ids)]
  const living = new Map((await peopleByIds(db, wanted)).map((person) => [person.id, person]))
  const removed = await everKnownPeople(
    db,
    wanted.filter((id) => !living.has(id)),
  )
  const muted = await mutedPeople(db, wanted)
  const reach = await reachOf(db, wanted)
  const contacts = [...reach].flatMap(([personId, one]) =>
    one.contacts.filter(({ isUsable }) => isUsable).map(({ id, target }) => ({ id, personId, target })),
  )
  const ways = (id: number, priority: 'HIGH' | 'LOW') => {
    const one = reach.get(id)
    const decided = one && decideWays(priority, one.contacts, one.rules)
    return decided && decided.ways.length > 0 ? decided : undefined
  }
  const schedules = new Map(stored.map((one) => [one.row.id, one]))
  const teamsById = new Map(teams.map((team) => [team.id, team]))
  return {
    schedules,
    contacts,
    ways,
    person: (id) => living.get(id),
    name: (id) => {
      const person = living.get(id) ?? removed.get(id)
      return person ? `${person.firstName} ${person.lastName}`.trim() : `Person ${id}`
    },
    canBeAsked: (id) => ways(id, 'HIGH') !== undefined,
    mutedUntil: (id) => muted.get(id) ?? null,
    schedule: (id) => {
      const one = schedules.get(id)
      return one && { name: one.row.name, isRemoved: one.row.deleted_at !== null, rules: one.rules }
    },
    team: (id) => teamsById.get(id),
  }
}

/** The same, for alerts of one priority: some want to hear of high priority only. */
export function forPriority(known: LoadedPeople, priority: 'HIGH' | 'LOW'): LoadedPeople {
  return { ...known, canBeAsked: (id) => known.ways(id, priority) !== undefined }
}

/** Whom the levels of a policy that ask in turn asked last. */
export async function turnsOfPolicy(db: Database | Tx, policyId: number): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom('level_turn')
    .select(['level_index', 'person_id'])
    .where('escalation_policy_id', '=', policyId)
    .execute()
  return new Map(rows.map((row) => [row.level_index, row.person_id]))
}

/** It was this person's turn; a policy that is gone by now has no turns. */
export async function saveTurn(tx: Tx, policyId: number, levelIndex: number, personId: number): Promise<void> {
  await sql`
    insert into level_turn (escalation_policy_id, level_index, person_id)
    select id, ${levelIndex}, ${personId} from escalation_policy where id = ${policyId} for key share
    on conflict (escalation_policy_id, level_index) do update set person_id = excluded.person_id
  `.execute(tx)
}
