import { sql } from 'kysely'
import type { Database } from './connection.ts'

/** Commits something real and tiny: a message in the write-ahead log that nobody reads. */
export async function commitNow(db: Database): Promise<void> {
  await sql`select pg_logical_emit_message(true, 'tocsin', 'ready')`.execute(db)
}
