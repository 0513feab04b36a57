import { type Kysely, sql } from 'kysely'

/** The one reading of the database's clock, in whole milliseconds so that it survives the way there and back. */
export async function readClock<T>(db: Kysely<T>): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select date_trunc('milliseconds', clock_timestamp()) as now`.execute(db)
  const [row] = rows
  if (!row) throw new Error('The database did not tell the time.')
  return row.now
}
