import { createSecrets, newDataKey, type Secrets, secretKeyFingerprint, unwrapDataKey } from '../runtime/secrets.ts'
import type { Database } from './connection.ts'

export interface Installation {
  createdAt: Date
  secrets: Secrets
}

/** Opens the installation with the operator's secret key, or founds it. Throws a sentence when the key is another one. */
export async function openInstallation(db: Database, secretKey: string, now: Date): Promise<Installation> {
  const founded = newDataKey(secretKey)
  await db
    .insertInto('installation')
    .values({
      id: 1,
      created_at: now,
      secret_key_fingerprint: secretKeyFingerprint(secretKey),
      wrapped_data_key: founded.wrapped,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const row = await db.selectFrom('installation').selectAll().executeTakeFirstOrThrow()
  if (row.secret_key_fingerprint !== secretKeyFingerprint(secretKey)) {
    throw new Error(
      'This is not the secret key the database was set up with; start with the TOCSIN_SECRET_KEY (or the file secret-key) of the first node.',
    )
  }
  return { createdAt: row.created_at, secrets: createSecrets(unwrapDataKey(secretKey, row.wrapped_data_key)) }
}
