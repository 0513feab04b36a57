import type { Kysely } from 'kysely'
import { readClock } from '../database/clock.ts'
import { wait } from './timers.ts'

/** The only source of the present: read once per turn and handed down. */
export interface Clock {
  now(): Promise<Date>
  wait(ms: number, signal: AbortSignal): Promise<void>
}

/** The database's clock, so that every node agrees about what is due. */
export function databaseClock<T>(db: Kysely<T>): Clock {
  return { now: () => readClock(db), wait }
}
