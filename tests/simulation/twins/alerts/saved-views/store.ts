import { SAVED_VIEWS_MAX, type SavedViewInput } from '../../../../../server/alerts/saved-views/schema.ts'
import type * as real from '../../../../../server/alerts/saved-views/store.ts'
import { keyOf } from '../../../memory/tables.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/alerts/saved-views/store.ts'

export const viewsOf = twin((tables, personId: number) =>
  [...tables.saved_view.rows]
    .filter((row) => row.person_id === personId)
    .sort((one, other) => (one.name === other.name ? one.id - other.id : one.name < other.name ? -1 : 1))
    .slice(0, SAVED_VIEWS_MAX)
    .map(({ id, name, query }) => ({ id, name, query })),
) satisfies typeof real.viewsOf

export const saveView = twin((tables, personId: number, input: SavedViewInput, now: Date) => {
  // The number is given out before it shows that there is such a view.
  const id = tables.next('saved_view')
  const change = { name: input.name, query: input.query, created_at: now }
  const knownId = tables.viewOfName.keyOf(keyOf(personId, input.name.toLowerCase()))
  const known = knownId === undefined ? null : tables.saved_view.get(knownId)
  const row = known
    ? tables.saved_view.update(known, change)
    : tables.saved_view.insert({ id, person_id: personId, ...change })
  return { id: row.id, name: row.name, query: row.query }
}) satisfies typeof real.saveView

export const deleteView = twin((tables, personId: number, id: number) => {
  const row = tables.saved_view.get(id)
  if (row?.person_id !== personId) return false
  tables.saved_view.delete(row)
  return true
}) satisfies typeof real.deleteView
