import type * as real from '../../../../../server/alert-actions/connectors/store.ts'
import { isRowId } from '../../../../../server/database/values.ts'
import { foreignKeyViolation } from '../../../memory/database-error.ts'
import { byFoldedName } from '../../../memory/order.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/alert-actions/connectors/store.ts'

type New = Parameters<typeof real.insertConnector>[1]
type Change = Parameters<typeof real.changeConnector>[2]

export const insertConnector = twin(
  (tables, { name, type, params }: New, now: Date) =>
    tables.connector.insert({
      id: tables.next('connector'),
      name,
      type,
      params,
      secrets: null,
      created_at: now,
      updated_at: now,
    }).id,
) satisfies typeof real.insertConnector

export const changeConnector = twin((tables, id: number, { name, params, secrets }: Change, now: Date) => {
  const row = tables.connector.get(id)
  if (row) tables.connector.update(row, { name, params, secrets, updated_at: now })
  for (const action of [...tables.alert_action.rows]) {
    if (action.connector_id === id) tables.alert_action.update(action, { paused_until: null })
  }
}) satisfies typeof real.changeConnector

export const deleteConnectorRow = twin((tables, id: number) => {
  const row = tables.connector.get(id)
  if (!row) return
  const isUsed = [...tables.alert_action.rows].some((action) => action.connector_id === id)
  if (isUsed) throw foreignKeyViolation('alert_action_connector_id_fkey')
  tables.connector.delete(row)
}) satisfies typeof real.deleteConnectorRow

export const connectorById = twin((tables, id: number) =>
  isRowId(id) ? tables.connector.get(id) : null,
) satisfies typeof real.connectorById

export const lockConnector = twin((tables, id: number) =>
  isRowId(id) ? tables.connector.get(id) : null,
) satisfies typeof real.lockConnector

export const listConnectors = twin((tables, { offset, limit }: { offset: number; limit: number }) =>
  [...tables.connector.rows].sort(byFoldedName).slice(offset, offset + limit),
) satisfies typeof real.listConnectors

export const usersOf = twin((tables, ids: readonly number[]) => {
  const names = new Map<number, string[]>()
  for (const { connector_id: id, deleted_at, name } of tables.alert_action.rows) {
    if (id === null || deleted_at !== null || !ids.includes(id)) continue
    names.set(id, [...(names.get(id) ?? []), name].sort())
  }
  return names
}) satisfies typeof real.usersOf
