import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../database/connection.ts'
import { isRowId } from '../database/values.ts'
import {
  type OwnedKind,
  owned,
  seesActionRun,
  seesAlert,
  seesDelivery,
  seesOwned,
  seesPerson,
  seesTeam,
  seesWindow,
  type Viewer,
} from './sight.ts'
import type { Membership } from './team-role.ts'

export type SeenKind = OwnedKind | 'alert' | 'alert-action-run' | 'delivery' | 'maintenance-window' | 'team' | 'person'

const tables: Record<SeenKind, string> = {
  alert: 'alert',
  delivery: 'delivery',
  'maintenance-window': 'maintenance_window',
  team: 'team',
  person: 'person',
  'alert-source': 'alert_source',
  'escalation-policy': 'escalation_policy',
  schedule: 'schedule',
  'support-hours': 'support_hours',
  'heartbeat-monitor': 'heartbeat_monitor',
  'alert-action': 'alert_action',
  'alert-action-run': 'alert_action_run',
}

function seen(viewer: Viewer, kind: SeenKind): RawBuilder<SqlBool> {
  switch (kind) {
    case 'alert':
      return seesAlert(viewer)
    case 'delivery':
      return seesDelivery(viewer)
    case 'alert-action-run':
      return seesActionRun(viewer)
    case 'maintenance-window':
      return seesWindow(viewer)
    case 'team':
      return seesTeam(viewer)
    case 'person':
      return seesPerson(viewer)
    default:
      return seesOwned(viewer, kind, `${tables[kind]}.id`)
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** What is known of something: this viewer sees it, or does not, or there is no such thing. */
async function sightOf(
  db: Database,
  viewer: Viewer,
  kind: SeenKind,
  id: string,
): Promise<'seen' | 'hidden' | 'missing'> {
  if (kind === 'delivery' ? !UUID.test(id) : !isRowId(Number(id))) return 'missing'
  const table = tables[kind]
  const { rows } = await sql<{ seen: boolean }>`
    select (${seen(viewer, kind)}) is true as seen from ${sql.table(table)} where ${sql.ref(`${table}.id`)} = ${id}`.execute(
    db,
  )
  const [row] = rows
  if (!row) return 'missing'
  return row.seen ? 'seen' : 'hidden'
}

/** True when something is there, and this viewer does not see it. */
export async function isHidden(db: Database, viewer: Viewer, kind: SeenKind, id: string): Promise<boolean> {
  return viewer.sees !== 'everything' && (await sightOf(db, viewer, kind, id)) === 'hidden'
}

/** True when something is there, and this viewer sees it. */
export async function isSeen(db: Database, viewer: Viewer, kind: SeenKind, id: string): Promise<boolean> {
  return (await sightOf(db, viewer, kind, id)) === 'seen'
}

/** Which of these are there and hidden from this viewer. */
export async function hiddenAmong(
  db: Database,
  viewer: Viewer,
  kind: SeenKind,
  ids: readonly number[],
): Promise<Set<number>> {
  const wanted = ids.filter(isRowId)
  if (viewer.sees === 'everything' || wanted.length === 0) return new Set()
  const at = sql.ref(`${tables[kind]}.id`)
  const { rows } = await sql<{ id: number }>`
    select ${at} as id from ${sql.table(tables[kind])}
     where ${at} = any(${wanted}::bigint[]) and (${seen(viewer, kind)}) is not true`.execute(db)
  return new Set(rows.map((row) => row.id))
}

/** The teams a person is in. */
export async function teamsOfPerson(db: Database, personId: number): Promise<number[]> {
  const rows = await db.selectFrom('team_member').select('team_id').where('person_id', '=', personId).execute()
  return rows.map((row) => row.team_id)
}

/** What this person is in the teams that own something, or in the team itself. */
export async function membershipsOn(db: Database, personId: number, kind: SeenKind, id: string): Promise<Membership[]> {
  const teams = teamsBehind(kind, id)
  if (!teams) return []
  const { rows } = await sql<Membership>`
    select team.visibility, team_member.role
      from team join team_member on team_member.team_id = team.id and team_member.person_id = ${personId}
     where team.id in (${teams})`.execute(db)
  return rows
}

function teamsBehind(kind: SeenKind, id: string): RawBuilder<number> | null {
  if (kind === 'team') return sql`${id}::bigint`
  if (kind === 'alert') {
    return sql`select owning.team_id from alert_source_team as owning
        join alert on alert.alert_source_id = owning.alert_source_id where alert.id = ${id}
      union select owning.team_id from escalation_policy_team as owning
        join alert on alert.escalation_policy_id = owning.escalation_policy_id where alert.id = ${id}`
  }
  if (kind === 'delivery') {
    return sql`select owning.team_id from alert_source_team as owning
        join delivery on delivery.alert_source_id = owning.alert_source_id where delivery.id = ${id}`
  }
  if (!(kind in owned)) return null
  const { table, column } = owned[kind as OwnedKind]
  return sql`select team_id from ${sql.table(table)} where ${sql.ref(column)} = ${id}`
}

/** The alert sources of a maintenance window. */
export async function sourcesOfWindow(db: Database, id: number): Promise<number[]> {
  if (!isRowId(id)) return []
  const { rows } = await sql<{ id: number }>`
    select alert_source_id as id from maintenance_window_source where maintenance_window_id = ${id}`.execute(db)
  return rows.map((row) => row.id)
}

/** The teams that own something. */
export async function teamsOf(db: Database, kind: OwnedKind, id: number): Promise<number[]> {
  const { table, column } = owned[kind]
  const { rows } = await sql<{ id: number }>`
    select team_id as id from ${sql.table(table)} where ${sql.ref(column)} = ${id}`.execute(db)
  return rows.map((row) => row.id)
}

/** What a person is in each of these teams, with its name; null: no member. */
export async function teamRoles(
  db: Database,
  personId: number,
  ids: readonly number[],
): Promise<Map<number, { name: string; role: Membership['role'] | null }>> {
  const wanted = ids.filter(isRowId)
  if (wanted.length === 0) return new Map()
  const { rows } = await sql<{ id: number; name: string; role: Membership['role'] | null }>`
    select team.id, team.name, team_member.role
      from team left join team_member on team_member.team_id = team.id and team_member.person_id = ${personId}
     where team.id = any(${wanted}::bigint[])`.execute(db)
  return new Map(rows.map((row) => [row.id, row]))
}

/** True when an object names this already: who does not see it may leave it there. */
export async function isHeldBy(
  db: Database,
  kind: SeenKind,
  id: string,
  reference: { kind: SeenKind; id: number },
): Promise<boolean> {
  const held = heldBy(kind, id, reference)
  if (!held) return false
  const { rows } = await sql<{ is: boolean }>`select exists (${held}) as is`.execute(db)
  return rows[0]?.is ?? false
}

function heldBy(kind: SeenKind, id: string, { kind: what, id: other }: { kind: SeenKind; id: number }) {
  if (what === 'team' && kind in owned) {
    const { table, column } = owned[kind as OwnedKind]
    const owning = sql`select 1 from ${sql.table(table)} where ${sql.ref(column)} = ${id} and team_id = ${other}`
    return kind === 'escalation-policy' ? sql`${owning} union all ${onLevels(id, 'teamIds', other)}` : owning
  }
  if (kind === 'alert-source' && what === 'escalation-policy') {
    return sql`select 1 from alert_source where id = ${id} and escalation_policy_id = ${other}`
  }
  if (kind === 'alert-source' && what === 'support-hours') {
    return sql`select 1 from alert_source where id = ${id} and support_hours_id = ${other}`
  }
  if (kind === 'escalation-policy' && what === 'schedule') return onLevels(id, 'scheduleIds', other)
  if (kind === 'heartbeat-monitor' && what === 'alert-source') {
    return sql`select 1 from heartbeat_monitor where id = ${id} and alert_source_id = ${other}`
  }
  return null
}

function onLevels(policyId: string, field: 'scheduleIds' | 'teamIds', other: number): RawBuilder<unknown> {
  return sql`select 1 from escalation_policy, jsonb_array_elements(levels::jsonb) as level
    where id = ${policyId} and level -> ${field}::text @> to_jsonb(${other}::bigint)`
}
