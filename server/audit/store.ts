import { type Actor, actorName } from '../access/actor.ts'
import type { Tx } from '../database/connection.ts'

export interface AuditLine {
  /** `object.verb`, e.g. `alert-source.created`. */
  action: string
  objectType: string
  objectId: number | string
  /** What changed; never a secret. */
  details?: Record<string, unknown>
}

/** Records who changed what, in the transaction that changes it. */
export async function audit(tx: Tx, actor: Actor, line: AuditLine, now: Date): Promise<void> {
  await tx
    .insertInto('audit_entry')
    .values({
      at: now,
      actor: actorName(actor),
      actor_person_id: actor.kind === 'person' ? actor.personId : null,
      action: line.action,
      object_type: line.objectType,
      object_id: String(line.objectId),
      details: JSON.stringify(line.details ?? {}),
    })
    .execute()
}
