import type * as real from '../../../../../server/alerts/comments/store.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/alerts/comments/store.ts'

type NewComment = Parameters<typeof real.insertComment>[1]

export const insertComment = twin((tables, comment: NewComment, now: Date) => {
  const row = tables.alert_comment.insert({
    alert_source_id: comment.alertSourceId,
    alert_id: comment.alertId,
    id: tables.next('alert_comment'),
    person_id: comment.personId,
    author: comment.author,
    content: comment.content,
    created_at: now,
    edited_at: null,
  })
  return row.id
}) satisfies typeof real.insertComment

export const notesTold = twin((tables, alertId: number) => {
  const notes = [...tables.linesOfAlert.of(alertId)].map((line) => line.vars.recordNote)
  return new Set(notes.flatMap((note) => (note === undefined ? [] : String(note))))
}) satisfies typeof real.notesTold
