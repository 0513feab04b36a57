import type { Database, Tx } from '../../../server/database/connection.ts'
import { handleOf } from './database.ts'
import type { MemoryTables } from './tables.ts'

/** A store's function that asks the memory instead of PostgreSQL. */
export type Twin<Words extends unknown[], Result> = (db: Database | Tx, ...words: Words) => Promise<Result>

/** Makes a store's function of what it does to the tables. */
export function twin<Words extends unknown[], Result>(
  query: (tables: MemoryTables, ...words: Words) => Result,
): Twin<Words, Result> {
  return (db, ...words) => handleOf(db).statement((tables) => query(tables, ...words))
}
