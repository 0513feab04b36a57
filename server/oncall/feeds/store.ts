import { createHash } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Database, Tx } from '../../database/connection.ts'
import type { CalendarFeedTable } from '../../database/tables.ts'
import { isRowId } from '../../database/values.ts'

export type FeedRow = Selectable<CalendarFeedTable>

/** What is kept of a feed's secret. */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** The feed with this secret, if there is one. */
export async function feedBySecret(db: Database | Tx, secret: string): Promise<FeedRow | null> {
  const query = db.selectFrom('calendar_feed').selectAll().where('secret_hash', '=', hashOf(secret))
  return (await query.executeTakeFirst()) ?? null
}

/** Adds a feed; returns its row. */
export async function insertFeed(
  tx: Tx,
  feed: { secret: string; personId: number | null; scheduleId: number | null; ownerId: number | null },
  now: Date,
): Promise<FeedRow> {
  return tx
    .insertInto('calendar_feed')
    .values({
      secret_hash: hashOf(feed.secret),
      person_id: feed.personId,
      schedule_id: feed.scheduleId,
      owner_id: feed.ownerId,
      created_at: now,
      last_read_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Feeds of a person's shifts, or of a schedule's. */
export async function feedsOf(
  db: Database | Tx,
  whose: { personId: number } | { scheduleId: number },
): Promise<FeedRow[]> {
  const query = db.selectFrom('calendar_feed').selectAll().orderBy('id')
  return 'personId' in whose
    ? query.where('person_id', '=', whose.personId).execute()
    : query.where('schedule_id', '=', whose.scheduleId).execute()
}

/** One feed. */
export async function feedById(db: Database | Tx, id: number): Promise<FeedRow | null> {
  if (!isRowId(id)) return null
  return (await db.selectFrom('calendar_feed').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

/** Its address stops working. */
export async function deleteFeed(tx: Tx, id: number): Promise<void> {
  await tx.deleteFrom('calendar_feed').where('id', '=', id).execute()
}

/** A calendar has read it. */
export async function noteRead(db: Database, id: number, now: Date): Promise<void> {
  await db.updateTable('calendar_feed').set({ last_read_at: now }).where('id', '=', id).execute()
}
