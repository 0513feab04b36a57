import type * as real from '../../../../server/timeline/store.ts'
import { twin } from '../../memory/twin.ts'

export * from '../../../../server/timeline/store.ts'

const TEXT_LENGTH_MAX = 2_000

export const addTimeline = twin((tables, line: real.TimelineLine, now: Date) => {
  tables.timeline_entry.insert({
    alert_source_id: line.alertSourceId,
    alert_id: line.alertId,
    id: tables.next('timeline_entry'),
    at: now,
    type: line.type,
    text: line.text.slice(0, TEXT_LENGTH_MAX),
    filter_types: line.filterTypes,
    vars: line.vars ?? {},
  })
}) satisfies typeof real.addTimeline
