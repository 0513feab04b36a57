import type { Priority } from '../../../../../server/alerts/schema.ts'
import type { AlertRow } from '../../../../../server/alerts/store.ts'
import type * as real from '../../../../../server/alerts/verbs/store.ts'
import { keysOf, type MemoryTables } from '../../../memory/tables.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/alerts/verbs/store.ts'

export const lockFamilies = twin((tables, alertIds: readonly number[]) => {
  const known = alertIds.flatMap((id) => [...tables.mergedInto.of(id), ...found(tables, id)])
  const mains = known.flatMap((row) => row.merged_into_id ?? [])
  const ids = new Set([...alertIds, ...known.map((row) => row.id), ...mains])
  const family = new Map<number, AlertRow>()
  for (const id of ids) for (const row of [...found(tables, id), ...tables.mergedInto.of(id)]) family.set(row.id, row)
  return [...family.values()].sort((one, other) => one.id - other.id)
}) satisfies typeof real.lockFamilies

function found(tables: MemoryTables, id: number): AlertRow[] {
  const row = tables.alert.get(id)
  return row ? [row] : []
}

export const openMerged = twin((tables, alertId: number) =>
  [...tables.mergedInto.of(alertId)]
    .filter((row) => row.status !== 'RESOLVED')
    .sort(whoWaitsFirst)
    .map((row) => row.id),
) satisfies typeof real.openMerged

/** Who waits for an answer, of those the loudest, then the oldest. */
function whoWaitsFirst(one: AlertRow, other: AlertRow): number {
  if ((one.status === 'PENDING') !== (other.status === 'PENDING')) return one.status === 'PENDING' ? -1 : 1
  if (one.priority !== other.priority) return one.priority < other.priority ? -1 : 1
  return one.id - other.id
}

export const setMergedInto = twin((tables, alertIds: readonly number[], mainId: number | null) => {
  for (const row of new Set(alertIds.flatMap((id) => found(tables, id)))) {
    tables.alert.update(row, { merged_into_id: mainId, ...(mainId === null ? {} : { unattended_since: null }) })
  }
}) satisfies typeof real.setMergedInto

type Waiting = { escalationPolicyId?: number; assignedTo: number | null; priority?: Priority }

export const setWaiting = twin((tables, alert: real.OfAlert, change: Waiting) => {
  const row = tables.alert.get(alert.alertId)
  if (row) {
    tables.alert.update(row, {
      status: 'PENDING',
      accepted_at: null,
      accepted_by: null,
      unattended_since: null,
      assigned_to: change.assignedTo,
      ...(change.escalationPolicyId === undefined ? {} : { escalation_policy_id: change.escalationPolicyId }),
      ...(change.priority ? { priority: change.priority } : {}),
    })
  }
  for (const one of [...tables.respondersOfAlert.of(alert.alertId)]) {
    if (one.accepted_at !== null) tables.alert_responder.update(one, { accepted_at: null })
  }
}) satisfies typeof real.setWaiting

export const setPriority = twin((tables, alertId: number, priority: Priority) => {
  const row = tables.alert.get(alertId)
  if (row) tables.alert.update(row, { priority })
}) satisfies typeof real.setPriority

export const putResponder = twin(
  (tables, alert: real.OfAlert, personId: number, acceptedAt: Date | null, now: Date) => {
    const known = tables.alert_responder.get(keysOf(alert.alertId, personId))
    if (known) {
      tables.alert_responder.update(known, { removed_at: null, ...(acceptedAt ? { accepted_at: acceptedAt } : {}) })
      return
    }
    tables.alert_responder.insert({
      alert_source_id: alert.alertSourceId,
      alert_id: alert.alertId,
      person_id: personId,
      added_at: now,
      accepted_at: acceptedAt,
      removed_at: null,
    })
  },
) satisfies typeof real.putResponder

export const namedResponders = twin((tables, alertIds: readonly number[]) =>
  [...new Set(alertIds)]
    .flatMap((id) => [...tables.respondersOfAlert.of(id)])
    .sort((one, other) => one.added_at.getTime() - other.added_at.getTime() || one.person_id - other.person_id),
) satisfies typeof real.namedResponders
