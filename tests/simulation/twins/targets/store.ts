import type { Target } from '../../../../server/integrations/contract.ts'
import type * as real from '../../../../server/targets/store.ts'
import { earliest, keyOf } from '../../memory/tables.ts'
import { twin } from '../../memory/twin.ts'

export * from '../../../../server/targets/store.ts'

type About = Parameters<typeof real.planTarget>[1]

export const planTarget = twin((tables, record: About, target: Target | null) => {
  const known = tables.target_timer.get(keyOf(record.alertSourceId, record.folded))
  if (target === null) {
    if (known) tables.target_timer.update(known, { due_at: null })
    return
  }
  const fields = { alert_key: record.alertKey, target_at: target.at, due_at: target.warnAt }
  if (!known) {
    const key = { alert_source_id: record.alertSourceId, alert_key_folded: record.folded }
    tables.target_timer.insert({ ...key, ...fields, fired_for: null })
  } else if (known.fired_for?.getTime() !== target.at.getTime()) tables.target_timer.update(known, fields)
}) satisfies typeof real.planTarget

export const dueTargets = twin((tables, now: Date, limit: number) =>
  [...tables.target_timer.rows]
    .filter((row) => tables.alert_source.get(row.alert_source_id)?.active)
    .filter((row) => row.due_at !== null && row.due_at <= now)
    .sort((one, other) => (one.due_at?.getTime() ?? 0) - (other.due_at?.getTime() ?? 0))
    .slice(0, limit)
    .map(({ alert_source_id, alert_key_folded }) => ({ alert_source_id, alert_key_folded })),
) satisfies typeof real.dueTargets

export const claimTarget = twin((tables, alertSourceId: number, folded: string, now: Date) => {
  const row = tables.target_timer.get(keyOf(alertSourceId, folded))
  return row && row.due_at !== null && row.due_at <= now ? row : null
}) satisfies typeof real.claimTarget

export const endTarget = twin((tables, row: real.TargetTimerRow, targetAt: Date) => {
  const known = tables.target_timer.get(keyOf(row.alert_source_id, row.alert_key_folded))
  if (known) tables.target_timer.update(known, { due_at: null, fired_for: targetAt })
}) satisfies typeof real.endTarget

export const postponeTarget = twin((tables, row: real.TargetTimerRow, dueAt: Date) => {
  const known = tables.target_timer.get(keyOf(row.alert_source_id, row.alert_key_folded))
  if (known) tables.target_timer.update(known, { due_at: dueAt })
}) satisfies typeof real.postponeTarget

export const nextTargetAt = twin((tables) =>
  earliest(
    [...tables.target_timer.rows].map((row) =>
      tables.alert_source.get(row.alert_source_id)?.active ? row.due_at : null,
    ),
  ),
) satisfies typeof real.nextTargetAt
