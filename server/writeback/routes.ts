import * as z from 'zod'
import { requireRight } from '../access/actor.ts'
import { actorOf, type Routes } from '../http/route.ts'
import { IdParams } from '../http/schema.ts'
import { WRITE_BACKS_SHOWN, WriteBack } from './schema.ts'
import { type WriteBackRow, writeBacksOf } from './store.ts'

const tags = ['Write-back']

/** What was written into the other system, what waits, and what came of it. */
export const writeBackRoutes: Routes = (app, { db }) => {
  app.get(
    '/alerts/:id/write-backs',
    {
      schema: {
        operationId: 'getAlertWriteBacks',
        summary: 'What the other system was told of an alert, newest first',
        tags,
        params: IdParams,
        response: { 200: z.array(WriteBack) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return (await writeBacksOf(db, { alertId: request.params.id }, WRITE_BACKS_SHOWN)).map(view)
    },
  )
  app.get(
    '/alert-sources/:id/write-backs',
    {
      schema: {
        operationId: 'getAlertSourceWriteBacks',
        summary: 'What a source told the other system, newest first',
        tags,
        params: IdParams,
        response: { 200: z.array(WriteBack) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return (await writeBacksOf(db, { alertSourceId: request.params.id }, WRITE_BACKS_SHOWN)).map(view)
    },
  )
}

function view(row: WriteBackRow): WriteBack {
  return WriteBack.parse({
    id: row.id,
    alert: { id: row.alert_id },
    alertKey: row.alert_key,
    deed: row.deed,
    state: row.state,
    decidedAt: row.decided_at.toISOString(),
    nextAttemptAt: row.state === 'PENDING' ? row.due_at.toISOString() : null,
    attempts: row.attempts,
    finishedAt: row.finished_at?.toISOString() ?? null,
    result: row.result,
  })
}
