import type * as real from '../../../../server/audit/store.ts'
import { doerName } from '../../../../server/audit/store.ts'
import { twin } from '../../memory/twin.ts'

export * from '../../../../server/audit/store.ts'

export const audit = twin((tables, doer: real.Doer, line: real.AuditLine, now: Date) => {
  tables.audit_entry.insert({
    id: tables.next('audit_entry'),
    at: now,
    actor: doerName(doer),
    actor_person_id: doer.kind === 'person' ? doer.personId : null,
    action: line.action,
    object_type: line.objectType,
    object_id: String(line.objectId),
    details: line.details ?? {},
  })
}) satisfies typeof real.audit
