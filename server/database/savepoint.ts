import { sql } from 'kysely'
import type { Tx } from './connection.ts'

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

/** Deadlocks, time-outs and lost connections pass; whoever meets one tries the same again. */
export function isPassing(cause: unknown): boolean {
  return isConnectionLoss(cause) || /^(40|53|55|57|58)/.test(codeOf(cause))
}

/** The server is away, or the way to it, or it ended a transaction that lay idle: nothing else can be done on it either. */
export function isConnectionLoss(cause: unknown): boolean {
  return /^(08|57P|25P0[34]|E(?!RR_))/.test(codeOf(cause)) || isToldWithoutCode(cause)
}

/** What `pg` says itself of a connection that ended before it was asked, and Kysely after a rollback that failed; they give no code. */
export function isToldWithoutCode(cause: unknown): boolean {
  return (
    cause instanceof Error &&
    /^Connection terminated|is not queryable$|^Postgres connection has been discarded$/.test(cause.message)
  )
}

function codeOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}
