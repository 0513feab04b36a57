import { type Actor, hasRight } from '../../access/actor.ts'
import { audit } from '../../audit/store.ts'
import type { Database } from '../../database/connection.ts'
import { requireStorable } from '../../database/values.ts'
import { tellSubscribers } from '../../notifications/subscribers/actions.ts'
import { fieldProblem, Problem } from '../../runtime/problem.ts'
import { addTimeline } from '../../timeline/store.ts'
import { wantWriteBack } from '../../writeback/actions.ts'
import { type Act, actOn } from '../verbs/act.ts'
import { COMMENTS_MAX } from './schema.ts'
import {
  type CommentRow,
  changeComment,
  countComments,
  deleteCommentRow,
  insertComment,
  lockComment,
  retellComment,
} from './store.ts'

const TOLD_LENGTH_MAX = 300

/** Writes a comment; who follows the alert is told. Returns its id. */
export async function addComment(
  db: Database,
  actor: Actor,
  alertId: number,
  content: string,
  now: Date,
): Promise<number> {
  requireStorable({ content })
  let commentId = 0
  await actOn(db, actor, alertId, now, async (act) => {
    const { tx, alert, by } = act
    if ((await countComments(tx, alertId)) >= COMMENTS_MAX) {
      throw fieldProblem('content', `An alert has at most ${COMMENTS_MAX} comments.`)
    }
    const where = { alertSourceId: alert.alert_source_id, alertId }
    const author = by.kind === 'person' ? by.name : 'Automation'
    const personId = by.kind === 'person' ? by.personId : null
    commentId = await insertComment(tx, { ...where, personId, author, content }, now)
    await addTimeline(
      tx,
      {
        ...where,
        type: 'AlertCommentAddedLogEntry',
        text: `${author}: ${content}`,
        filterTypes: ['ALERT_UPDATES'],
        vars: { commentId, ...(personId === null ? {} : { personId }) },
      },
      now,
    )
    await auditComment(act, 'comment-added', commentId)
    await wantWriteBack(tx, { ...where, deed: 'COMMENT', personId, text: content }, now)
    const news = { text: `${author} wrote: ${content.slice(0, TOLD_LENGTH_MAX)}`, by: personId }
    await tellSubscribers(tx, { ...where, subject: alert.summary }, news, now)
  })
  return commentId
}

/** Replaces what a comment says; its author may, and who manages people. */
export async function editComment(
  db: Database,
  actor: Actor,
  place: { alertId: number; commentId: number },
  content: string,
  now: Date,
): Promise<void> {
  requireStorable({ content })
  await actOn(db, actor, place.alertId, now, async (act) => {
    const comment = await requireOwn(act, actor, place.commentId)
    await changeComment(act.tx, comment.id, content, now)
    await retellComment(act.tx, place.alertId, comment.id, `${comment.author}: ${content} (edited)`.slice(0, 2_000))
    await auditComment(act, 'comment-edited', comment.id)
  })
}

/** Takes a comment back; its author may, and who manages people. */
export async function deleteComment(
  db: Database,
  actor: Actor,
  place: { alertId: number; commentId: number },
  now: Date,
): Promise<void> {
  await actOn(db, actor, place.alertId, now, async (act) => {
    const comment = await requireOwn(act, actor, place.commentId)
    await deleteCommentRow(act.tx, comment.id)
    await retellComment(act.tx, place.alertId, comment.id, `A comment by ${comment.author} was deleted.`)
    await auditComment(act, 'comment-deleted', comment.id)
  })
}

async function requireOwn(act: Act, actor: Actor, commentId: number): Promise<CommentRow> {
  const comment = await lockComment(act.tx, act.alert.id, commentId)
  if (!comment) throw new Problem('not-found', `Alert ${act.alert.id} has no comment ${commentId}.`)
  const isOwn = actor.kind === 'person' && comment.person_id === actor.personId
  if (!isOwn && !hasRight(actor, 'manage')) {
    throw new Problem('not-allowed', 'A comment is changed by who wrote it, or by an admin.')
  }
  return comment
}

async function auditComment({ tx, alert, by, now }: Act, verb: string, commentId: number): Promise<void> {
  await audit(tx, by, { action: `alert.${verb}`, objectType: 'alert', objectId: alert.id, details: { commentId } }, now)
}
