import { sql } from 'kysely'
import type { Tx } from './connection.ts'
import { isConnectionLoss, isPassing } from './failures.ts'

/** Does `work` so that its failure undoes it alone: returns what it threw, or null. A lost connection is thrown on. */
export async function attempt(tx: Tx, work: () => Promise<void>): Promise<unknown> {
  await sql`savepoint attempt`.execute(tx)
  try {
    await work()
  } catch (cause) {
    if (isConnectionLoss(cause)) throw cause
    await sql`rollback to savepoint attempt`.execute(tx)
    await sql`release savepoint attempt`.execute(tx)
    return cause ?? new Error('It failed without a reason.')
  }
  await sql`release savepoint attempt`.execute(tx)
  return null
}

/** As `attempt`, but what says nothing about the work itself, as a deadlock, is thrown on and ends the transaction. */
export async function contained(tx: Tx, work: () => Promise<void>): Promise<unknown> {
  const failure = await attempt(tx, work)
  if (failure !== null && isPassing(failure)) throw failure
  return failure
}
