import type { Viewer } from '../../access/sight.ts'
import type { Database, Tx } from '../../database/connection.ts'
import type { StoredLevel } from '../../database/tables.ts'
import { gapsIn, type Stretch } from '../../oncall/coverage/decide.ts'
import { type Interval, shiftsOf } from '../../oncall/decide.ts'
import { coverageInterval, referenceOf } from '../../oncall/view.ts'
import { decidePeople } from '../people/decide.ts'
import { type LoadedPeople, loadPeople, turnsOfPolicy } from '../people/store.ts'
import type { EscalationPolicy, EscalationRule } from '../schema.ts'
import { type PolicyRow, policiesInUse, sourceCounts, teamsOfPolicies } from './store.ts'

const GAPS_SHOWN_MAX = 20

/** Policies as the API shows them, in the order given; who would be asked is told for `now`. */
export async function viewPolicies(
  db: Database | Tx,
  rows: readonly PolicyRow[],
  now: Date,
): Promise<EscalationPolicy[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const interval = coverageInterval(now)
  const known = await loadPeople(
    db,
    rows.flatMap((row) => row.levels),
    interval,
  )
  const teams = await teamsOfPolicies(db, ids)
  const counts = await sourceCounts(db, ids)
  const turns = new Map<number, ReadonlyMap<number, number>>()
  for (const row of rows) {
    if (row.levels.some((level) => level.inTurn)) turns.set(row.id, await turnsOfPolicy(db, row.id))
  }
  return rows.map((row) => {
    const gaps = gapsOf(row.levels, known, interval)
    return {
      id: row.id,
      name: row.name,
      escalationRules: row.levels.map((level, index) =>
        viewLevel(level, index, known, now, turns.get(row.id)?.get(index) ?? null),
      ),
      teams: teams.filter((team) => team.policyId === row.id).map(({ id, name }) => ({ id, name })),
      repeating: row.repeating,
      frequency: row.frequency,
      delayMin: row.delay_minutes,
      routingKey: row.routing_key,
      acceptTimeoutMin: row.accept_timeout_minutes,
      reachesNobody: isAll(gaps, interval),
      gaps: gaps
        .slice(0, GAPS_SHOWN_MAX)
        .map(({ start, end }) => ({ start: start.toISOString(), end: end.toISOString() })),
      gapMinutes: Math.round(gaps.reduce((sum, { start, end }) => sum + end.getTime() - start.getTime(), 0) / 60_000),
      warnings: warningsOf(row.levels, gaps, known, interval),
      alertSourceCount: counts.get(row.id) ?? 0,
      createdAt: row.created_at.toISOString(),
      updatedAt: row.updated_at.toISOString(),
    }
  })
}

/** Policies in use that reach nobody at all, and how many alert sources use each. */
export async function policiesReachingNobody(
  db: Database | Tx,
  viewer: Viewer,
  limit: number,
  now: Date,
): Promise<{ id: number; name: string; sources: number }[]> {
  const rows = await policiesInUse(db, viewer, POLICIES_LOOKED_AT_MAX)
  const interval = coverageInterval(now)
  const known = await loadPeople(
    db,
    rows.flatMap((row) => row.levels),
    interval,
  )
  const silent = rows.filter((row) => isAll(gapsOf(row.levels, known, interval), interval)).slice(0, limit)
  if (silent.length === 0) return []
  const counts = await sourceCounts(
    db,
    silent.map(({ id }) => id),
  )
  return silent.map(({ id, name }) => ({ id, name, sources: counts.get(id) ?? 0 }))
}

const POLICIES_LOOKED_AT_MAX = 1_000

function viewLevel(
  level: StoredLevel,
  index: number,
  known: LoadedPeople,
  now: Date,
  lastAsked: number | null,
): EscalationRule {
  const users = level.userIds.map(known.person).filter((person) => person !== undefined)
  const schedules = (level.scheduleIds ?? []).flatMap((id) => {
    const schedule = known.schedules.get(id)
    return schedule && schedule.row.deleted_at === null ? [referenceOf(schedule.row)] : []
  })
  const teams = (level.teamIds ?? []).flatMap((id) => {
    const team = known.team(id)
    return team ? [{ id, name: team.name }] : []
  })
  const asked = decidePeople({ ...level, name: `level ${index + 1}` }, known, now, lastAsked)
  return {
    escalationTimeout: level.timeoutMinutes,
    users,
    user: users[0] ?? null,
    schedules,
    schedule: schedules[0] ?? null,
    teams,
    team: teams[0] ?? null,
    roundRobin: level.inTurn ?? false,
    now: asked.people.flatMap(({ personId, by }) => {
      const person = known.person(personId)
      return person ? [{ ...person, by }] : []
    }),
  }
}

/** When no level reaches anybody. Who stands on a level, or in its team, is always there. */
function gapsOf(levels: readonly StoredLevel[], known: LoadedPeople, interval: Interval): Stretch[] {
  const isThere = (id: number) => known.person(id) !== undefined && known.canBeAsked(id)
  const hasSomebody = levels.some(
    (level) =>
      level.userIds.some(isThere) || (level.teamIds ?? []).some((id) => known.team(id)?.memberIds.some(isThere)),
  )
  if (hasSomebody) return []
  const shifts = [...new Set(levels.flatMap((level) => level.scheduleIds ?? []))].flatMap((id) => {
    const schedule = known.schedule(id)
    return schedule && !schedule.isRemoved ? shiftsOf(schedule.rules, interval) : []
  })
  return gapsIn(
    shifts.filter(({ userId }) => isThere(userId)),
    interval,
  )
}

function isAll(gaps: readonly Stretch[], interval: Interval): boolean {
  const [first] = gaps
  return first !== undefined && first.start <= interval.from && first.end >= interval.until
}

function warningsOf(
  levels: readonly StoredLevel[],
  gaps: readonly Stretch[],
  known: LoadedPeople,
  interval: Interval,
): string[] {
  const [first] = gaps
  const warnings: string[] = []
  if (first && !isAll(gaps, interval)) {
    const more = gaps.length === 1 ? '' : `, and ${gaps.length - 1} more ${gaps.length === 2 ? 'time' : 'times'}`
    warnings.push(
      `Nobody can be reached from ${first.start.toISOString()} to ${first.end.toISOString()}${more} in the next 12 weeks.`,
    )
  }
  const named = new Set(
    levels.flatMap((level) => [
      ...level.userIds,
      ...(level.teamIds ?? []).flatMap((id) => known.team(id)?.memberIds ?? []),
    ]),
  )
  for (const level of levels) {
    for (const id of level.scheduleIds ?? []) {
      const schedule = known.schedule(id)
      if (schedule && !schedule.isRemoved)
        for (const { userId } of shiftsOf(schedule.rules, interval)) named.add(userId)
    }
  }
  const contacts = Map.groupBy(known.contacts, (contact) => contact.personId)
  const living = [...named].filter((id) => known.person(id) !== undefined)
  const without = living.filter((id) => !contacts.has(id)).map(known.name)
  const single = living.filter((id) => contacts.get(id)?.length === 1).map(known.name)
  if (without.length > 0) warnings.push(`Without a verified contact: ${listed(without)}.`)
  if (single.length > 0) warnings.push(`With one working contact only: ${listed(single)}.`)
  return warnings
}

const NAMES_SHOWN_MAX = 10

function listed(names: readonly string[]): string {
  const rest = names.length - NAMES_SHOWN_MAX
  return new Intl.ListFormat('en-GB').format(rest > 0 ? [...names.slice(0, NAMES_SHOWN_MAX), `${rest} more`] : names)
}
