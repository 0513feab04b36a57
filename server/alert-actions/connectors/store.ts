import { type Selectable, sql } from 'kysely'
import type { Database, Tx } from '../../database/connection.ts'
import type { ConnectorTable } from '../../database/tables.ts'
import { isRowId } from '../../database/values.ts'
import type { Secrets } from '../../runtime/secrets.ts'

export type ConnectorRow = Selectable<ConnectorTable>

/** Adds a connector without its secrets; returns its id. */
export async function insertConnector(
  tx: Tx,
  values: { name: string; type: string; params: Record<string, unknown> },
  now: Date,
): Promise<number> {
  const row = await tx
    .insertInto('connector')
    .values({
      name: values.name,
      type: values.type,
      params: JSON.stringify(values.params),
      secrets: null,
      created_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** Replaces a connector and its secrets; what waits for its place to heal is tried at once. */
export async function changeConnector(
  tx: Tx,
  id: number,
  values: { name: string; params: Record<string, unknown>; secrets: Buffer },
  now: Date,
): Promise<void> {
  await tx
    .updateTable('connector')
    .set({ name: values.name, params: JSON.stringify(values.params), secrets: values.secrets, updated_at: now })
    .where('id', '=', id)
    .execute()
  await tx.updateTable('alert_action').set({ paused_until: null }).where('connector_id', '=', id).execute()
}

/** Removes a connector. */
export async function deleteConnectorRow(tx: Tx, id: number): Promise<void> {
  await tx.deleteFrom('connector').where('id', '=', id).execute()
}

/** One connector. */
export async function connectorById(db: Database | Tx, id: number): Promise<ConnectorRow | null> {
  if (!isRowId(id)) return null
  const row = await db.selectFrom('connector').selectAll().where('id', '=', id).executeTakeFirst()
  return row ?? null
}

/** One connector, locked until the transaction ends. */
export async function lockConnector(tx: Tx, id: number): Promise<ConnectorRow | null> {
  if (!isRowId(id)) return null
  const row = await tx.selectFrom('connector').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  return row ?? null
}

/** Connectors by name. */
export async function listConnectors(db: Database, page: { offset: number; limit: number }): Promise<ConnectorRow[]> {
  return db
    .selectFrom('connector')
    .selectAll()
    .orderBy(sql`lower(name)`)
    .orderBy('id')
    .offset(page.offset)
    .limit(page.limit)
    .execute()
}

/** The names of the actions that use each connector. */
export async function usersOf(db: Database | Tx, ids: readonly number[]): Promise<Map<number, string[]>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('alert_action')
    .select(['connector_id', 'name'])
    .where('connector_id', 'in', [...ids])
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .execute()
  return new Map(
    [...Map.groupBy(rows, (row) => row.connector_id ?? 0)].map(([id, own]) => [id, own.map((row) => row.name)]),
  )
}

function placeOf(id: number) {
  return { table: 'connector', row: String(id), field: 'secrets' }
}

export function sealConnector(secrets: Secrets, id: number, values: Record<string, unknown>): Buffer {
  return secrets.seal(JSON.stringify(values), placeOf(id))
}

/** Everything a connector holds, secrets included; throws when they were sealed with another key. */
export function openConnector(secrets: Secrets, row: ConnectorRow): Record<string, unknown> {
  const sealed = row.secrets === null ? {} : (JSON.parse(secrets.open(row.secrets, placeOf(row.id))) as object)
  return { ...row.params, ...sealed }
}
