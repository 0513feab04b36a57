import * as z from 'zod'
import { requireRight } from '../../access/actor.ts'
import type { Database } from '../../database/connection.ts'
import { everKnownPeople } from '../../directory/store.ts'
import { actorOf, type Routes } from '../../http/route.ts'
import { IdParams } from '../../http/schema.ts'
import { noSuchAlert } from '../actions.ts'
import { alertExists } from '../query.ts'
import { addComment, deleteComment, editComment } from './actions.ts'
import { COMMENTS_MAX, Comment, CommentInput, CommentParams } from './schema.ts'
import { commentsOf } from './store.ts'

const tags = ['Alerts']
/** Sources may have left more than people may. */
const SHOWN_MAX = 2 * COMMENTS_MAX

/** What people and sources wrote about an alert. */
export const commentRoutes: Routes = (app, context) => {
  app.get(
    '/alerts/:id/comments',
    {
      schema: {
        operationId: 'getAlertComments',
        summary: 'Comments, oldest first',
        tags,
        params: IdParams,
        response: { 200: z.array(Comment) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      const { id } = request.params
      const comments = await viewComments(context.db, id)
      if (comments.length === 0 && !(await alertExists(context.db, id))) throw noSuchAlert(id)
      return comments
    },
  )
  app.post(
    '/alerts/:id/comments',
    {
      schema: {
        operationId: 'addAlertComment',
        summary: 'Write a comment',
        tags,
        params: IdParams,
        body: CommentInput,
        response: { 201: Comment },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const commentId = await addComment(
        context.db,
        actorOf(request),
        id,
        request.body.content,
        await context.clock.now(),
      )
      reply.code(201)
      return one(context.db, id, commentId)
    },
  )
  app.put(
    '/alerts/:id/comments/:commentId',
    {
      schema: {
        operationId: 'editAlertComment',
        summary: 'Change a comment',
        tags,
        params: CommentParams,
        body: CommentInput,
        response: { 200: Comment },
      },
    },
    async (request) => {
      const { id, commentId } = request.params
      const place = { alertId: id, commentId }
      await editComment(context.db, actorOf(request), place, request.body.content, await context.clock.now())
      return one(context.db, id, commentId)
    },
  )
  app.delete(
    '/alerts/:id/comments/:commentId',
    {
      schema: {
        operationId: 'deleteAlertComment',
        summary: 'Take a comment back',
        tags,
        params: CommentParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id, commentId } = request.params
      await deleteComment(context.db, actorOf(request), { alertId: id, commentId }, await context.clock.now())
      return reply.code(204).send(null)
    },
  )
}

async function viewComments(db: Database, alertId: number): Promise<Comment[]> {
  const rows = await commentsOf(db, alertId, SHOWN_MAX)
  const people = await everKnownPeople(
    db,
    rows.flatMap((row) => row.person_id ?? []),
  )
  return rows.map((row) => ({
    id: String(row.id),
    alertId: row.alert_id,
    user: row.person_id === null ? null : (people.get(row.person_id) ?? null),
    creator: row.author,
    content: row.content,
    createdAt: row.created_at.toISOString(),
    editedAt: row.edited_at?.toISOString() ?? null,
  }))
}

async function one(db: Database, alertId: number, commentId: number): Promise<Comment> {
  const comment = (await viewComments(db, alertId)).find((each) => each.id === String(commentId))
  if (!comment) throw noSuchAlert(alertId)
  return comment
}
