import type { Database } from '../database/connection.ts'
import type { PersonReference } from '../directory/schema.ts'
import { everKnownPeople } from '../directory/store.ts'
import { decideWays } from '../notifications/reach/decide.ts'
import { reachOf } from '../notifications/reach/store.ts'
import { type AskedRow, askedAbout } from '../notifications/view.ts'
import { climbView, type Reach } from './climb-view.ts'
import type { AlertWithContext } from './query.ts'
import type { Alert, AlertStatus } from './schema.ts'

/** Alerts as the API shows them, in the order given. However many they are, people and pages are asked for once. */
export async function viewAlerts(db: Database, rows: readonly AlertWithContext[]): Promise<Alert[]> {
  const asked = await askedAbout(
    db,
    rows.filter((row) => row.climb_policy !== null).map((row) => row.id),
  )
  const comers = rows
    .filter(isClimbing)
    .flatMap((row) => row.climb_policy?.levels.flatMap((level) => level.userIds) ?? [])
  const answerers = rows.flatMap((row) => [row.accepted_by, row.resolved_by]).filter((id) => id !== null)
  const people = await everKnownPeople(db, [...comers, ...answerers, ...asked.map((row) => row.person_id)])
  const known = await reachOf(db, comers)
  const reach: Reach = {
    person: (id) => people.get(id),
    canBeAsked: (id, priority) => {
      const one = known.get(id)
      return one !== undefined && decideWays(priority, one.contacts, one.rules).ways.length > 0
    },
  }

  const askedBy = Map.groupBy(asked, (row) => row.alert_id)
  return rows.map((row) => alertView(row, askedBy.get(row.id) ?? [], reach))
}

function isClimbing(row: AlertWithContext): boolean {
  return row.climb_due_at !== null && row.status === 'PENDING'
}

/** One alert as the API shows it. */
export function alertView(row: AlertWithContext, asked: readonly AskedRow[], reach: Reach): Alert {
  const priority = row.priority === 'LOW' ? 'LOW' : 'HIGH'
  const escalation = row.climb_policy
    ? climbView(
        {
          policy: row.climb_policy,
          levelIndex: row.climb_level_index ?? 0,
          round: row.climb_round ?? 1,
          dueAt: row.climb_due_at,
          reason: row.climb_reason,
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
    assignedTo: acceptedBy,
    responders: respondersOf(row, asked, reach),
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
    mergeState: 'NONE',
  }
}

/** Everybody who was asked, once, in the order they were asked; and who accepted, asked or not. */
function respondersOf(row: AlertWithContext, asked: readonly AskedRow[], reach: Reach): Alert['responders'] {
  const ids = new Set(asked.map((one) => one.person_id))
  if (row.accepted_by !== null) ids.add(row.accepted_by)
  return [...ids].flatMap((id): Alert['responders'] => {
    const user = reach.person(id)
    if (!user) return []
    const accepted = id === row.accepted_by
    return [
      { user, status: accepted ? 'ACCEPTED' : 'PENDING', acceptedAt: accepted ? instantOf(row.accepted_at) : null },
    ]
  })
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
