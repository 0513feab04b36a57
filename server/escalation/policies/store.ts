import { type Selectable, sql } from 'kysely'
import { seesOwned, type Viewer } from '../../access/sight.ts'
import type { Database, Tx } from '../../database/connection.ts'
import type { EscalationPolicyTable, PolicySnapshot, StoredLevel } from '../../database/tables.ts'
import { isRowId, isStorable } from '../../database/values.ts'
import { invariant } from '../../runtime/invariant.ts'

export type PolicyRow = Selectable<EscalationPolicyTable>

/** What of a policy a request sets. */
export interface PolicyValues {
  name: string
  levels: StoredLevel[]
  repeating: boolean
  frequency: number
  delayMinutes: number
  routingKey: string | null
  acceptTimeoutMinutes: number | null
}

/** The policy as an escalation that starts now will climb it. */
export async function policySnapshot(tx: Database | Tx, policyId: number): Promise<PolicySnapshot> {
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
    ...(row.accept_timeout_minutes === null ? {} : { acceptTimeoutMinutes: row.accept_timeout_minutes }),
  }
}

/** A page of the policies this viewer sees, oldest first. */
export async function listPolicies(
  db: Database | Tx,
  viewer: Viewer,
  page: { offset: number; limit: number },
): Promise<PolicyRow[]> {
  return db
    .selectFrom('escalation_policy')
    .selectAll()
    .where(seesOwned(viewer, 'escalation-policy', 'escalation_policy.id'))
    .orderBy('id')
    .offset(page.offset)
    .limit(page.limit)
    .execute()
}

/** One policy. */
export async function policyRow(db: Database | Tx, id: number): Promise<PolicyRow | null> {
  if (!isRowId(id)) return null
  return (await db.selectFrom('escalation_policy').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

/** The oldest policy of this name that this viewer sees; names need not be unique. */
export async function policyByName(db: Database | Tx, viewer: Viewer, name: string): Promise<PolicyRow | null> {
  if (!isStorable(name)) return null
  const row = await db
    .selectFrom('escalation_policy')
    .selectAll()
    .where('name', '=', name)
    .where(seesOwned(viewer, 'escalation-policy', 'escalation_policy.id'))
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

/** The policy of the first routing key that any policy has. */
export async function policyByRoutingKey(db: Database | Tx, keys: readonly string[]): Promise<PolicyRow | null> {
  const { rows } = await sql<PolicyRow>`
    select policy.*
      from unnest(${keys.filter(isStorable)}::text[]) with ordinality as wanted (key, position)
      join escalation_policy as policy on lower(policy.routing_key) = lower(wanted.key)
     order by wanted.position
     limit 1
  `.execute(db)
  return rows[0] ?? null
}

/** The policies that somebody counts on: the Default one, and those of alert sources. */
export async function policiesInUse(db: Database | Tx, viewer: Viewer, limit: number): Promise<PolicyRow[]> {
  return db
    .selectFrom('escalation_policy')
    .selectAll()
    .where(seesOwned(viewer, 'escalation-policy', 'escalation_policy.id'))
    .where((eb) =>
      eb.or([
        eb('is_default', '=', true),
        eb.exists(
          eb
            .selectFrom('alert_source')
            .select('alert_source.id')
            .whereRef('alert_source.escalation_policy_id', '=', 'escalation_policy.id')
            .where('alert_source.deleted_at', 'is', null),
        ),
      ]),
    )
    .orderBy('id')
    .limit(limit)
    .execute()
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

/** Names of the policies that ask a team. */
export async function policyNamesOfTeam(tx: Tx, teamId: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('escalation_policy')
    .select('name')
    .where(sql<boolean>`levels @> ${JSON.stringify([{ teamIds: [teamId] }])}::jsonb`)
    .orderBy('name')
    .limit(USERS_OF_POLICY_MAX)
    .execute()
  return rows.map((row) => row.name)
}

/** The policies that ask any of these schedules, and which of them. */
export async function policiesOfSchedules(
  db: Database | Tx,
  scheduleIds: readonly number[],
): Promise<{ id: number; name: string; levels: StoredLevel[] }[]> {
  if (scheduleIds.length === 0) return []
  return db
    .selectFrom('escalation_policy')
    .select(['id', 'name', 'levels'])
    .where(
      sql<boolean>`exists (
        select 1 from jsonb_array_elements(levels) as level, jsonb_array_elements(level -> 'scheduleIds') as wanted
         where wanted::int = any(${[...scheduleIds]}::int[]))`,
    )
    .orderBy('name')
    .limit(USERS_OF_POLICY_MAX)
    .execute()
}

function columnsOf(values: PolicyValues) {
  return {
    name: values.name,
    levels: JSON.stringify(values.levels),
    repeating: values.repeating,
    frequency: values.frequency,
    delay_minutes: values.delayMinutes,
    routing_key: values.routingKey,
    accept_timeout_minutes: values.acceptTimeoutMinutes,
  }
}

/** The teams that own policies. */
export async function teamsOfPolicies(
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

/** How many alert sources page by each policy. */
export async function sourceCounts(db: Database | Tx, policyIds: readonly number[]): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom('alert_source')
    .select(['escalation_policy_id as policyId', (eb) => eb.fn.countAll<number>().as('count')])
    .where('escalation_policy_id', 'in', policyIds)
    .where('deleted_at', 'is', null)
    .groupBy('escalation_policy_id')
    .execute()
  return new Map(rows.map((row) => [row.policyId, row.count]))
}
