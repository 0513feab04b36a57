import type * as real from '../../../../server/reconciliation/store.ts'
import { earliest, greatest, type MemoryTables } from '../../memory/tables.ts'
import { twin } from '../../memory/twin.ts'

export * from '../../../../server/reconciliation/store.ts'

type Row = real.ReconciliationRow
type End = Parameters<typeof real.endComparison>[2]

function isWatched(tables: MemoryTables, row: Row): boolean {
  const source = tables.alert_source.get(row.alert_source_id)
  return source?.active === true && source.deleted_at === null
}

function take(tables: MemoryTables, row: Row, leaseUntil: Date): Row {
  return tables.reconciliation.update(row, {
    lease_until: leaseUntil,
    fence: row.fence + 1,
    attempts: row.attempts + 1,
  })
}

export const claimDue = twin((tables, now: Date, leaseUntil: Date) => {
  const [found] = [...tables.reconciliation.rows]
    .filter((row) => isWatched(tables, row) && row.due_at <= now)
    .filter((row) => row.lease_until === null || row.lease_until <= now)
    .sort((one, other) => one.due_at.getTime() - other.due_at.getTime())
  return found ? take(tables, found, leaseUntil) : null
}) satisfies typeof real.claimDue

export const holdClaim = twin(
  (tables, row: Row) => tables.reconciliation.get(row.alert_source_id)?.fence === row.fence,
) satisfies typeof real.holdClaim

export const endComparison = twin((tables, row: Row, change: End) => {
  const known = tables.reconciliation.get(row.alert_source_id)
  if (!known) return
  tables.reconciliation.update(known, {
    due_at: change.dueAt,
    lease_until: null,
    failure: change.failure,
    ...(change.isOver ? { attempts: 0 } : {}),
    ...(change.result ? { last_at: change.result.at, last_result: change.result.json } : {}),
  })
}) satisfies typeof real.endComparison

export const compareSoon = twin((tables, alertSourceId: number, now: Date) => {
  const row = tables.reconciliation.get(alertSourceId)
  if (row && row.due_at > now) tables.reconciliation.update(row, { due_at: now })
}) satisfies typeof real.compareSoon

const KNOWN_OPEN_MAX = 5_000

export const knownStates = twin((tables, alertSourceId: number, folded: readonly string[]) => {
  const listed = new Set(folded)
  return [...tables.known_record.rows]
    .filter((row) => row.alert_source_id === alertSourceId)
    .map((row) => {
      const status = row.alert_id === null ? null : (tables.alert.get(row.alert_id)?.status ?? null)
      return { row, hasOpenAlert: status !== null && status !== 'RESOLVED' }
    })
    .filter(
      ({ row, hasOpenAlert }) =>
        listed.has(row.alert_key_folded) || (hasOpenAlert && row.event_type !== null && row.event_type !== 'RESOLVE'),
    )
    .sort((one, other) => {
      const isListed = ({ row }: typeof one) => listed.has(row.alert_key_folded)
      if (isListed(one) !== isListed(other)) return isListed(one) ? -1 : 1
      const sinceMs = one.row.updated_at.getTime() - other.row.updated_at.getTime()
      return sinceMs || (one.row.alert_key_folded < other.row.alert_key_folded ? -1 : 1)
    })
    .slice(0, KNOWN_OPEN_MAX)
    .map(({ row, hasOpenAlert }) => ({
      folded: row.alert_key_folded,
      eventType: row.event_type,
      heardAt: row.updated_at,
      hasOpenAlert,
    }))
}) satisfies typeof real.knownStates

export const hasUnread = twin((tables, alertSourceId: number, now: Date) => {
  for (const row of tables.unreadOfSource.of(alertSourceId)) if (row.due_at <= now) return true
  return false
}) satisfies typeof real.hasUnread

export const addHealed = twin((tables, alertSourceId: number, alertKey: string, text: string, now: Date) => {
  const id = tables.next('healed_difference')
  tables.healed_difference.insert({ alert_source_id: alertSourceId, id, at: now, alert_key: alertKey, text })
}) satisfies typeof real.addHealed

export const nextReconciliationAt = twin((tables) =>
  earliest(
    [...tables.reconciliation.rows].map((row) =>
      isWatched(tables, row) ? greatest(row.due_at, row.lease_until) : null,
    ),
  ),
) satisfies typeof real.nextReconciliationAt
