import type { Database, Tx } from '../../database/connection.ts'
import type { Secrets } from '../../runtime/secrets.ts'
import { keyPlace } from '../store.ts'
import { hashKey, newIntegrationKey } from './key.ts'

export interface StoredKey {
  publicId: string
  alertSourceId: number
  text: string
  expiresAt: Date | null
}

/** Gives a source a new key that works until it is rotated. */
export async function insertKey(tx: Tx, alertSourceId: number, secrets: Secrets, now: Date): Promise<void> {
  const key = newIntegrationKey()
  await tx
    .insertInto('integration_key')
    .values({
      public_id: key.publicId,
      alert_source_id: alertSourceId,
      key_hash: hashKey(key.text),
      key_sealed: secrets.seal(key.text, keyPlace(key.publicId)),
      created_at: now,
      expires_at: null,
    })
    .execute()
}

/** Lets the keys in use work until `expiresAt` and no longer. */
export async function retireKeys(tx: Tx, alertSourceId: number, expiresAt: Date): Promise<void> {
  await tx
    .updateTable('integration_key')
    .set({ expires_at: expiresAt })
    .where('alert_source_id', '=', alertSourceId)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', expiresAt)]))
    .execute()
}

/** Ends every key of a source. */
export async function deleteKeys(tx: Tx, alertSourceId: number): Promise<void> {
  await tx.deleteFrom('integration_key').where('alert_source_id', '=', alertSourceId).execute()
}

/** The keys of some sources that still work, newest first. */
export async function keysOfSources(
  db: Database | Tx,
  alertSourceIds: readonly number[],
  secrets: Secrets,
  now: Date,
): Promise<StoredKey[]> {
  if (alertSourceIds.length === 0) return []
  const rows = await db
    .selectFrom('integration_key')
    .select(['public_id', 'alert_source_id', 'key_sealed', 'expires_at'])
    .where('alert_source_id', 'in', alertSourceIds)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .orderBy('expires_at', (order) => order.desc().nullsFirst())
    .orderBy('created_at', 'desc')
    .execute()
  return rows.map((row) => ({
    publicId: row.public_id,
    alertSourceId: row.alert_source_id,
    text: secrets.open(row.key_sealed, keyPlace(row.public_id)),
    expiresAt: row.expires_at,
  }))
}
