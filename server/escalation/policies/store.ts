import { type Selectable, sql } from 'kysely'
import type { Database, Tx } from '../../database/connection.ts'
import type { EscalationPolicyTable, PolicySnapshot, StoredLevel } from '../../database/tables.ts'
import { isRowId, isStorable } from '../../database/values.ts'
import { peopleByIds } from '../../directory/store.ts'
import { waysToReach } from '../../notifications/reach/store.ts'
import { invariant } from '../../runtime/invariant.ts'
import type { EscalationPolicy } from '../schema.ts'

export type PolicyRow = Selectable<EscalationPolicyTable>

/** What of a policy a request sets. */
export interface PolicyValues {
  name: string
  levels: StoredLevel[]
  repeating: boolean
  frequency: number
  delayMinutes: number
  routingKey: string | null
}

/** The policy as an escalation that starts now will climb it. */
export async function policySnapshot(tx: Tx, policyId: number): Promise<PolicySnapshot> {
  const row = await tx.selectFrom('escalation_policy').selectAll().where('id', '=', policyId).executeTakeFirst()
  invariant(row, 'a policy that something refers to is there')
  return snapshotOf(row)
}

/** `frequency` counts the passes through the levels, the first among them; there is always a first. */
export function snapshotOf(row: PolicyRow): PolicySnapshot {
  return {
    policyId: row.id,
    policyName: row.name,
    levels: row.levels,
    rounds: Math.max(1, row.frequency),
    delayMinutes: row.delay_minutes,
  }
}

/** A page of the policies, oldest first. */
export async function listPolicies(
  db: Database | Tx,
  page: { offset: number; limit: number },
): Promise<EscalationPolicy[]> {
  const rows = await db
    .selectFrom('escalation_policy')
    .selectAll()
    .orderBy('id')
    .offset(page.offset)
    .limit(page.limit)
    .execute()
  return shown(db, rows)
}

/** One policy as the API shows it. */
export async function policyById(db: Database | Tx, id: number): Promise<EscalationPolicy | null> {
  if (!isRowId(id)) return null
  const rows = await db.selectFrom('escalation_policy').selectAll().where('id', '=', id).execute()
  return (await shown(db, rows))[0] ?? null
}

/** The oldest policy of this name; names need not be unique. */
export async function policyByName(db: Database | Tx, name: string): Promise<EscalationPolicy | null> {
  if (!isStorable(name)) return null
  const rows = await db
    .selectFrom('escalation_policy')
    .selectAll()
    .where('name', '=', name)
    .orderBy('id')
    .limit(1)
    .execute()
  return (await shown(db, rows))[0] ?? null
}

/** The policy of the first routing key that any policy has. */
export async function policyByRoutingKey(db: Database | Tx, keys: readonly string[]): Promise<EscalationPolicy | null> {
  const { rows } = await sql<PolicyRow>`
    select policy.*
      from unnest(${keys.filter(isStorable)}::text[]) with ordinality as wanted (key, position)
      join escalation_policy as policy on lower(policy.routing_key) = lower(wanted.key)
     order by wanted.position
     limit 1
  `.execute(db)
  return (await shown(db, rows))[0] ?? null
}

/** One policy's own row, locked until the transaction ends. */
export async function lockPolicy(tx: Tx, id: number): Promise<PolicyRow | null> {
  if (!isRowId(id)) return null
  const row = await tx.selectFrom('escalation_policy').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  return row ?? null
}

// Two nodes that start together must not both find no Default policy.
const DEFAULT_POLICY_LOCK = 7_003

/** The Default policy, locked until the transaction ends; null before it was made. */
export async function lockDefaultPolicy(tx: Tx): Promise<PolicyRow | null> {
  await sql`select pg_advisory_xact_lock(${DEFAULT_POLICY_LOCK})`.execute(tx)
  const row = await tx
    .selectFrom('escalation_policy')
    .selectAll()
    .where('is_default', '=', true)
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}

/** Adds a policy; returns its id. */
export async function insertPolicy(
  tx: Tx,
  values: PolicyValues,
  options: { isDefault: boolean },
  now: Date,
): Promise<number> {
  const row = await tx
    .insertInto('escalation_policy')
    .values({ ...columnsOf(values), is_default: options.isDefault, created_at: now, updated_at: now })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** Replaces what a request sets of a policy. */
export async function changePolicy(tx: Tx, id: number, values: PolicyValues, now: Date): Promise<void> {
  await tx
    .updateTable('escalation_policy')
    .set({ ...columnsOf(values), updated_at: now })
    .where('id', '=', id)
    .execute()
}

/** Replaces a policy's levels alone. */
export async function changeLevels(tx: Tx, id: number, levels: readonly StoredLevel[], now: Date): Promise<void> {
  await tx
    .updateTable('escalation_policy')
    .set({ levels: JSON.stringify(levels), updated_at: now })
    .where('id', '=', id)
    .execute()
}

/** Replaces the teams that own a policy. */
export async function replacePolicyTeams(tx: Tx, policyId: number, teamIds: readonly number[]): Promise<void> {
  await tx.deleteFrom('escalation_policy_team').where('escalation_policy_id', '=', policyId).execute()
  if (teamIds.length === 0) return
  await tx
    .insertInto('escalation_policy_team')
    .values(teamIds.map((teamId) => ({ escalation_policy_id: policyId, team_id: teamId })))
    .execute()
}

/** Removes a policy that nothing refers to. */
export async function deletePolicyRow(tx: Tx, id: number): Promise<void> {
  await tx.deleteFrom('escalation_policy').where('id', '=', id).execute()
}

const USERS_OF_POLICY_MAX = 1_000

/** Names of the alert sources that page by a policy. */
export async function sourceNamesOfPolicy(tx: Tx, policyId: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('alert_source')
    .select('name')
    .where('escalation_policy_id', '=', policyId)
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .limit(USERS_OF_POLICY_MAX)
    .execute()
  return rows.map((row) => row.name)
}

/** True while an alert that is not resolved belongs to the policy. */
export async function hasOpenAlert(tx: Tx, policyId: number): Promise<boolean> {
  const row = await tx
    .selectFrom('alert')
    .select('id')
    .where('escalation_policy_id', '=', policyId)
    .where('status', '<>', 'RESOLVED')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Moves what is over, deleted sources and resolved alerts, to another policy; their climbs keep the old one's name. */
export async function moveHistory(tx: Tx, from: number, to: number): Promise<void> {
  await tx
    .updateTable('alert_source')
    .set({ escalation_policy_id: to })
    .where('escalation_policy_id', '=', from)
    .where('deleted_at', 'is not', null)
    .execute()
  await tx
    .updateTable('alert')
    .set({ escalation_policy_id: to })
    .where('escalation_policy_id', '=', from)
    .where('status', '=', 'RESOLVED')
    .execute()
}

/** Names of the policies that ask a person. */
export async function policyNamesOfPerson(tx: Tx, personId: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('escalation_policy')
    .select('name')
    .where(sql<boolean>`levels @> ${JSON.stringify([{ userIds: [personId] }])}::jsonb`)
    .orderBy('name')
    .limit(USERS_OF_POLICY_MAX)
    .execute()
  return rows.map((row) => row.name)
}

function columnsOf(values: PolicyValues) {
  return {
    name: values.name,
    levels: JSON.stringify(values.levels),
    repeating: values.repeating,
    frequency: values.frequency,
    delay_minutes: values.delayMinutes,
    routing_key: values.routingKey,
  }
}

async function shown(db: Database | Tx, rows: readonly PolicyRow[]): Promise<EscalationPolicy[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const userIds = [...new Set(rows.flatMap((row) => row.levels.flatMap((level) => level.userIds)))]
  const people = new Map((await peopleByIds(db, userIds)).map((person) => [person.id, person]))
  const reachable = await waysToReach(db, userIds, 'HIGH')
  const teams = await teamsOf(db, ids)
  const counts = await sourceCounts(db, ids)

  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    escalationRules: row.levels.map((level) => {
      const users = level.userIds.map((id) => people.get(id)).filter((person) => person !== undefined)
      return { escalationTimeout: level.timeoutMinutes, users, user: users[0] ?? null, schedules: [], teams: [] }
    }),
    teams: teams.filter((team) => team.policyId === row.id).map(({ id, name }) => ({ id, name })),
    repeating: row.repeating,
    frequency: row.frequency,
    delayMin: row.delay_minutes,
    routingKey: row.routing_key,
    reachesNobody: !row.levels.some((level) => level.userIds.some((id) => reachable.has(id))),
    alertSourceCount: counts.get(row.id) ?? 0,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }))
}

async function teamsOf(
  db: Database | Tx,
  policyIds: readonly number[],
): Promise<{ policyId: number; id: number; name: string }[]> {
  return db
    .selectFrom('escalation_policy_team')
    .innerJoin('team', 'team.id', 'escalation_policy_team.team_id')
    .select(['escalation_policy_team.escalation_policy_id as policyId', 'team.id', 'team.name'])
    .where('escalation_policy_team.escalation_policy_id', 'in', policyIds)
    .orderBy('team.id')
    .execute()
}

async function sourceCounts(db: Database | Tx, policyIds: readonly number[]): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom('alert_source')
    .select(['escalation_policy_id as policyId', (eb) => eb.fn.countAll<number>().as('count')])
    .where('escalation_policy_id', 'in', policyIds)
    .where('deleted_at', 'is', null)
    .groupBy('escalation_policy_id')
    .execute()
  return new Map(rows.map((row) => [row.policyId, row.count]))
}
