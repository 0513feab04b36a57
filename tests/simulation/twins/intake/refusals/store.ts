import type * as real from '../../../../../server/intake/refusals/store.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/intake/refusals/store.ts'

const KEPT_MS = 7 * 24 * 3_600_000

type Refusal = Parameters<typeof real.addRefusal>[1]

export const addRefusal = twin((tables, refusal: Refusal, now: Date) => {
  const { alertSourceId, rule, reason } = refusal
  const id = tables.next('door_refusal')
  tables.door_refusal.insert({ id, alert_source_id: alertSourceId, at: now, rule, reason })
  for (const row of [...tables.door_refusal.rows]) {
    const isOld = row.at.getTime() < now.getTime() - KEPT_MS
    if (row.alert_source_id === alertSourceId && isOld) tables.door_refusal.delete(row)
  }
}) satisfies typeof real.addRefusal

export const countRefusals = twin(
  (tables, alertSourceId: number, rule: string, since: Date) =>
    [...tables.door_refusal.rows].filter(
      (row) => row.alert_source_id === alertSourceId && row.rule === rule && row.at > since,
    ).length,
) satisfies typeof real.countRefusals
