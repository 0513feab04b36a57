import { type Selectable, sql } from 'kysely'
import { seesOwned, type Viewer } from '../access/sight.ts'
import type { Database, Tx } from '../database/connection.ts'
import type { AlertActionTable } from '../database/tables.ts'
import { isRowId } from '../database/values.ts'
import type { Secrets } from '../runtime/secrets.ts'
import type { ActionAlert } from './decide.ts'

export type ActionRow = Selectable<AlertActionTable>

export interface ActionValues {
  name: string
  connectorType: string
  connectorId: number | null
  triggerMode: string
  triggerTypes: readonly string[]
  escalationEndedDelaySeconds: number
  notResolvedDelaySeconds: number
  conditions: string | null
  params: Record<string, unknown>
}

function columnsOf(values: ActionValues) {
  return {
    name: values.name,
    connector_type: values.connectorType,
    connector_id: values.connectorId,
    trigger_mode: values.triggerMode,
    trigger_types: [...values.triggerTypes],
    escalation_ended_delay_seconds: values.escalationEndedDelaySeconds,
    not_resolved_delay_seconds: values.notResolvedDelaySeconds,
    conditions: values.conditions,
    params: JSON.stringify(values.params),
  }
}

/** Adds an action without secrets, sources and teams; returns its id. */
export async function insertAction(tx: Tx, values: ActionValues, now: Date): Promise<number> {
  const row = await tx
    .insertInto('alert_action')
    .values({
      ...columnsOf(values),
      secrets: null,
      counts: '{}',
      paused_until: null,
      created_at: now,
      updated_at: now,
      deleted_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** Replaces what a request sets of an action; what waited for its old place to heal is tried at once. */
export async function changeAction(tx: Tx, id: number, values: ActionValues, now: Date): Promise<void> {
  await tx
    .updateTable('alert_action')
    .set({ ...columnsOf(values), paused_until: null, updated_at: now })
    .where('id', '=', id)
    .execute()
}

/** Replaces the secrets of an action. */
export async function saveActionSecrets(tx: Tx, id: number, secrets: Buffer): Promise<void> {
  await tx.updateTable('alert_action').set({ secrets }).where('id', '=', id).execute()
}

/** Marks an action deleted; its delivery log stays. */
export async function deleteActionRow(tx: Tx, id: number, now: Date): Promise<void> {
  await tx
    .updateTable('alert_action')
    .set({ deleted_at: now, secrets: null, connector_id: null })
    .where('id', '=', id)
    .execute()
}

/** Replaces the sources and teams of an action. */
export async function replaceOwners(
  tx: Tx,
  id: number,
  sources: readonly number[],
  teams: readonly number[],
): Promise<void> {
  await tx.deleteFrom('alert_action_source').where('alert_action_id', '=', id).execute()
  await tx.deleteFrom('alert_action_team').where('alert_action_id', '=', id).execute()
  if (sources.length > 0) {
    await tx
      .insertInto('alert_action_source')
      .values(sources.map((source) => ({ alert_action_id: id, alert_source_id: source })))
      .execute()
  }
  if (teams.length > 0) {
    await tx
      .insertInto('alert_action_team')
      .values(teams.map((team) => ({ alert_action_id: id, team_id: team })))
      .execute()
  }
}

/** One action that was not deleted. */
export async function actionById(db: Database | Tx, id: number): Promise<ActionRow | null> {
  if (!isRowId(id)) return null
  const row = await db
    .selectFrom('alert_action')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

/** One action that was not deleted, locked; alerts may still plan runs of it. */
export async function lockAction(tx: Tx, id: number): Promise<ActionRow | null> {
  if (!isRowId(id)) return null
  const row = await tx
    .selectFrom('alert_action')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row ?? null
}

/** Actions this viewer sees, by name. */
export async function listActions(
  db: Database,
  viewer: Viewer,
  page: { offset: number; limit: number },
): Promise<ActionRow[]> {
  return db
    .selectFrom('alert_action')
    .selectAll()
    .where('deleted_at', 'is', null)
    .where(seesOwned(viewer, 'alert-action', 'alert_action.id'))
    .orderBy(sql`lower(name)`)
    .orderBy('id')
    .offset(page.offset)
    .limit(page.limit)
    .execute()
}

/** The action of this name that this viewer sees, the oldest first. */
export async function actionByName(db: Database, viewer: Viewer, name: string): Promise<ActionRow | null> {
  const row = await db
    .selectFrom('alert_action')
    .selectAll()
    .where('name', '=', name)
    .where('deleted_at', 'is', null)
    .where(seesOwned(viewer, 'alert-action', 'alert_action.id'))
    .orderBy('id')
    .executeTakeFirst()
  return row ?? null
}

/** Actions a person may press on alerts of this source. */
export async function manualActionsOf(db: Database, alertSourceId: number): Promise<ActionRow[]> {
  return db
    .selectFrom('alert_action as action')
    .selectAll()
    .where('deleted_at', 'is', null)
    .where('trigger_mode', '=', 'MANUAL')
    .where(
      sql<boolean>`case when exists (select 1 from alert_action_source as own where own.alert_action_id = action.id)
                        then exists (select 1 from alert_action_source as own
                                      where own.alert_action_id = action.id and own.alert_source_id = ${alertSourceId}::int)
                        else exists (select 1 from alert_action_team as own
                                       join alert_source_team as theirs on theirs.team_id = own.team_id
                                      where own.alert_action_id = action.id
                                        and theirs.alert_source_id = ${alertSourceId}::int) end`,
    )
    .orderBy(sql`lower(name)`)
    .orderBy('id')
    .execute()
}

/** The sources of some actions, with their names; who was deleted since is left out. */
export async function sourcesOfActions(db: Database | Tx, ids: readonly number[]) {
  if (ids.length === 0) return []
  return db
    .selectFrom('alert_action_source as own')
    .innerJoin('alert_source', 'alert_source.id', 'own.alert_source_id')
    .select(['own.alert_action_id as actionId', 'alert_source.id', 'alert_source.name'])
    .where('own.alert_action_id', 'in', [...ids])
    .where('alert_source.deleted_at', 'is', null)
    .orderBy('alert_source.name')
    .orderBy('alert_source.id')
    .execute()
}

/** The teams of some actions, with their names. */
export async function teamsOfActions(db: Database | Tx, ids: readonly number[]) {
  if (ids.length === 0) return []
  return db
    .selectFrom('alert_action_team as own')
    .innerJoin('team', 'team.id', 'own.team_id')
    .select(['own.alert_action_id as actionId', 'team.id', 'team.name'])
    .where('own.alert_action_id', 'in', [...ids])
    .orderBy('team.name')
    .execute()
}

/** What the condition counted, from now on. */
export async function saveActionCounts(
  tx: Tx,
  id: number,
  counts: Record<string, { count: number; endsAt: string }>,
): Promise<void> {
  await tx
    .updateTable('alert_action')
    .set({ counts: JSON.stringify(counts) })
    .where('id', '=', id)
    .execute()
}

/** Until when an action waits as nothing gets through; null: no more. */
export async function pauseAction(tx: Tx, id: number, until: Date | null): Promise<void> {
  await tx
    .updateTable('alert_action')
    .set({ paused_until: until })
    .where('id', '=', id)
    .where('paused_until', 'is distinct from', until)
    .execute()
}

/** Where the sealed secrets of an action lie, so that a ciphertext moved to another row does not open. */
function placeOf(id: number) {
  return { table: 'alert_action', row: String(id), field: 'secrets' }
}

/** What an action keeps secret: settings, and the key its calls are signed with. */
export interface ActionSecrets {
  params: Record<string, unknown>
  signingKey: string | null
}

export function sealAction(secrets: Secrets, id: number, values: ActionSecrets): Buffer {
  return secrets.seal(JSON.stringify(values), placeOf(id))
}

/** The secrets of an action; throws when they were sealed with another key. */
export function openAction(secrets: Secrets, row: Pick<ActionRow, 'id' | 'secrets'>): ActionSecrets {
  return row.secrets === null
    ? { params: {}, signingKey: null }
    : (JSON.parse(secrets.open(row.secrets, placeOf(row.id))) as ActionSecrets)
}

/** An alert as its actions see it; null when there is none. */
export async function alertForActions(
  db: Database | Tx,
  alertId: number,
  urlOf: (id: number) => string,
): Promise<ActionAlert | null> {
  const row = await db
    .selectFrom('alert')
    .innerJoin('alert_source', 'alert_source.id', 'alert.alert_source_id')
    .innerJoin('escalation_policy', 'escalation_policy.id', 'alert.escalation_policy_id')
    .leftJoin('person', (join) => join.on(sql<boolean>`person.id = coalesce(alert.assigned_to, alert.accepted_by)`))
    .selectAll('alert')
    .select([
      'alert_source.name as source_name',
      'escalation_policy.name as policy_name',
      'person.id as person_id',
      'person.first_name',
      'person.last_name',
    ])
    .where('alert.id', '=', alertId)
    .executeTakeFirst()
  if (!row) return null
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
    alertSource: { id: row.alert_source_id, name: row.source_name },
    escalationPolicy: { id: row.escalation_policy_id, name: row.policy_name },
    assignedTo:
      row.person_id === null
        ? null
        : { id: row.person_id, firstName: row.first_name ?? '', lastName: row.last_name ?? '' },
    labels: row.labels,
    links: row.links.map(({ href, text }) => ({ href, text })),
    customDetails: row.custom_details,
    url: urlOf(row.id),
  }
}
