import { isKey, readPublicId } from '../alert-sources/keys/key.ts'
import { keyByPublicId } from '../alert-sources/store.ts'
import type { Database } from '../database/connection.ts'
import { elapsedMs } from '../runtime/timers.ts'

export interface KnownKey {
  alertSourceId: number
  integrationType: string
  /** The source's settings, without secrets. */
  settings: Record<string, unknown>
}

interface Entry extends KnownKey {
  hash: Buffer
  expiresAt: Date | null
}

/** A key that was revoked, or whose source was deleted, is refused everywhere after this long (invariants.md SEC-7). */
const FRESH_MS = 1_000
const KEYS_MAX = 5_000

/** Remembers for a second which source a key opens, so that a storm of deliveries asks the database once. */
export class KeyRing {
  readonly #db: Database
  readonly #entries = new Map<string, { at: number; entry: Promise<Entry | null> }>()

  constructor(db: Database) {
    this.#db = db
  }

  /** The source this key opens; null when it opens none. Rejects when the database cannot be asked. */
  async find(text: string, now: () => Promise<Date>): Promise<KnownKey | null> {
    const publicId = readPublicId(text)
    if (publicId === null) return null
    const entry = await this.#entry(publicId)
    if (!entry || !isKey(text, entry.hash)) return null
    if (entry.expiresAt !== null && entry.expiresAt <= (await now())) return null
    return { alertSourceId: entry.alertSourceId, integrationType: entry.integrationType, settings: entry.settings }
  }

  #entry(publicId: string): Promise<Entry | null> {
    const known = this.#entries.get(publicId)
    if (known && elapsedMs() - known.at < FRESH_MS) return known.entry
    const entry = this.#load(publicId)
    this.#entries.delete(publicId)
    this.#entries.set(publicId, { at: elapsedMs(), entry })
    entry.catch(() => this.#entries.delete(publicId))
    const oldest = this.#entries.keys().next()
    if (this.#entries.size > KEYS_MAX && !oldest.done) this.#entries.delete(oldest.value)
    return entry
  }

  async #load(publicId: string): Promise<Entry | null> {
    const row = await keyByPublicId(this.#db, publicId)
    if (!row) return null
    return {
      alertSourceId: row.alert_source_id,
      integrationType: row.source.integration_type,
      settings: row.source.settings,
      hash: row.key_hash,
      expiresAt: row.expires_at,
    }
  }
}
