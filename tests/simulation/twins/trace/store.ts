import type * as real from '../../../../server/trace/store.ts'
import { twin } from '../../memory/twin.ts'

export * from '../../../../server/trace/store.ts'

const REASON_LENGTH_MAX = 2_000

export const addTrace = twin((tables, line: real.TraceLine, now: Date) => {
  tables.trace_step.insert({
    alert_source_id: line.alertSourceId,
    alert_id: line.alertId,
    id: tables.next('trace_step'),
    at: now,
    station: line.station,
    decision: line.decision,
    reason: line.reason.slice(0, REASON_LENGTH_MAX),
    rule: line.rule,
    people: [...(line.people ?? [])],
    channels: [...(line.channels ?? [])],
    facts: line.evidence ?? {},
  })
}) satisfies typeof real.addTrace
