import { sql } from 'kysely'
import type { Database } from './connection.ts'

/** Commits something real and tiny: a message in the write-ahead log that nobody reads. Throws where rows cannot be written. */
export async function commitNow(db: Database): Promise<void> {
  const { rows } = await sql<{ read_only: string }>`
    select current_setting('transaction_read_only') as read_only, pg_logical_emit_message(true, 'tocsin', 'ready')
  `.execute(db)
  // The message alone would go through: a read-only transaction forbids rows, not the log.
  if (rows[0]?.read_only !== 'off') throw new Error('The database takes no writes.')
}
