import * as z from 'zod'
import { requireRight } from '../../access/actor.ts'
import { personIdOf } from '../../directory/actions.ts'
import { known, pageOf } from '../../http/look-up.ts'
import { actorOf, type Routes } from '../../http/route.ts'
import { IdParams } from '../../http/schema.ts'
import { acceptRequest, askForCover, declineRequest, noSuchRequest, withdrawRequest } from './actions.ts'
import { CoverageAnswerInput, CoverageRequest, CoverageRequestInput, CoverageRequestQuery } from './schema.ts'
import { listRequests, requestById } from './store.ts'
import { viewRequests } from './view.ts'

const VERBS = {
  accept: { act: acceptRequest, summary: 'Take the shifts: who was asked is on call instead' },
  decline: { act: declineRequest, summary: 'Do not take the shifts; who asked is told' },
  withdraw: { act: withdrawRequest, summary: 'Take a request back; who was asked is told' },
} as const

/** Asking a colleague to take a shift, and the answers. */
export const coverageRequestRoutes: Routes = (app, { db, clock }) => {
  const tags = ['Coverage requests']

  app.get(
    '/coverage-requests',
    {
      schema: {
        operationId: 'listCoverageRequests',
        summary: 'Coverage requests, newest first',
        tags,
        querystring: CoverageRequestQuery,
        response: { 200: z.array(CoverageRequest) },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireRight(actor, 'read')
      const { user, schedule, states } = request.query
      const personId = user === undefined ? undefined : await personIdOf(db, actor, user)
      const now = await clock.now()
      const rows = await listRequests(
        db,
        request.viewer,
        { personId, scheduleId: schedule, states },
        pageOf(request.query),
        now,
      )
      return viewRequests(db, rows, now)
    },
  )

  app.post(
    '/coverage-requests',
    {
      schema: {
        operationId: 'createCoverageRequest',
        summary: 'Ask a colleague to take a shift, or a part of it',
        tags,
        body: CoverageRequestInput,
        response: { 201: CoverageRequest },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await askForCover(db, actorOf(request), request.body, await clock.now())),
  )

  app.get(
    '/coverage-requests/:id',
    {
      schema: {
        operationId: 'getCoverageRequest',
        summary: 'One coverage request',
        tags,
        params: IdParams,
        response: { 200: CoverageRequest },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      const row = known(await requestById(db, request.viewer, request.params.id), noSuchRequest)
      const [shown] = await viewRequests(db, [row], await clock.now())
      return known(shown ?? null, noSuchRequest)
    },
  )

  for (const verb of ['accept', 'decline', 'withdraw'] as const) {
    const { act, summary } = VERBS[verb]
    app.put(
      `/coverage-requests/:id/${verb}`,
      {
        schema: {
          operationId: `${verb}CoverageRequest`,
          summary,
          tags,
          params: IdParams,
          body: CoverageAnswerInput,
          response: { 200: CoverageRequest },
        },
      },
      async (request) => {
        const { id } = z.parse(IdParams, request.params)
        const input = z.parse(CoverageAnswerInput, request.body)
        known(await requestById(db, request.viewer, id), noSuchRequest)
        return act(db, actorOf(request), id, input, await clock.now())
      },
    )
  }
}
