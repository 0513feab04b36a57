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

/** Stations that most transactions hand something to; the others hear only what is said to all. */
export type BusyStation = 'intake' | 'lookups' | 'escalation' | 'notifications' | 'alert-actions' | 'write-back'

/** Wakes these stations of every node once this transaction is committed; all of them when none is named. */
export async function wakeEngine(tx: Tx, ...stations: BusyStation[]): Promise<void> {
  await sql`select pg_notify(${WAKE_CHANNEL}, ${stations.join(' ')})`.execute(tx)
}

/** The stations that a notification of the wake channel names; null: all. */
export function stationsToWake(payload: string): readonly string[] | null {
  return payload === '' ? null : payload.split(' ')
}

/** Tells every open browser once this transaction is committed. */
export async function tellLive(tx: Tx, event: LiveEvent): Promise<void> {
  await sql`select pg_notify(${LIVE_CHANNEL}, ${JSON.stringify(event)})`.execute(tx)
}
