import type { Viewer } from '../access/sight.ts'
import type { Database } from '../database/connection.ts'
import type { PolicySnapshot } from '../database/tables.ts'
import type { PersonReference } from '../directory/schema.ts'
import { everKnownPeople, teamResponders } from '../directory/store.ts'
import { decidePeople } from '../escalation/people/decide.ts'
import { forPriority, loadPeople, turnsOfPolicy } from '../escalation/people/store.ts'
import { policySnapshot } from '../escalation/policies/store.ts'
import { subscribersOf } from '../notifications/subscribers/store.ts'
import { type AskedRow, askedAbout } from '../notifications/view.ts'
import { everKnownSchedules } from '../oncall/store.ts'
import { referenceOf as scheduleReference } from '../oncall/view.ts'
import { invariant } from '../runtime/invariant.ts'
import { climbView, type Reach } from './climb-view.ts'
import type { AlertWithContext } from './query.ts'
import type { Alert, AlertReference, AlertStatus } from './schema.ts'
import { linkedAlerts, mergedAlerts, namedResponders, type OtherAlert } from './verbs/store.ts'

/** Alerts as the API shows them, in the order given. However many they are, people and pages are asked for once. */
export async function viewAlerts(db: Database, rows: readonly AlertWithContext[]): Promise<Alert[]> {
  const asked = await askedAbout(
    db,
    rows.filter((row) => row.climb_policy !== null).map((row) => row.id),
  )
  const named = Map.groupBy(
    await namedResponders(
      db,
      rows.map((row) => row.id),
    ),
    (one) => one.alert_id,
  )
  const answerers = rows
    .flatMap((row) => [row.accepted_by, row.resolved_by, row.assigned_to, row.created_by])
    .filter((id) => id !== null)
  const onIt = [...named.values()].flat().map((one) => one.person_id)
  const people = await everKnownPeople(db, [...answerers, ...onIt, ...asked.map((row) => row.person_id)])
  const reach = await reachOf(db, rows.filter(isClimbing), people)

  const askedBy = Map.groupBy(asked, (row) => row.alert_id)
  return rows.map((row) => alertView(row, askedBy.get(row.id) ?? [], named.get(row.id) ?? [], reach))
}

/** Whom the levels of climbs under way would ask, each when its next step is due. */
async function reachOf(
  db: Database,
  climbs: readonly AlertWithContext[],
  people: ReadonlyMap<number, PersonReference>,
): Promise<Reach> {
  const policies = climbs.flatMap((row) => row.climb_policy ?? [])
  const dues = climbs.flatMap((row) => row.climb_due_at?.getTime() ?? [])
  const interval = { from: new Date(Math.min(...dues)), until: new Date(Math.max(...dues)) }
  const levels = policies.flatMap((policy) => policy.levels)
  const known = climbs.length === 0 ? null : await loadPeople(db, levels, interval)
  const turns = await turnsOf(db, policies)
  return {
    person: (id) => people.get(id) ?? known?.person(id),
    peopleOf(policy, levelIndex, at, takenOff, priority) {
      const level = policy.levels[levelIndex]
      if (!level || !known) return []
      const last = turns.get(policy.policyId)?.get(levelIndex) ?? null
      return decidePeople({ ...level, name: '', takenOff }, forPriority(known, priority), at, last).people.map(
        ({ personId }) => personId,
      )
    },
  }
}

/** Whom each policy that asks in turn asked last. */
async function turnsOf(db: Database, policies: readonly PolicySnapshot[]): Promise<Map<number, Map<number, number>>> {
  const ids = policies.filter(({ levels }) => levels.some((level) => level.inTurn)).map(({ policyId }) => policyId)
  const turns = new Map<number, Map<number, number>>()
  for (const id of new Set(ids)) turns.set(id, await turnsOfPolicy(db, id))
  return turns
}

function isClimbing(row: AlertWithContext): boolean {
  return row.climb_due_at !== null && row.status === 'PENDING'
}

/** One alert as the API shows it. */
export function alertView(
  row: AlertWithContext,
  asked: readonly AskedRow[],
  named: readonly NamedResponder[],
  reach: Reach,
): Alert {
  const priority = row.priority === 'LOW' ? 'LOW' : 'HIGH'
  const escalation = row.climb_policy
    ? climbView(
        {
          policy: row.climb_policy,
          levelIndex: row.climb_level_index ?? 0,
          round: row.climb_round ?? 1,
          dueAt: row.climb_due_at,
          reason: row.climb_reason,
          climb: row.climb_number ?? 1,
          leftOut: row.climb_left_out ?? [],
        },
        priority,
        asked,
        reach,
      )
    : null
  const next = escalation?.next ?? null
  const policy = { id: row.escalation_policy_id, name: row.policy_name }
  const acceptedBy = personOf(row.accepted_by, reach)
  return {
    id: row.id,
    summary: row.summary,
    details: row.details,
    reportTime: row.report_time.toISOString(),
    acceptedAt: instantOf(row.accepted_at),
    resolvedOn: instantOf(row.resolved_at),
    status: row.status as AlertStatus,
    alertSource: { id: row.alert_source_id, name: row.source_name, integrationType: row.integration_type },
    escalationPolicy: policy,
    scalationPolicy: policy,
    priority,
    severity: row.severity,
    alertKey: row.alert_key,
    assignedTo: personOf(row.assigned_to, reach) ?? acceptedBy,
    responders: respondersOf(row, asked, named, reach),
    // Also set when nobody is left to ask: then it is the moment the alert becomes unattended.
    nextEscalation: instantOf(row.climb_due_at),
    nextEscalationUser: next?.users[0] ?? null,
    nextEscalationRuleIndex: next?.levelIndex ?? null,
    escalation,
    unattendedSince: instantOf(row.unattended_since),
    images: row.images.filter((image) => isWebAddress(image.src)),
    links: row.links.filter((link) => isWebAddress(link.href)),
    labels: row.labels,
    acknowledgedBy: acceptedBy,
    acknowledgedByType: answererType(row.accepted_at, row.accepted_by),
    resolvedBy: personOf(row.resolved_by, reach),
    resolvedByType: answererType(row.resolved_at, row.resolved_by),
    eventCount: row.event_count,
    previousAlert: row.previous_alert_id === null ? null : { id: row.previous_alert_id },
    createdBy: personOf(row.created_by, reach),
    mergeState: row.merged_into_id !== null ? 'MERGED' : row.merged_count > 0 ? 'MAIN' : 'NONE',
    mergedIntoId: row.merged_into_id,
    linkedIncidentId: null,
  }
}

/** Somebody who was put on an alert by name, or taken off it. */
type NamedResponder = Awaited<ReturnType<typeof namedResponders>>[number]

/** Everybody who was asked or put on the alert and not taken off, once, in order; and who accepted, asked or not. */
function respondersOf(
  row: AlertWithContext,
  asked: readonly AskedRow[],
  named: readonly NamedResponder[],
  reach: Reach,
): Alert['responders'] {
  const byName = new Map(named.map((one) => [one.person_id, one]))
  const wasAsked = new Set(asked.filter((one) => one.level_index >= -1).map((one) => one.person_id))
  const ids = new Set([...asked.map((one) => one.person_id), ...byName.keys()])
  if (row.accepted_by !== null) ids.add(row.accepted_by)
  return [...ids].flatMap((id): Alert['responders'] => {
    const user = reach.person(id)
    const own = byName.get(id)
    if (!user || own?.removed_at) return []
    const acceptedAt = own?.accepted_at ?? (id === row.accepted_by ? row.accepted_at : null)
    return [
      {
        user,
        status: acceptedAt ? 'ACCEPTED' : 'PENDING',
        acceptedAt: instantOf(acceptedAt),
        isAdded: own !== undefined && !wasAsked.has(id),
      },
    ]
  })
}

/** One alert with what only its own page shows; of others what this viewer sees. */
export async function viewAlertDetails(db: Database, viewer: Viewer, row: AlertWithContext): Promise<Alert> {
  const [alert] = await viewAlerts(db, [row])
  invariant(alert, 'an alert that was found is shown')
  const [linked, merged, followers] = await Promise.all([
    linkedAlerts(db, viewer, row.id),
    mergedAlerts(db, viewer, row.id),
    subscribersOf(db, row.id),
  ])
  const people = await everKnownPeople(db, followers)
  return {
    ...alert,
    linkedAlerts: linked.map(referenceOf),
    mergedAlerts: merged.map(referenceOf),
    subscribers: followers.flatMap((id) => people.get(id) ?? []),
  }
}

/** The levels an alert can be escalated to, with who stands on them: as its climb began; of one given to people, its policy's. */
export async function escalationRulesOf(db: Database, row: AlertWithContext): Promise<Alert['escalationRules']> {
  const climb = row.climb_policy
  const isOwn = climb !== null && !climb.isByHand
  const { levels } = isOwn ? climb : await policySnapshot(db, row.escalation_policy_id)
  const people = await everKnownPeople(
    db,
    levels.flatMap((level) => level.userIds),
  )
  const schedules = await everKnownSchedules(
    db,
    levels.flatMap((level) => level.scheduleIds ?? []),
  )
  const teams = await teamResponders(
    db,
    levels.flatMap((level) => level.teamIds ?? []),
  )
  return levels.map((level) => ({
    escalationTimeout: level.timeoutMinutes,
    users: level.userIds.flatMap((id) => people.get(id) ?? []),
    schedules: schedules.filter(({ id }) => level.scheduleIds?.includes(id)).map(scheduleReference),
    teams: teams.filter(({ id }) => level.teamIds?.includes(id)).map(({ id, name }) => ({ id, name })),
  }))
}

/** Another alert, as far as one names it. */
export function referenceOf(other: OtherAlert): AlertReference {
  return {
    id: other.id,
    summary: other.summary,
    status: other.status as AlertStatus,
    priority: other.priority === 'LOW' ? 'LOW' : 'HIGH',
    reportTime: other.report_time.toISOString(),
  }
}

function personOf(id: number | null, reach: Reach): PersonReference | null {
  return id === null ? null : (reach.person(id) ?? null)
}

function answererType(at: Date | null, by: number | null): 'USER' | 'SOURCE' | null {
  if (at === null) return null
  return by === null ? 'SOURCE' : 'USER'
}

function instantOf(at: Date | null): string | null {
  return at?.toISOString() ?? null
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
