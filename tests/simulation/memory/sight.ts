import type { OwnedKind, Viewer } from '../../../server/access/sight.ts'
import type { AlertRow } from '../../../server/alerts/store.ts'
import { keysOf, type MemoryTables } from './tables.ts'

type Owned = Extract<OwnedKind, 'alert-source' | 'escalation-policy' | 'schedule' | 'alert-action'>

function owning(tables: MemoryTables, kind: Owned, id: number): Iterable<{ team_id: number }> {
  switch (kind) {
    case 'alert-source':
      return tables.teamsOfSource.of(id)
    case 'escalation-policy':
      return tables.teamsOfPolicy.of(id)
    case 'schedule':
      return tables.teamsOfSchedule.of(id)
    case 'alert-action':
      return tables.teamsOfAction.of(id)
  }
}

function teamsOf(tables: MemoryTables, kind: Owned, id: number): number[] {
  return [...owning(tables, kind, id)].map((row) => row.team_id)
}

/** Whether what these teams own is seen by who is a member of some. */
function isSeenBy(tables: MemoryTables, viewer: Viewer, teams: readonly number[]): boolean {
  if (viewer.sees === 'everything') return true
  const isPrivate = (team: number) => tables.team.get(team)?.visibility === 'PRIVATE'
  const own = teams.filter((team) => tables.team_member.get(keysOf(team, viewer.personId)) !== null)
  const isOpen = !teams.some(isPrivate) || own.some(isPrivate)
  return isOpen && (!viewer.isOutsider || own.length > 0)
}

const isWithin = (viewer: Viewer, teams: readonly number[]) =>
  !viewer.context || teams.some((team) => viewer.context?.includes(team))

/** True for the things of a kind that the viewer sees. */
export function seesOwned(tables: MemoryTables, viewer: Viewer, kind: Owned, id: number): boolean {
  const teams = teamsOf(tables, kind, id)
  return isWithin(viewer, teams) && isSeenBy(tables, viewer, teams)
}

/** True for the alerts that the viewer sees. */
export function seesAlert(tables: MemoryTables, viewer: Viewer, alert: AlertRow): boolean {
  const teams = [
    ...teamsOf(tables, 'alert-source', alert.alert_source_id),
    ...teamsOf(tables, 'escalation-policy', alert.escalation_policy_id),
  ]
  if (!isWithin(viewer, teams)) return false
  return viewer.sees === 'everything' || isSeenBy(tables, viewer, teams) || isOn(tables, viewer.personId, alert)
}

function isOn(tables: MemoryTables, personId: number, alert: AlertRow): boolean {
  const { id, accepted_by, assigned_to, created_by } = alert
  return (
    [accepted_by, assigned_to, created_by].includes(personId) ||
    tables.alert_subscriber.get(keysOf(id, personId)) !== null ||
    tables.alert_responder.get(keysOf(id, personId))?.removed_at === null ||
    [...tables.notificationsOfAlert.of(id)].some((page) => page.person_id === personId)
  )
}
