import * as z from 'zod'
import { requireRight } from '../../access/actor.ts'
import type { ChannelMethod } from '../../channels/schema.ts'
import { actorOf, type Routes } from '../../http/route.ts'
import { Problem } from '../../runtime/problem.ts'
import { requireSelfOrManage } from '../contacts/actions.ts'
import { statusShown } from '../view.ts'
import { Notice } from './schema.ts'
import { noticeById } from './store.ts'

/** How a code or a test went. */
export const noticeRoutes: Routes = (app, { db }) => {
  app.get(
    '/notices/:id',
    {
      schema: {
        operationId: 'getNotice',
        summary: 'How a code or a test notification went',
        tags: ['Contacts'],
        params: z.object({ id: z.uuid() }),
        response: { 200: Notice },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireRight(actor, 'read')
      const row = await noticeById(db, request.params.id)
      if (!row) throw new Problem('not-found', 'There is no such notice.')
      requireSelfOrManage(actor, row.person_id)
      return {
        id: row.id,
        method: row.channel as ChannelMethod,
        target: row.target,
        status: statusShown(row.status),
        attempts: row.attempts,
        errorMessage: row.error,
      }
    },
  )
}
