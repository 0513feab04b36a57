import { type Actor, requireRight } from '../../access/actor.ts'
import { splitSecrets } from '../../alert-sources/settings.ts'
import { audit } from '../../audit/store.ts'
import type { Tx } from '../../database/connection.ts'
import { tellLive, wakeEngine } from '../../database/notify.ts'
import { requireStorable } from '../../database/values.ts'
import { fieldProblem, Problem } from '../../runtime/problem.ts'
import type { ActionContext } from '../actions.ts'
import { kindOf } from '../kinds/index.ts'
import type { ConnectorInput } from '../schema.ts'
import { connectorPart, mergedParams } from '../settings.ts'
import {
  changeConnector,
  deleteConnectorRow,
  insertConnector,
  lockConnector,
  openConnector,
  sealConnector,
  usersOf,
} from './store.ts'

/** Adds a connector; returns its id. */
export async function addConnector(
  { db, secrets }: ActionContext,
  actor: Actor,
  input: ConnectorInput,
  now: Date,
): Promise<number> {
  requireRight(actor, 'manage')
  requireStorable({ name: input.name })
  const kind = kindWithConnectors(input.type)
  const merged = mergedParams(kind, {}, input.params ?? {}, null)
  const { plain, secret } = splitSecrets(kind, merged as never)
  return db.transaction().execute(async (tx) => {
    const id = await insertConnector(tx, { name: input.name, type: kind.type, params: plain }, now)
    const sealed = sealConnector(secrets, id, secret)
    await changeConnector(tx, id, { name: input.name, params: plain, secrets: sealed }, now)
    await tellChanged(tx, actor, 'created', id, input.name, now)
    return id
  })
}

/** Replaces a connector; a secret that is left out stays, and its type cannot change. */
export async function replaceConnector(
  { db, secrets }: ActionContext,
  actor: Actor,
  id: number,
  input: ConnectorInput,
  now: Date,
): Promise<void> {
  requireRight(actor, 'manage')
  requireStorable({ name: input.name })
  await db.transaction().execute(async (tx) => {
    const row = await lockConnector(tx, id)
    if (!row) throw noSuchConnector(id)
    if (row.type !== input.type) throw fieldProblem('type', 'A connector keeps its type: make another one.')
    const kind = kindWithConnectors(row.type)
    const merged = mergedParams(kind, openConnector(secrets, row), input.params ?? {}, null)
    const { plain, secret } = splitSecrets(kind, merged as never)
    await changeConnector(tx, id, { name: input.name, params: plain, secrets: sealConnector(secrets, id, secret) }, now)
    await tellChanged(tx, actor, 'changed', id, input.name, now)
    await wakeEngine(tx)
  })
}

/** Deletes a connector that no action uses. */
export async function deleteConnector({ db }: ActionContext, actor: Actor, id: number, now: Date): Promise<void> {
  requireRight(actor, 'manage')
  await db.transaction().execute(async (tx) => {
    const row = await lockConnector(tx, id)
    if (!row) throw noSuchConnector(id)
    const users = (await usersOf(tx, [id])).get(id) ?? []
    if (users.length > 0) throw new Problem('in-use', `Alert actions use it: ${users.slice(0, 5).join(', ')}.`)
    await deleteConnectorRow(tx, id)
    await tellChanged(tx, actor, 'deleted', id, row.name, now)
  })
}

export function noSuchConnector(id: number | string): Problem {
  return new Problem('not-found', `There is no connector ${id}.`)
}

function kindWithConnectors(type: string) {
  const kind = kindOf(type)
  if (kind.connectorFields.length === 0)
    throw fieldProblem('type', `${kind.title} is set up under Channels and needs no connector.`)
  return connectorPart(kind)
}

async function tellChanged(tx: Tx, actor: Actor, verb: string, id: number, name: string, now: Date): Promise<void> {
  const line = { action: `connector.${verb}`, objectType: 'connector', objectId: id }
  await audit(tx, actor, { ...line, details: { name } }, now)
  await tellLive(tx, { kind: 'alert-action' })
}
