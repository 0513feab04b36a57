import type { Selectable } from 'kysely'
import type { Database, Tx } from '../database/connection.ts'
import type { AuditEntryTable } from '../database/tables.ts'
import { isStorable } from '../database/values.ts'
import type { AuditQuery } from './schema.ts'

/** Who did it: a person, or the service behind `TOCSIN_ADMIN_API_KEY`. */
export type Doer = { kind: 'person'; personId: number; name: string } | { kind: 'automation' }

/** The doer's name for people and the audit log. */
export function doerName(doer: Doer): string {
  return doer.kind === 'person' ? doer.name : 'Automation'
}

export interface AuditLine {
  /** `object.verb`, e.g. `alert-source.created`. */
  action: string
  objectType: string
  objectId: number | string
  /** What changed; never a secret. */
  details?: Record<string, unknown>
}

/** Records who changed what, in the transaction that changes it. */
export async function audit(tx: Tx, doer: Doer, line: AuditLine, now: Date): Promise<void> {
  await tx
    .insertInto('audit_entry')
    .values({
      at: now,
      actor: doerName(doer),
      actor_person_id: doer.kind === 'person' ? doer.personId : null,
      action: line.action,
      object_type: line.objectType,
      object_id: String(line.objectId),
      details: JSON.stringify(line.details ?? {}),
    })
    .execute()
}

/** Entries of everything or of one object, newest first. */
export async function findAuditEntries(db: Database, query: AuditQuery): Promise<Selectable<AuditEntryTable>[]> {
  const { 'object-type': type, 'object-id': id } = query
  if (![type, id].every((text) => isStorable(text ?? ''))) return []
  let entries = db.selectFrom('audit_entry').selectAll()
  if (type !== undefined) entries = entries.where('object_type', '=', type)
  if (id !== undefined) entries = entries.where('object_id', '=', id)
  if (query.before !== undefined) entries = entries.where('id', '<', query.before)
  return entries.orderBy('id', 'desc').limit(query['max-results']).execute()
}
