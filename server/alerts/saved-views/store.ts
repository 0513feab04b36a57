import { sql } from 'kysely'
import type { Database } from '../../database/connection.ts'
import { isRowId } from '../../database/values.ts'
import { SAVED_VIEWS_MAX, type SavedView, type SavedViewInput } from './schema.ts'

/** A person's saved views, by name. */
export async function viewsOf(db: Database, personId: number): Promise<SavedView[]> {
  return db
    .selectFrom('saved_view')
    .select(['id', 'name', 'query'])
    .where('person_id', '=', personId)
    .orderBy('name')
    .orderBy('id')
    .limit(SAVED_VIEWS_MAX)
    .execute()
}

/** Saves a view; one of the same name, in any case, is replaced. */
export async function saveView(db: Database, personId: number, input: SavedViewInput, now: Date): Promise<SavedView> {
  return db
    .insertInto('saved_view')
    .values({ person_id: personId, name: input.name, query: input.query, created_at: now })
    .onConflict((conflict) =>
      conflict
        .expression(sql`person_id, lower(name)`)
        .doUpdateSet({ name: input.name, query: input.query, created_at: now }),
    )
    .returning(['id', 'name', 'query'])
    .executeTakeFirstOrThrow()
}

/** Deletes one of a person's views; false when they have no such one. */
export async function deleteView(db: Database, personId: number, id: number): Promise<boolean> {
  if (!isRowId(id)) return false
  const result = await db
    .deleteFrom('saved_view')
    .where('person_id', '=', personId)
    .where('id', '=', id)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}
