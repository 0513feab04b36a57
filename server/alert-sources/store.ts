import { type Selectable, sql } from 'kysely'
import { seesOwned, type Viewer } from '../access/sight.ts'
import type { SourceRules } from '../alerts/facts.ts'
import type { Database, Tx } from '../database/connection.ts'
import { tellLive } from '../database/notify.ts'
import type { AlertSourceTable, IntegrationKeyTable } from '../database/tables.ts'
import { isRowId, isStorable } from '../database/values.ts'
import type { Integration, IntegrationSettings } from '../integrations/contract.ts'
import { AlertPriorityRule } from '../oncall/support-hours/schema.ts'
import type { Secrets } from '../runtime/secrets.ts'

export type SourceRow = Selectable<AlertSourceTable>
export type KeyRow = Selectable<IntegrationKeyTable>

/** Where a source's sealed settings live, so that a ciphertext moved to another row does not open. */
export function settingsPlace(alertSourceId: number) {
  return { table: 'alert_source', row: String(alertSourceId), field: 'settings_secrets' }
}

/** Where an integration key's sealed copy lives. */
export function keyPlace(publicId: string) {
  return { table: 'integration_key', row: publicId, field: 'key_sealed' }
}

/** One source that was not deleted. */
export async function sourceById(db: Database | Tx, id: number): Promise<SourceRow | null> {
  if (!isRowId(id)) return null
  const row = await db
    .selectFrom('alert_source')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

/** One source, locked until the transaction ends. */
export async function lockSource(tx: Tx, id: number): Promise<SourceRow | null> {
  if (!isRowId(id)) return null
  const row = await tx
    .selectFrom('alert_source')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}

/** What the rules need of a source. */
export function rulesOf(row: SourceRow, integration: Integration): SourceRules {
  return {
    id: row.id,
    name: row.name,
    tracksRecords: integration.tracksRecords,
    reopening: reopeningOf(row.settings.reopen),
    escalationPolicyId: row.escalation_policy_id,
    alertCreation: row.alert_creation,
    alertGroupingWindow: row.alert_grouping_window,
    autoResolutionTimeout: row.auto_resolution_timeout,
    alertPriorityRule: AlertPriorityRule.parse(row.alert_priority_rule),
    supportHoursId: row.support_hours_id,
    autoRaiseAlerts: row.auto_raise_alerts,
  }
}

function reopeningOf(wanted: unknown): SourceRules['reopening'] {
  return wanted === 'REOPEN' || wanted === 'IGNORE' ? wanted : 'NEW_ALERT'
}

/** A source's secrets in the clear, by name; empty when none were saved. */
export function openSecretSettings(row: SourceRow, secrets: Secrets): Record<string, unknown> {
  if (row.settings_secrets === null) return {}
  return JSON.parse(secrets.open(row.settings_secrets, settingsPlace(row.id)))
}

/** Complete settings of a source's integration; null until they were saved. */
export function settingsOf(row: SourceRow, integration: Integration, secrets: Secrets): IntegrationSettings | null {
  if (!integration.settings || row.settings_saved_at === null) return null
  const parsed = integration.settings.safeParse({ ...row.settings, ...openSecretSettings(row, secrets) })
  return parsed.success ? parsed.data : null
}

/** The code of the warning about one of a source's rules. */
export function ruleWarning(field: string): string {
  return `rule-${field}`
}

/** Something the source's owner must mend; said once, until it is well again. */
export async function warnSource(
  tx: Tx,
  alertSourceId: number,
  warning: { code: string; text: string },
  now: Date,
): Promise<void> {
  await tx
    .insertInto('alert_source_warning')
    .values({ alert_source_id: alertSourceId, code: warning.code, text: warning.text, at: now })
    .onConflict((conflict) =>
      conflict.columns(['alert_source_id', 'code']).doUpdateSet({ text: warning.text, at: now }),
    )
    .execute()
  await tellLive(tx, { kind: 'alert-source', id: alertSourceId })
}

/** The other system answers again: what it was warned about is over. */
export async function clearWarnings(tx: Tx, alertSourceId: number, codes: readonly string[]): Promise<void> {
  if (codes.length === 0) return
  const result = await tx
    .deleteFrom('alert_source_warning')
    .where('alert_source_id', '=', alertSourceId)
    .where('code', 'in', codes)
    .executeTakeFirst()
  if (result.numDeletedRows > 0n) await tellLive(tx, { kind: 'alert-source', id: alertSourceId })
}

/** The key with this public id and its source, if both still stand. */
export async function keyByPublicId(db: Database, publicId: string): Promise<(KeyRow & { source: SourceRow }) | null> {
  const key = await db.selectFrom('integration_key').selectAll().where('public_id', '=', publicId).executeTakeFirst()
  if (!key) return null
  const source = await sourceById(db, key.alert_source_id)
  return source ? { ...key, source } : null
}

// Two alerts made by hand at once must not both find no source.
const OWN_SOURCE_LOCK = 7_006

/** A source that Tocsin itself makes when it is first needed, one of its type; returns its id. */
export async function ensureOwnSource(
  tx: Tx,
  own: { type: string; name: string },
  policyId: number,
  now: Date,
): Promise<number> {
  await sql`select pg_advisory_xact_lock(${OWN_SOURCE_LOCK}, hashtext(${own.type}))`.execute(tx)
  const known = await tx
    .selectFrom('alert_source')
    .select('id')
    .where('integration_type', '=', own.type)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  if (known) return known.id
  const made = await tx
    .insertInto('alert_source')
    .values({
      name: own.name,
      integration_type: own.type,
      active: true,
      escalation_policy_id: policyId,
      alert_creation: 'ONE_ALERT_PER_EMAIL',
      alert_grouping_window: null,
      auto_resolution_timeout: null,
      alert_priority_rule: 'HIGH',
      settings: '{}',
      settings_secrets: null,
      settings_saved_at: null,
      verification_allowed_at: null,
      created_at: now,
      updated_at: now,
      deleted_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return made.id
}

/** Sources that were not deleted and this viewer sees, oldest first. */
export async function listSources(
  db: Database,
  viewer: Viewer,
  startIndex: number,
  maxResults: number,
): Promise<SourceRow[]> {
  return db
    .selectFrom('alert_source')
    .selectAll()
    .where('deleted_at', 'is', null)
    .where(seesOwned(viewer, 'alert-source', 'alert_source.id'))
    .orderBy('id')
    .offset(startIndex)
    .limit(maxResults)
    .execute()
}

/** The source of this name that this viewer sees, the oldest when several share it. */
export async function sourceByName(db: Database, viewer: Viewer, name: string): Promise<SourceRow | null> {
  if (!isStorable(name)) return null
  const row = await db
    .selectFrom('alert_source')
    .selectAll()
    .where('name', '=', name)
    .where('deleted_at', 'is', null)
    .where(seesOwned(viewer, 'alert-source', 'alert_source.id'))
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}
