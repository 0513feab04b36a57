import type { Viewer } from '../../../../server/access/sight.ts'
import type * as real from '../../../../server/alert-actions/store.ts'
import { isRowId } from '../../../../server/database/values.ts'
import { foreignKeyViolation } from '../../memory/database-error.ts'
import { byFoldedName, byName } from '../../memory/order.ts'
import { seesOwned } from '../../memory/sight.ts'
import type { MemoryTables } from '../../memory/tables.ts'
import { twin } from '../../memory/twin.ts'

export * from '../../../../server/alert-actions/store.ts'

type Row = real.ActionRow
type Page = { offset: number; limit: number }

function columnsOf(tables: MemoryTables, values: real.ActionValues) {
  if (values.connectorId !== null && tables.connector.get(values.connectorId) === null) {
    throw foreignKeyViolation('alert_action_connector_id_fkey')
  }
  return {
    name: values.name,
    connector_type: values.connectorType,
    connector_id: values.connectorId,
    trigger_mode: values.triggerMode,
    trigger_types: [...values.triggerTypes],
    escalation_ended_delay_seconds: values.escalationEndedDelaySeconds,
    not_resolved_delay_seconds: values.notResolvedDelaySeconds,
    conditions: values.conditions,
    params: values.params,
  }
}

export const insertAction = twin((tables, values: real.ActionValues, now: Date) => {
  const id = tables.next('alert_action')
  tables.alert_action.insert({
    id,
    ...columnsOf(tables, values),
    secrets: null,
    counts: {},
    paused_until: null,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  })
  return id
}) satisfies typeof real.insertAction

function change(tables: MemoryTables, id: number, columnsFor: (row: Row) => Partial<Row>): void {
  const row = tables.alert_action.get(id)
  if (row) tables.alert_action.update(row, columnsFor(row))
}

export const changeAction = twin((tables, id: number, values: real.ActionValues, now: Date) =>
  change(tables, id, () => ({ ...columnsOf(tables, values), paused_until: null, updated_at: now })),
) satisfies typeof real.changeAction

export const saveActionSecrets = twin((tables, id: number, secrets: Buffer) =>
  change(tables, id, () => ({ secrets })),
) satisfies typeof real.saveActionSecrets

export const deleteActionRow = twin((tables, id: number, now: Date) =>
  change(tables, id, () => ({ deleted_at: now, secrets: null, connector_id: null })),
) satisfies typeof real.deleteActionRow

type Ids = readonly number[]

export const replaceOwners = twin((tables, id: number, sources: Ids, teams: Ids) => {
  for (const row of [...tables.sourcesOfAction.of(id)]) tables.alert_action_source.delete(row)
  for (const row of [...tables.teamsOfAction.of(id)]) tables.alert_action_team.delete(row)
  for (const source of sources) tables.alert_action_source.insert({ alert_action_id: id, alert_source_id: source })
  for (const team of teams) tables.alert_action_team.insert({ alert_action_id: id, team_id: team })
}) satisfies typeof real.replaceOwners

function living(tables: MemoryTables): Row[] {
  return [...tables.alert_action.rows].filter((row) => row.deleted_at === null)
}

function livingOf(tables: MemoryTables, id: number): Row | null {
  const row = isRowId(id) ? tables.alert_action.get(id) : null
  return row?.deleted_at === null ? row : null
}

export const actionById = twin(livingOf) satisfies typeof real.actionById
export const lockAction = twin(livingOf) satisfies typeof real.lockAction

function isSeen(tables: MemoryTables, viewer: Viewer, row: Row): boolean {
  return seesOwned(tables, viewer, 'alert-action', row.id)
}

export const listActions = twin((tables, viewer: Viewer, { offset, limit }: Page) =>
  living(tables)
    .filter((row) => isSeen(tables, viewer, row))
    .sort(byFoldedName)
    .slice(offset, offset + limit),
) satisfies typeof real.listActions

export const actionByName = twin((tables, viewer: Viewer, name: string) => {
  const named = living(tables).filter((row) => row.name === name && isSeen(tables, viewer, row))
  return named.sort(byName)[0] ?? null
}) satisfies typeof real.actionByName

/** True for an action that is there for this source: by name, or where it names none by a team that both have. */
export function isOfSource(tables: MemoryTables, actionId: number, alertSourceId: number): boolean {
  const sources = [...tables.sourcesOfAction.of(actionId)].map((own) => own.alert_source_id)
  if (sources.length > 0) return sources.includes(alertSourceId)
  const theirs = new Set([...tables.teamsOfSource.of(alertSourceId)].map((row) => row.team_id))
  return [...tables.teamsOfAction.of(actionId)].some((own) => theirs.has(own.team_id))
}

export const manualActionsOf = twin((tables, alertSourceId: number) =>
  living(tables)
    .filter((row) => row.trigger_mode === 'MANUAL' && isOfSource(tables, row.id, alertSourceId))
    .sort(byFoldedName),
) satisfies typeof real.manualActionsOf

export const sourcesOfActions = twin((tables, ids: Ids) =>
  [...tables.alert_action_source.rows]
    .filter((own) => ids.includes(own.alert_action_id))
    .flatMap((own) => {
      const source = tables.alert_source.get(own.alert_source_id)
      return source?.deleted_at === null ? [{ actionId: own.alert_action_id, id: source.id, name: source.name }] : []
    })
    .sort(byName),
) satisfies typeof real.sourcesOfActions

export const teamsOfActions = twin((tables, ids: Ids) =>
  [...tables.alert_action_team.rows]
    .filter((own) => ids.includes(own.alert_action_id))
    .flatMap((own) => {
      const team = tables.team.get(own.team_id)
      return team ? [{ actionId: own.alert_action_id, id: team.id, name: team.name }] : []
    })
    .sort(byName),
) satisfies typeof real.teamsOfActions

export const saveActionCounts = twin((tables, id: number, counts: Row['counts']) =>
  change(tables, id, () => ({ counts })),
) satisfies typeof real.saveActionCounts

export const pauseAction = twin((tables, id: number, until: Date | null) => {
  const row = tables.alert_action.get(id)
  if (row && row.paused_until?.getTime() !== until?.getTime()) tables.alert_action.update(row, { paused_until: until })
}) satisfies typeof real.pauseAction

export const alertForActions = twin((tables, alertId: number, urlOf: (id: number) => string) => {
  const row = tables.alert.get(alertId)
  const source = row && tables.alert_source.get(row.alert_source_id)
  const policy = row && tables.escalation_policy.get(row.escalation_policy_id)
  if (!row || !source || !policy) return null
  const personId = row.assigned_to ?? row.accepted_by
  const person = personId === null ? null : tables.person.get(personId)
  return {
    id: row.id,
    summary: row.summary,
    details: row.details,
    status: row.status,
    priority: row.priority,
    severity: row.severity,
    alertKey: row.alert_key,
    reportTime: row.report_time.toISOString(),
    acceptedAt: row.accepted_at?.toISOString() ?? null,
    resolvedOn: row.resolved_at?.toISOString() ?? null,
    eventCount: row.event_count,
    alertSource: { id: source.id, name: source.name },
    escalationPolicy: { id: policy.id, name: policy.name },
    assignedTo: person && { id: person.id, firstName: person.first_name, lastName: person.last_name },
    labels: row.labels,
    links: row.links.map(({ href, text }) => ({ href, text })),
    customDetails: row.custom_details,
    url: urlOf(row.id),
  }
}) satisfies typeof real.alertForActions
