import * as z from 'zod'
import { requireRight } from '../../access/actor.ts'
import { everything } from '../../access/sight.ts'
import { noSuchPerson, personIdOf } from '../../directory/actions.ts'
import { EMAIL_LENGTH_MAX } from '../../directory/schema.ts'
import { personById } from '../../directory/store.ts'
import { known } from '../../http/look-up.ts'
import { actorOf, type Routes } from '../../http/route.ts'
import { INTERVAL_DAYS_MAX } from '../../oncall/schema.ts'
import { fieldProblem } from '../../runtime/problem.ts'
import { addMinutes } from '../../runtime/time.ts'
import { previewReplacement, replaceShifts } from './actions.ts'
import { OwnShift, OwnShiftsQuery, ReplacementInput, ReplacementPreview, ReplacementSpan } from './schema.ts'
import { viewOwnShifts } from './view.ts'

const AHEAD_DAYS = 28
const DAY_MINUTES = 24 * 60
const Person = z.object({ id: z.string().min(1).max(EMAIL_LENGTH_MAX).describe('id, e-mail address, or `current`') })

/** One person's shifts over all schedules, and giving them to somebody else. */
export const ownShiftRoutes: Routes = (app, { db, clock }) => {
  const tags = ['On-call schedules']

  app.get(
    '/users/:id/shifts',
    {
      schema: {
        operationId: 'listShiftsOfUser',
        summary: 'When a person is on call, over all schedules',
        tags,
        params: Person,
        querystring: OwnShiftsQuery,
        response: { 200: z.array(OwnShift) },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireRight(actor, 'read')
      const person = known(await personById(db, await personIdOf(db, actor, request.params.id)), noSuchPerson)
      const { query } = request
      const from = query.from ? new Date(query.from) : await clock.now()
      const until = query.until ? new Date(query.until) : addMinutes(from, AHEAD_DAYS * DAY_MINUTES)
      if (until <= from) throw fieldProblem('until', 'It lies before from.')
      if (until.getTime() - from.getTime() > INTERVAL_DAYS_MAX * DAY_MINUTES * 60_000) {
        throw fieldProblem('until', `An interval is at most ${INTERVAL_DAYS_MAX} days long: ask for a shorter one.`)
      }
      // Whoever is on call knows it, whatever team the schedule is of.
      const isOwn = actor.kind === 'person' && actor.personId === person.id
      return viewOwnShifts(db, isOwn ? everything : request.viewer, person.id, { from, until })
    },
  )

  app.post(
    '/shift-replacements/preview',
    {
      schema: {
        operationId: 'previewShiftReplacement',
        summary: 'What changes when one person takes the shifts of another in a time',
        tags,
        body: ReplacementSpan,
        response: { 200: ReplacementPreview },
      },
    },
    async (request) => previewReplacement(db, actorOf(request), request.viewer, request.body, await clock.now()),
  )

  app.post(
    '/shift-replacements',
    {
      schema: {
        operationId: 'replaceShifts',
        summary: 'One person takes shifts of another on any number of schedules: all of them or none',
        tags,
        body: ReplacementInput,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await replaceShifts(db, actorOf(request), request.body, await clock.now())
      return reply.code(204).send(null)
    },
  )
}
