import { type Selectable, sql } from 'kysely'
import type { Database, Tx } from '../../database/connection.ts'
import type { AlertCommentTable } from '../../database/tables.ts'

export type CommentRow = Selectable<AlertCommentTable>

/** Adds a comment; returns its id. */
export async function insertComment(
  tx: Tx,
  comment: { alertSourceId: number; alertId: number; personId: number | null; author: string; content: string },
  now: Date,
): Promise<number> {
  const row = await tx
    .insertInto('alert_comment')
    .values({
      alert_source_id: comment.alertSourceId,
      alert_id: comment.alertId,
      person_id: comment.personId,
      author: comment.author,
      content: comment.content,
      created_at: now,
      edited_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** An alert's comments, oldest first. */
export async function commentsOf(db: Database | Tx, alertId: number, limit: number): Promise<CommentRow[]> {
  return db.selectFrom('alert_comment').selectAll().where('alert_id', '=', alertId).orderBy('id').limit(limit).execute()
}

/** How many comments an alert has. */
export async function countComments(tx: Tx, alertId: number): Promise<number> {
  const row = await tx
    .selectFrom('alert_comment')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('alert_id', '=', alertId)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** The notes of the other system's record that the alert's timeline tells already. */
export async function notesTold(tx: Tx, alertId: number): Promise<Set<string>> {
  const { rows } = await sql<{ note: string }>`
    select distinct vars ->> 'recordNote' as note
      from timeline_entry
     where alert_id = ${alertId} and vars ? 'recordNote'`.execute(tx)
  return new Set(rows.map((row) => row.note))
}

/** One comment of an alert, locked until the transaction ends. */
export async function lockComment(tx: Tx, alertId: number, id: number): Promise<CommentRow | null> {
  const row = await tx
    .selectFrom('alert_comment')
    .selectAll()
    .where('alert_id', '=', alertId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}

/** Replaces what a comment says. */
export async function changeComment(tx: Tx, id: number, content: string, now: Date): Promise<void> {
  await tx.updateTable('alert_comment').set({ content, edited_at: now }).where('id', '=', id).execute()
}

/** Removes a comment. */
export async function deleteCommentRow(tx: Tx, id: number): Promise<void> {
  await tx.deleteFrom('alert_comment').where('id', '=', id).execute()
}

/** What was written is what the timeline says of it; nothing that was taken back stays there. */
export async function retellComment(tx: Tx, alertId: number, commentId: number, text: string): Promise<void> {
  await tx
    .updateTable('timeline_entry')
    .set({ text })
    .where('alert_id', '=', alertId)
    .where(sql<boolean>`vars ->> 'commentId' = ${String(commentId)}`)
    .execute()
}
