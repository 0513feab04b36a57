import type * as real from '../../../../server/heartbeats/store.ts'
import { earliest } from '../../memory/tables.ts'
import { twin } from '../../memory/twin.ts'
import { windowsAt } from '../maintenance/store.ts'

export * from '../../../../server/heartbeats/store.ts'

export const lockMonitorOfKey = twin(
  (tables, publicId: string) => [...tables.heartbeat_monitor.rows].find((row) => row.public_id === publicId) ?? null,
) satisfies typeof real.lockMonitorOfKey

export const notePing = twin((tables, id: number, at: Date, dueAt: Date) => {
  const row = tables.heartbeat_monitor.get(id)
  if (row) tables.heartbeat_monitor.update(row, { state: 'HEALTHY', last_ping_at: at, due_at: dueAt })
}) satisfies typeof real.notePing

export const claimOverdue = twin((tables, now: Date, limit: number) => {
  const due = [...tables.heartbeat_monitor.rows]
    .filter((row) => row.state === 'HEALTHY' && row.due_at !== null && row.due_at <= now)
    .filter((row) => windowsAt(tables, row.alert_source_id, now).length === 0)
    .sort((one, other) => (one.due_at?.getTime() ?? 0) - (other.due_at?.getTime() ?? 0))
    .slice(0, limit)
  for (const row of due) tables.heartbeat_monitor.update(row, { state: 'OVERDUE' })
  return due
}) satisfies typeof real.claimOverdue

export const extendAll = twin((tables, milliseconds: number) => {
  for (const row of [...tables.heartbeat_monitor.rows]) {
    if (row.state !== 'HEALTHY' || row.due_at === null) continue
    tables.heartbeat_monitor.update(row, { due_at: new Date(row.due_at.getTime() + milliseconds) })
  }
}) satisfies typeof real.extendAll

export const nextOverdueAt = twin((tables) =>
  earliest([...tables.heartbeat_monitor.rows].map((row) => (row.state === 'HEALTHY' ? row.due_at : null))),
) satisfies typeof real.nextOverdueAt
