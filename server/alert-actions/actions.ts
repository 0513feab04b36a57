import { randomBytes } from 'node:crypto'
import { type Actor, requireRight } from '../access/actor.ts'
import { splitSecrets } from '../alert-sources/settings.ts'
import { audit } from '../audit/store.ts'
import { parseCondition } from '../conditions/parse.ts'
import type { Database, Tx } from '../database/connection.ts'
import { tellLive, wakeEngine } from '../database/notify.ts'
import { requireStorable } from '../database/values.ts'
import { holdTeams } from '../directory/store.ts'
import { holdSources } from '../maintenance/store.ts'
import { type FieldError, fieldProblem, Problem } from '../runtime/problem.ts'
import type { Secrets } from '../runtime/secrets.ts'
import { parseTemplate } from '../templates/parse.ts'
import { lockConnector, openConnector } from './connectors/store.ts'
import type { ActionKind } from './kinds/contract.ts'
import { kindOf } from './kinds/index.ts'
import { cancelRunsOf } from './runs/store.ts'
import { type AlertActionInput, TriggerType } from './schema.ts'
import { mergedParams } from './settings.ts'
import {
  type ActionRow,
  type ActionSecrets,
  type ActionValues,
  changeAction,
  deleteActionRow,
  insertAction,
  lockAction,
  openAction,
  replaceOwners,
  saveActionSecrets,
  sealAction,
} from './store.ts'

export interface ActionContext {
  db: Database
  secrets: Secrets
}

const NO_SECRETS: ActionSecrets = { params: {}, signingKey: null }

/** Adds an action; returns its id, and the key its calls are signed with where there is one. */
export async function addAction(
  { db, secrets }: ActionContext,
  actor: Actor,
  input: AlertActionInput,
  now: Date,
): Promise<{ id: number; signingKey: string | null }> {
  requireRight(actor, 'edit')
  return db.transaction().execute(async (tx) => {
    const { kind, values, params, owners } = await readInput(tx, secrets, input, null)
    const id = await insertAction(tx, values, now)
    const signingKey = kind.sends === 'BODY' ? newSigningKey() : null
    await saveActionSecrets(tx, id, sealAction(secrets, id, { params, signingKey }))
    await replaceOwners(tx, id, owners.sources, owners.teams)
    await tellChanged(tx, actor, 'created', id, values.name, now)
    return { id, signingKey }
  })
}

/** Replaces an action; a secret that is left out stays. Returns the key its calls are signed with, if it is new. */
export async function replaceAction(
  { db, secrets }: ActionContext,
  actor: Actor,
  id: number,
  input: AlertActionInput,
  now: Date,
): Promise<string | null> {
  requireRight(actor, 'edit')
  return db.transaction().execute(async (tx) => {
    const row = await requireAction(tx, id)
    const { kind, values, params, owners } = await readInput(tx, secrets, input, row)
    const known = openAction(secrets, row).signingKey
    const fresh = kind.sends === 'BODY' && known === null ? newSigningKey() : null
    await changeAction(tx, id, values, now)
    const signingKey = kind.sends === 'BODY' ? (known ?? fresh) : null
    await saveActionSecrets(tx, id, sealAction(secrets, id, { params, signingKey }))
    await replaceOwners(tx, id, owners.sources, owners.teams)
    await tellChanged(tx, actor, 'changed', id, values.name, now)
    await wakeEngine(tx)
    return fresh
  })
}

/** Gives an action another key to sign with; the old one counts no more. */
export async function rotateSigningKey(
  { db, secrets }: ActionContext,
  actor: Actor,
  id: number,
  now: Date,
): Promise<string> {
  requireRight(actor, 'edit')
  return db.transaction().execute(async (tx) => {
    const row = await requireAction(tx, id)
    if (kindOf(row.connector_type).sends !== 'BODY') throw new Problem('not-found', 'Its messages are not signed.')
    const signingKey = newSigningKey()
    await saveActionSecrets(tx, id, sealAction(secrets, id, { ...openAction(secrets, row), signingKey }))
    await tellChanged(tx, actor, 'key-rotated', id, row.name, now)
    return signingKey
  })
}

/** Deletes an action; its delivery log stays, and what waits is not sent. */
export async function deleteAction({ db }: ActionContext, actor: Actor, id: number, now: Date): Promise<void> {
  requireRight(actor, 'edit')
  await db.transaction().execute(async (tx) => {
    const row = await requireAction(tx, id)
    await deleteActionRow(tx, id, now)
    await cancelRunsOf(tx, id, 'The alert action was deleted.', now)
    await tellChanged(tx, actor, 'deleted', id, row.name, now)
  })
}

export async function requireAction(tx: Tx, id: number): Promise<ActionRow> {
  const row = await lockAction(tx, id)
  if (!row) throw noSuchAction(id)
  return row
}

export function noSuchAction(id: number | string): Problem {
  return new Problem('not-found', `There is no alert action ${id}.`)
}

function newSigningKey(): string {
  return `whsec_${randomBytes(24).toString('base64')}`
}

async function readInput(tx: Tx, secrets: Secrets, input: AlertActionInput, row: ActionRow | null) {
  requireStorable({ name: input.name, conditions: input.conditions })
  const kind = kindOf(input.connectorType)
  const sources = [...new Set([...(input.alertSources ?? []).map(({ id }) => id), ...(input.alertSourceIds ?? [])])]
  const teams = [...new Set((input.teams ?? []).map(({ id }) => id))]
  if (sources.length === 0 && teams.length === 0)
    throw fieldProblem('alertSources', 'Choose at least one alert source, or a team whose sources it is for.')
  await requireThere(tx, sources, teams)
  const triggerMode = input.triggerMode ?? 'AUTOMATIC'
  const triggerTypes = TriggerType.options.filter((type) => input.triggerTypes?.includes(type))
  if (triggerMode === 'AUTOMATIC' && triggerTypes.length === 0)
    throw fieldProblem('triggerTypes', 'Choose what sets it off.')

  const isSame = row !== null && row.connector_type === kind.type
  const saved = isSame ? { ...row.params, ...openAction(secrets, row).params } : NO_SECRETS.params
  const connector = await connectorOf(tx, kind, input.connectorId)
  const held = connector ? openConnector(secrets, connector) : null
  const merged = mergedParams(kind, saved, input.params ?? {}, held)
  const conditions = input.conditions?.trim() || null
  checkTexts(conditions, merged)
  const { plain, secret } = splitSecrets(kind, merged as never)
  const values: ActionValues = {
    name: input.name,
    connectorType: kind.type,
    connectorId: connector?.id ?? null,
    triggerMode,
    triggerTypes,
    escalationEndedDelaySeconds: input.escalationEndedDelaySec ?? 0,
    notResolvedDelaySeconds: input.notResolvedDelaySec ?? 0,
    conditions,
    params: plain,
  }
  return { kind, values, params: secret, owners: { sources, teams } }
}

async function requireThere(tx: Tx, sources: readonly number[], teams: readonly number[]): Promise<void> {
  const known = await holdSources(tx, sources)
  const missing = sources.findIndex((id) => !known.has(id))
  if (missing >= 0) throw fieldProblem(`alertSources.${missing}.id`, `There is no alert source ${sources[missing]}.`)
  const knownTeams = await holdTeams(tx, teams)
  const unknown = teams.findIndex((id) => !knownTeams.has(id))
  if (unknown >= 0) throw fieldProblem(`teams.${unknown}.id`, `There is no team ${teams[unknown]}.`)
}

async function connectorOf(tx: Tx, kind: ActionKind, id: string | null | undefined) {
  if (!id || id === '0') return null
  const row = await lockConnector(tx, Number(id))
  if (!row) throw fieldProblem('connectorId', `There is no connector ${id}.`)
  if (row.type !== kind.type) throw fieldProblem('connectorId', `Connector ${id} is for ${kindOf(row.type).title}.`)
  return row
}

/** Condition and templates can be read, or the field and the place are named. */
function checkTexts(conditions: string | null, params: Record<string, unknown>): void {
  const errors: FieldError[] = []
  const note = (field: string, error: { line: number; column: number; message: string }) =>
    errors.push({ field, message: `Line ${error.line}, column ${error.column}: ${error.message}` })
  if (conditions !== null) {
    const parsed = parseCondition(conditions, 'alert')
    if (!parsed.ok) note('conditions', parsed.error)
  }
  for (const name of ['titleTemplate', 'bodyTemplate']) {
    const text = params[name]
    if (typeof text !== 'string') continue
    const parsed = parseTemplate(text)
    if (!parsed.ok) note(`params.${name}`, parsed.error)
  }
  if (errors.length > 0)
    throw new Problem('invalid-input', errors.map((one) => `${one.field}: ${one.message}`).join(' '), { errors })
}

async function tellChanged(tx: Tx, actor: Actor, verb: string, id: number, name: string, now: Date): Promise<void> {
  const line = { action: `alert-action.${verb}`, objectType: 'alert-action', objectId: id }
  await audit(tx, actor, { ...line, details: { name } }, now)
  await tellLive(tx, { kind: 'alert-action' })
}
