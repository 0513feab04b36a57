import { sql } from 'kysely'
import type { Tx } from './connection.ts'
import { isPassing } from './failures.ts'

/**
 * Does `work` so that its failure undoes it alone: returns what it threw, or null. What says nothing about the work itself,
 * as a deadlock or a lost connection, is thrown on and ends the transaction.
 */
export async function contained(tx: Tx, work: () => Promise<void>): Promise<unknown> {
  await sql`savepoint contained`.execute(tx)
  try {
    await work()
  } catch (cause) {
    if (isPassing(cause)) throw cause
    await sql`rollback to savepoint contained`.execute(tx)
    await sql`release savepoint contained`.execute(tx)
    return cause ?? new Error('It failed without a reason.')
  }
  await sql`release savepoint contained`.execute(tx)
  return null
}
