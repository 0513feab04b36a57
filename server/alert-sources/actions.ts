import type { Actor } from '../access/actor.ts'
import { audit } from '../audit/store.ts'
import type { Database, Tx } from '../database/connection.ts'
import { tellLive } from '../database/notify.ts'
import type { Integration } from '../integrations/contract.ts'
import { integrationByType } from '../integrations/index.ts'
import { valuesOf } from '../oncall/support-hours/actions.ts'
import { insertSupportHours, lockSupportHours } from '../oncall/support-hours/store.ts'
import { ensureReconciliation } from '../reconciliation/store.ts'
import { fieldProblem, Problem } from '../runtime/problem.ts'
import type { Secrets } from '../runtime/secrets.ts'
import { addHours } from '../runtime/time.ts'
import { deleteKeys, insertKey, retireKeys } from './keys/store.ts'
import { checkedRules } from './rules/check.ts'
import { ruleFields } from './rules/words.ts'
import type { AlertSourceInput } from './schema.ts'
import { mergeSettings, splitSecrets } from './settings.ts'
import { clearWarnings, lockSource, openSecretSettings, ruleWarning, type SourceRow, settingsPlace } from './store.ts'
import { reconsiderVerifications } from './verifications/actions.ts'

const GROUPING_WINDOW = 'PT5M'
const OVERLAP_HOURS = 24
/** Settings that say whose records these are. */
const PLACES = ['accountName', 'region', 'apiUrl']

/** Creates a source with its first key; returns its id. */
export async function createSource(
  db: Database,
  secrets: Secrets,
  actor: Actor,
  input: AlertSourceInput,
  now: Date,
): Promise<number> {
  const integration = requireIntegration(input.integrationType)
  if (integration.isOwn) throw fieldProblem('integrationType', 'Tocsin makes this source itself, when it is needed.')
  const settings = input.integrationSettings ? mergeSettings(integration, {}, input.integrationSettings) : null
  return db.transaction().execute(async (tx) => {
    await requireReferences(tx, input)
    const rules = await checkedRules(tx, integration, input, now)
    const row = await tx
      .insertInto('alert_source')
      .values({
        ...columnsOf(input),
        ...(await supportHoursOf(tx, input, null, now)),
        rules: JSON.stringify(rules),
        integration_type: integration.type,
        active: input.active ?? true,
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
    if (settings) await saveSettings(tx, row.id, integration, settings, {}, secrets, now)
    await saveTeams(tx, row.id, input.teams)
    if (!integration.isKeyless) await insertKey(tx, row.id, secrets, now)
    await audit(
      tx,
      actor,
      { action: 'alert-source.created', objectType: 'alert-source', objectId: row.id, details: { name: input.name } },
      now,
    )
    await tellChanged(tx, row.id)
    return row.id
  })
}

/** Replaces a source's settings; what `teams`, `active` and `integrationSettings` leave out stays. */
export async function replaceSource(
  db: Database,
  secrets: Secrets,
  actor: Actor,
  id: number,
  input: AlertSourceInput,
  now: Date,
): Promise<void> {
  await db.transaction().execute((tx) => replaceSourceIn(tx, secrets, actor, id, input, now))
}

/** The same in the caller's transaction. */
export async function replaceSourceIn(
  tx: Tx,
  secrets: Secrets,
  actor: Actor,
  id: number,
  input: AlertSourceInput,
  now: Date,
): Promise<void> {
  const source = await requireSource(tx, id)
  if (input.integrationType !== source.integration_type) {
    throw fieldProblem(
      'integrationType',
      `The type stays ${source.integration_type}: create a new alert source for another one.`,
    )
  }
  const rules = await checkedRules(tx, requireIntegration(source.integration_type), input, now)
  await requireReferences(tx, input)
  await tx
    .updateTable('alert_source')
    .set({
      ...columnsOf(input),
      ...(await supportHoursOf(tx, input, source, now)),
      rules: JSON.stringify(rules),
      active: input.active ?? source.active,
      updated_at: now,
    })
    .where('id', '=', id)
    .execute()
  await saveTeams(tx, id, input.teams)
  // Saved anew, they are tried anew.
  await clearWarnings(tx, id, ruleFields.map(ruleWarning))
  if (input.integrationSettings) await replaceSettings(tx, source, input.integrationSettings, secrets, now)
  await audit(
    tx,
    actor,
    {
      action: 'alert-source.changed',
      objectType: 'alert-source',
      objectId: id,
      details: { name: input.name, active: input.active ?? source.active },
    },
    now,
  )
  await tellChanged(tx, id)
}

async function replaceSettings(
  tx: Tx,
  source: SourceRow,
  sent: Record<string, unknown>,
  secrets: Secrets,
  now: Date,
): Promise<void> {
  const integration = requireIntegration(source.integration_type)
  const saved = { ...source.settings, ...openSecretSettings(source, secrets) }
  await saveSettings(tx, source.id, integration, mergeSettings(integration, saved, sent), saved, secrets, now)
  await clearWarnings(tx, source.id, [
    `${integration.slug}-unauthorized`,
    `${integration.slug}-forbidden`,
    `${integration.slug}-unreachable`,
  ])
  await reconsiderVerifications(tx, await requireSource(tx, source.id), secrets, now)
}

async function saveSettings(
  tx: Tx,
  id: number,
  integration: Integration,
  settings: Record<string, unknown>,
  saved: Record<string, unknown>,
  secrets: Secrets,
  now: Date,
): Promise<void> {
  const { plain, secret } = splitSecrets(integration, settings)
  const isMoved = PLACES.some((name) => (saved[name] ?? null) !== (settings[name] ?? null))
  if (integration.listOpen) await ensureReconciliation(tx, id, isMoved, now)
  await tx
    .updateTable('alert_source')
    .set({
      settings: JSON.stringify(plain),
      settings_secrets: secrets.seal(JSON.stringify(secret), settingsPlace(id)),
      settings_saved_at: now,
    })
    .where('id', '=', id)
    .execute()
}

/** Deletes a source; its key stops working, its alerts stay. */
export async function deleteSource(db: Database, actor: Actor, id: number, now: Date): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const source = await requireSource(tx, id)
    await tx
      .updateTable('alert_source')
      .set({ deleted_at: now, active: false, updated_at: now })
      .where('id', '=', id)
      .execute()
    await deleteKeys(tx, id)
    await audit(
      tx,
      actor,
      { action: 'alert-source.deleted', objectType: 'alert-source', objectId: id, details: { name: source.name } },
      now,
    )
    await tellChanged(tx, id)
  })
}

/** Gives a source a new key; the old one works for the overlap. */
export async function rotateKey(
  db: Database,
  secrets: Secrets,
  actor: Actor,
  id: number,
  overlapHours: number | undefined,
  now: Date,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const source = await requireSource(tx, id)
    const integration = integrationByType(source.integration_type)
    if (integration?.isOwn || integration?.isKeyless)
      throw new Problem('not-found', 'Nobody sends to this source but Tocsin itself: it has no key.')
    const hours = overlapHours ?? OVERLAP_HOURS
    if (hours === 0) await deleteKeys(tx, id)
    else await retireKeys(tx, id, addHours(now, hours))
    await insertKey(tx, id, secrets, now)
    await audit(
      tx,
      actor,
      {
        action: 'alert-source.key-rotated',
        objectType: 'alert-source',
        objectId: id,
        details: { overlapHours: hours },
      },
      now,
    )
    await tellChanged(tx, id)
  })
}

/** Lets verifications that were held back be answered for the next day. */
export async function allowVerification(
  db: Database,
  secrets: Secrets,
  actor: Actor,
  id: number,
  now: Date,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await requireSource(tx, id)
    await tx.updateTable('alert_source').set({ verification_allowed_at: now }).where('id', '=', id).execute()
    await reconsiderVerifications(tx, await requireSource(tx, id), secrets, now)
    await audit(
      tx,
      actor,
      { action: 'alert-source.verification-allowed', objectType: 'alert-source', objectId: id },
      now,
    )
    await tellChanged(tx, id)
  })
}

async function requireSource(tx: Tx, id: number): Promise<SourceRow> {
  const source = await lockSource(tx, id)
  if (!source) throw new Problem('not-found', `There is no alert source ${id}.`)
  return source
}

function requireIntegration(type: string): Integration {
  const integration = integrationByType(type)
  if (!integration)
    throw fieldProblem('integrationType', `There is no integration type ${type}; GET /api/integrations lists them.`)
  return integration
}

async function requireReferences(tx: Tx, input: AlertSourceInput): Promise<void> {
  const policyId = input.escalationPolicy.id
  const policy = await tx.selectFrom('escalation_policy').select('id').where('id', '=', policyId).executeTakeFirst()
  if (!policy) throw fieldProblem('escalationPolicy.id', `There is no escalation policy ${policyId}.`)
  const ids = (input.teams ?? []).map((team) => team.id)
  if (ids.length === 0) return
  const found = new Set(
    (await tx.selectFrom('team').select('id').where('id', 'in', ids).execute()).map((team) => team.id),
  )
  const unknown = ids.findIndex((id) => !found.has(id))
  if (unknown >= 0) throw fieldProblem(`teams.${unknown}.id`, `There is no team ${ids[unknown]}.`)
}

function columnsOf(input: AlertSourceInput) {
  const alertCreation = input.alertCreation ?? 'ONE_ALERT_PER_EMAIL'
  return {
    name: input.name,
    escalation_policy_id: input.escalationPolicy.id,
    alert_creation: alertCreation,
    alert_grouping_window:
      alertCreation === 'ONE_ALERT_GROUPED_PER_WINDOW' ? (input.alertGroupingWindow ?? GROUPING_WINDOW) : null,
    auto_resolution_timeout: input.autoResolutionTimeout ?? null,
    alert_priority_rule: input.alertPriorityRule ?? 'HIGH',
  }
}

/** Which support hours the priority follows; older clients say the hours in place, and get an object of their own. */
async function supportHoursOf(tx: Tx, input: AlertSourceInput, before: SourceRow | null, now: Date) {
  const given = input.supportHours
  const raises = input.autoRaiseAlerts ?? given?.autoRaiseAlerts ?? before?.auto_raise_alerts ?? false
  const id = given === undefined ? (before?.support_hours_id ?? null) : await supportHoursId(tx, input, now)
  const follows = input.alertPriorityRule?.endsWith('_DURING_SUPPORT_HOURS') ?? false
  if (follows && id === null) {
    throw fieldProblem('supportHours.id', 'Choose the support hours that the priority follows.')
  }
  return { support_hours_id: id, auto_raise_alerts: raises }
}

async function supportHoursId(tx: Tx, input: AlertSourceInput, now: Date): Promise<number | null> {
  const given = input.supportHours
  if (!given) return null
  if (given.id !== undefined) {
    if (!(await lockSupportHours(tx, given.id))) {
      throw fieldProblem('supportHours.id', `There are no support hours ${given.id}.`)
    }
    return given.id
  }
  if (!given.supportDays || !given.timezone) {
    throw fieldProblem('supportHours', 'Say which support hours by their id, or give time zone and days.')
  }
  const { timezone, supportDays } = given
  const values = valuesOf({ name: `Support hours of ${input.name}`, timezone, supportDays })
  return insertSupportHours(tx, values, now)
}

async function saveTeams(tx: Tx, id: number, teams: AlertSourceInput['teams']): Promise<void> {
  if (!teams) return
  await tx.deleteFrom('alert_source_team').where('alert_source_id', '=', id).execute()
  const ids = [...new Set(teams.map((team) => team.id))]
  if (ids.length === 0) return
  await tx
    .insertInto('alert_source_team')
    .values(ids.map((teamId) => ({ alert_source_id: id, team_id: teamId })))
    .execute()
}

async function tellChanged(tx: Tx, id: number): Promise<void> {
  await tellLive(tx, { kind: 'alert-source', id })
  await tellLive(tx, { kind: 'status' })
}
