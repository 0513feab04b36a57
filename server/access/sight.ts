import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Role } from '../directory/schema.ts'
import type { Actor } from './actor.ts'

/** Who looks. Administrators see everything; of a private team's things everybody else sees what they are a member for. */
export type Viewer = Sight & {
  /** Teams to whose things a list is limited; absent: to none. */
  context?: readonly number[]
}

type Sight =
  | { sees: 'everything' }
  | {
      sees: 'of-teams'
      personId: number
      /** Guests and stakeholders: only what a team of theirs owns, or what they were put on. */
      isOutsider: boolean
      /** Guests see nobody but who shares a team with them. */
      seesPeople: boolean
    }

/** For what the product itself looks at. */
export const everything: Viewer = { sees: 'everything' }

const SEES_ALL: readonly Role[] = ['ADMIN', 'OWNER']

/** What somebody's own role lets them see. */
export function viewerOf(actor: Actor): Viewer {
  if (actor.kind === 'automation' || SEES_ALL.includes(actor.role)) return everything
  return {
    sees: 'of-teams',
    personId: actor.personId,
    isOutsider: actor.role === 'GUEST' || actor.role === 'STAKEHOLDER',
    seesPeople: actor.role !== 'GUEST',
  }
}

/** What teams own, with the table that says so. */
export const owned = {
  'alert-source': { table: 'alert_source_team', column: 'alert_source_id' },
  'escalation-policy': { table: 'escalation_policy_team', column: 'escalation_policy_id' },
  schedule: { table: 'schedule_team', column: 'schedule_id' },
  'support-hours': { table: 'support_hours_team', column: 'support_hours_id' },
  'heartbeat-monitor': { table: 'heartbeat_monitor_team', column: 'heartbeat_monitor_id' },
  'alert-action': { table: 'alert_action_team', column: 'alert_action_id' },
} as const
export type OwnedKind = keyof typeof owned

type Condition = RawBuilder<SqlBool>
const yes: Condition = sql`true`

/** Ids of the things of a kind that a private team owns. */
function privateOnes(kind: OwnedKind): RawBuilder<number> {
  const { table, column } = owned[kind]
  return sql`select owning.${sql.ref(column)} from ${sql.table(table)} as owning
    join team on team.id = owning.team_id where team.visibility = 'PRIVATE'`
}

/** Ids of the things of a kind that a team of this person owns; or a private team of theirs. */
function onesOf(kind: OwnedKind, personId: number, teams: 'any' | 'private'): RawBuilder<number> {
  const { table, column } = owned[kind]
  const only = teams === 'private' ? sql`and team.visibility = 'PRIVATE'` : sql``
  return sql`select owning.${sql.ref(column)} from ${sql.table(table)} as owning
    join team on team.id = owning.team_id
    join team_member on team_member.team_id = team.id and team_member.person_id = ${personId} ${only}`
}

/** Ids of the things of a kind that any of these teams owns. */
function onesOfTeams(kind: OwnedKind, teams: readonly number[]): RawBuilder<number> {
  const { table, column } = owned[kind]
  return sql`select owning.${sql.ref(column)} from ${sql.table(table)} as owning
    where owning.team_id = any(${[...teams]}::int[])`
}

/** True in SQL for the things of a kind that the viewer sees: PRIVATE beats PUBLIC, and no team is public. */
export function seesOwned(viewer: Viewer, kind: OwnedKind, id: string): Condition {
  if (viewer.context) {
    const { context, ...sight } = viewer
    return sql`(${seesOwned(sight, kind, id)} and ${sql.ref(id)} in (${onesOfTeams(kind, context)}))`
  }
  if (viewer.sees === 'everything') return yes
  const at = sql.ref(id)
  const open = sql`(${at} not in (${privateOnes(kind)}) or ${at} in (${onesOf(kind, viewer.personId, 'private')}))`
  if (!viewer.isOutsider) return sql`${open}`
  return sql`(${at} in (${onesOf(kind, viewer.personId, 'any')}) and ${open})`
}

/**
 * True in SQL for the alerts that the viewer sees. The teams of an alert are those of its source and of its policy;
 * who was asked about it, put on it or follows it sees it whatever its teams are.
 */
export function seesAlert(viewer: Viewer): Condition {
  if (viewer.context) {
    const { context, ...sight } = viewer
    return sql`(${seesAlert(sight)}
      and (alert.alert_source_id in (${onesOfTeams('alert-source', context)})
        or alert.escalation_policy_id in (${onesOfTeams('escalation-policy', context)})))`
  }
  if (viewer.sees === 'everything') return yes
  const { personId } = viewer
  const source = sql.ref('alert.alert_source_id')
  const policy = sql.ref('alert.escalation_policy_id')
  const inSource = (ids: RawBuilder<number>) => sql`${source} in (${ids})`
  const inPolicy = (ids: RawBuilder<number>) => sql`${policy} in (${ids})`
  const of = (teams: 'any' | 'private') =>
    sql`(${inSource(onesOf('alert-source', personId, teams))} or ${inPolicy(onesOf('escalation-policy', personId, teams))})`
  const open = sql`(not (${inSource(privateOnes('alert-source'))} or ${inPolicy(privateOnes('escalation-policy'))})
    or ${of('private')})`
  const byTeam = viewer.isOutsider ? sql`(${of('any')} and ${open})` : open
  return sql`(${byTeam} or ${isOn(personId)})`
}

/** True in SQL for alerts that concern this person. */
function isOn(personId: number): Condition {
  return sql`(alert.accepted_by = ${personId} or alert.assigned_to = ${personId} or alert.created_by = ${personId}
    or exists (select 1 from alert_subscriber as follower
                where follower.alert_id = alert.id and follower.person_id = ${personId})
    or exists (select 1 from alert_responder as named
                where named.alert_id = alert.id and named.person_id = ${personId} and named.removed_at is null)
    or exists (select 1 from notification as page
                where page.alert_id = alert.id and page.person_id = ${personId}))`
}

/** True in SQL for deliveries that the viewer sees: those of sources they see, and of alerts they see. */
export function seesDelivery(viewer: Viewer): Condition {
  if (viewer.sees === 'everything') return yes
  return sql`(${seesOwned(viewer, 'alert-source', 'delivery.alert_source_id')}
    or exists (select 1 from alert where alert.id = delivery.alert_id and ${seesAlert(viewer)}))`
}

/** True in SQL for runs of alert actions on alerts that the viewer sees. */
export function seesActionRun(viewer: Viewer): Condition {
  if (viewer.sees === 'everything') return yes
  return sql`exists (select 1 from alert where alert.id = alert_action_run.alert_id and ${seesAlert(viewer)})`
}

/** True in SQL for maintenance windows of which the viewer sees at least one source. */
export function seesWindow(viewer: Viewer): Condition {
  if (viewer.sees === 'everything') return yes
  return sql`exists (select 1 from maintenance_window_source as of
    where of.maintenance_window_id = maintenance_window.id and ${seesOwned(viewer, 'alert-source', 'of.alert_source_id')})`
}

/** True in SQL for teams that the viewer sees: a private one only as its member. */
export function seesTeam(viewer: Viewer): Condition {
  if (viewer.sees === 'everything') return yes
  const mine = sql`team.id in (select team_id from team_member where person_id = ${viewer.personId})`
  return viewer.isOutsider ? sql`${mine}` : sql`(team.visibility <> 'PRIVATE' or ${mine})`
}

/** True in SQL for people that the viewer sees: who is in a private team is seen by who shares one with them. */
export function seesPerson(viewer: Viewer): Condition {
  if (viewer.sees === 'everything') return yes
  const { personId } = viewer
  const shared = (only: RawBuilder<unknown>) => sql`person.id in (
    select other.person_id from team_member as own join team_member as other on other.team_id = own.team_id
      join team on team.id = own.team_id where own.person_id = ${personId} ${only})`
  const hidden = sql`person.id in (select hidden.person_id from team_member as hidden
    join team on team.id = hidden.team_id where team.visibility = 'PRIVATE')`
  if (!viewer.seesPeople) return sql`(person.id = ${personId} or ${shared(sql``)})`
  return sql`(person.id = ${personId} or not ${hidden} or ${shared(sql`and team.visibility = 'PRIVATE'`)})`
}
