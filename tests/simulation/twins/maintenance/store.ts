import type * as real from '../../../../server/maintenance/store.ts'
import { keysOf, type MemoryTables } from '../../memory/tables.ts'
import { twin } from '../../memory/twin.ts'

export * from '../../../../server/maintenance/store.ts'

/** The windows a source is in at an instant, the one that ends last first. */
export function windowsAt(tables: MemoryTables, alertSourceId: number, at: Date): real.WindowRow[] {
  return [...tables.maintenance_window.rows]
    .filter((span) => span.starts_at <= at && span.ends_at > at)
    .filter((span) => tables.maintenance_window_source.get(keysOf(span.id, alertSourceId)) !== null)
    .sort((one, other) => other.ends_at.getTime() - one.ends_at.getTime() || one.id - other.id)
}

export const activeWindow = twin((tables, alertSourceId: number, at: Date) => {
  const [row] = windowsAt(tables, alertSourceId, at)
  return row ? { id: row.id, summary: row.summary, endsAt: row.ends_at } : null
}) satisfies typeof real.activeWindow

export const insertWindow = twin((tables, values: real.WindowValues, createdBy: number | null, now: Date) => {
  const row = tables.maintenance_window.insert({
    id: tables.next('maintenance_window'),
    summary: values.summary,
    description: values.description,
    timezone: values.timezone,
    starts_at: values.startsAt,
    ends_at: values.endsAt,
    created_by: createdBy,
    created_at: now,
    updated_at: now,
  })
  return row.id
}) satisfies typeof real.insertWindow

export const replaceWindowSources = twin((tables, id: number, alertSourceIds: readonly number[]) => {
  for (const row of [...tables.maintenance_window_source.rows]) {
    if (row.maintenance_window_id === id) tables.maintenance_window_source.delete(row)
  }
  for (const source of alertSourceIds) {
    tables.maintenance_window_source.insert({ maintenance_window_id: id, alert_source_id: source })
  }
}) satisfies typeof real.replaceWindowSources
