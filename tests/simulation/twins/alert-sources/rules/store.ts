import type * as real from '../../../../../server/alert-sources/rules/store.ts'
import type { Counts } from '../../../../../server/conditions/counts.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/alert-sources/rules/store.ts'

export const loadCounts = twin(
  (tables, alertSourceId: number) => tables.trigger_count.get(alertSourceId)?.counts ?? {},
) satisfies typeof real.loadCounts

export const saveCounts = twin((tables, alertSourceId: number, counts: Record<string, Counts>) => {
  const known = tables.trigger_count.get(alertSourceId)
  if (known) tables.trigger_count.update(known, { counts })
  else tables.trigger_count.insert({ alert_source_id: alertSourceId, counts })
}) satisfies typeof real.saveCounts
