import { hashKey, newIntegrationKey } from '../../../../../server/alert-sources/keys/key.ts'
import type * as real from '../../../../../server/alert-sources/keys/store.ts'
import { keyPlace } from '../../../../../server/alert-sources/store.ts'
import type { Secrets } from '../../../../../server/runtime/secrets.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/alert-sources/keys/store.ts'

/** Each side draws a key of its own. */
export const insertKey = twin((tables, alertSourceId: number, secrets: Secrets, now: Date) => {
  const key = newIntegrationKey()
  tables.integration_key.insert({
    public_id: key.publicId,
    alert_source_id: alertSourceId,
    key_hash: hashKey(key.text),
    key_sealed: secrets.seal(key.text, keyPlace(key.publicId)),
    created_at: now,
    expires_at: null,
  })
}) satisfies typeof real.insertKey

export const retireKeys = twin((tables, alertSourceId: number, expiresAt: Date) => {
  for (const row of [...tables.integration_key.rows]) {
    if (row.alert_source_id !== alertSourceId) continue
    if (row.expires_at === null || row.expires_at > expiresAt) {
      tables.integration_key.update(row, { expires_at: expiresAt })
    }
  }
}) satisfies typeof real.retireKeys

export const deleteKeys = twin((tables, alertSourceId: number) => {
  for (const row of [...tables.integration_key.rows]) {
    if (row.alert_source_id === alertSourceId) tables.integration_key.delete(row)
  }
}) satisfies typeof real.deleteKeys

export const keysOfSources = twin((tables, alertSourceIds: readonly number[], secrets: Secrets, now: Date) => {
  const endMs = (row: { expires_at: Date | null }) => row.expires_at?.getTime() ?? Number.MAX_SAFE_INTEGER
  return [...tables.integration_key.rows]
    .filter((row) => alertSourceIds.includes(row.alert_source_id))
    .filter((row) => row.expires_at === null || row.expires_at > now)
    .sort((one, other) => endMs(other) - endMs(one) || other.created_at.getTime() - one.created_at.getTime())
    .map((row) => ({
      publicId: row.public_id,
      alertSourceId: row.alert_source_id,
      text: secrets.open(row.key_sealed, keyPlace(row.public_id)),
      expiresAt: row.expires_at,
    }))
}) satisfies typeof real.keysOfSources
