import type { Viewer } from '../../../../../server/access/sight.ts'
import type * as real from '../../../../../server/escalation/policies/store.ts'
import { snapshotOf } from '../../../../../server/escalation/policies/store.ts'
import { invariant } from '../../../../../server/runtime/invariant.ts'
import { seesOwned } from '../../../memory/sight.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/escalation/policies/store.ts'

export const policySnapshot = twin((tables, policyId: number) => {
  const row = tables.escalation_policy.get(policyId)
  invariant(row, 'a policy that something refers to is there')
  return snapshotOf(row)
}) satisfies typeof real.policySnapshot

export const policyByRoutingKey = twin((tables, keys: readonly string[]) => {
  for (const key of keys) {
    const folded = key.toLowerCase()
    const found = [...tables.escalation_policy.rows].find((row) => row.routing_key?.toLowerCase() === folded)
    if (found) return found
  }
  return null
}) satisfies typeof real.policyByRoutingKey

export const lockDefaultPolicy = twin(
  (tables) => [...tables.escalation_policy.rows].find((row) => row.is_default) ?? null,
) satisfies typeof real.lockDefaultPolicy

export const insertPolicy = twin(
  (tables, values: real.PolicyValues, { isDefault }: { isDefault: boolean }, now: Date) => {
    const row = tables.escalation_policy.insert({
      id: tables.next('escalation_policy'),
      ...columnsOf(values),
      is_default: isDefault,
      created_at: now,
      updated_at: now,
    })
    return row.id
  },
) satisfies typeof real.insertPolicy

export const changePolicy = twin((tables, id: number, values: real.PolicyValues, now: Date) => {
  const row = tables.escalation_policy.get(id)
  if (row) tables.escalation_policy.update(row, { ...columnsOf(values), updated_at: now })
}) satisfies typeof real.changePolicy

export const policiesInUse = twin((tables, viewer: Viewer, limit: number) => {
  const sources = [...tables.alert_source.rows].filter((row) => row.deleted_at === null)
  return [...tables.escalation_policy.rows]
    .filter((row) => seesOwned(tables, viewer, 'escalation-policy', row.id))
    .filter((row) => row.is_default || sources.some((source) => source.escalation_policy_id === row.id))
    .sort((one, other) => one.id - other.id)
    .slice(0, limit)
}) satisfies typeof real.policiesInUse

export const sourceCounts = twin((tables, policyIds: readonly number[]) => {
  const counts = new Map<number, number>()
  for (const { escalation_policy_id: id, deleted_at } of tables.alert_source.rows) {
    if (deleted_at === null && policyIds.includes(id)) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  return counts
}) satisfies typeof real.sourceCounts

function columnsOf(values: real.PolicyValues) {
  return {
    name: values.name,
    levels: values.levels,
    repeating: values.repeating,
    frequency: values.frequency,
    delay_minutes: values.delayMinutes,
    routing_key: values.routingKey,
    accept_timeout_minutes: values.acceptTimeoutMinutes,
  }
}
