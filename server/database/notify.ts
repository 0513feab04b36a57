import { sql } from 'kysely'
import type { Tx } from './connection.ts'

/** `NOTIFY` is a hint that arrives on commit; polling stays the truth. */
export const WAKE_CHANNEL = 'tocsin_wake'
export const LIVE_CHANNEL = 'tocsin_live'

/** What the web app is told changed. */
export type LiveEvent =
  | { kind: 'alert'; id: number }
  | { kind: 'alert-source'; id: number }
  | { kind: 'delivery'; alertSourceId: number }
  | { kind: 'maintenance' }
  | { kind: 'heartbeat' }
  | { kind: 'status' }
  | { kind: 'notice'; id: string }
  | { kind: 'alert-action' }

/** Wakes every node's engine once this transaction is committed. */
export async function wakeEngine(tx: Tx): Promise<void> {
  await sql`select pg_notify(${WAKE_CHANNEL}, '')`.execute(tx)
}

/** Tells every open browser once this transaction is committed. */
export async function tellLive(tx: Tx, event: LiveEvent): Promise<void> {
  await sql`select pg_notify(${LIVE_CHANNEL}, ${JSON.stringify(event)})`.execute(tx)
}
