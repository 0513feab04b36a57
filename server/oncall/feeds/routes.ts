import * as z from 'zod'
import { type App, actorOf, type RouteContext, type Routes } from '../../http/route.ts'
import { IdParams } from '../../http/schema.ts'
import { Problem } from '../../runtime/problem.ts'
import { addFeed, listFeeds, readFeed, revokeFeed } from './actions.ts'
import { Feed, FeedInput, FeedQuery, NewFeed, SecretParams } from './schema.ts'

/** Addresses at which calendars read shifts. */
export const feedRoutes: Routes = (app, { db, clock, settings }) => {
  const tags = ['On-call schedules']

  app.get(
    '/calendar-feeds',
    {
      schema: {
        operationId: 'listCalendarFeeds',
        summary: 'Your feeds, or yours of one schedule',
        tags,
        querystring: FeedQuery,
        response: { 200: z.array(Feed) },
      },
    },
    async (request) => listFeeds(db, actorOf(request), request.query.schedule ?? null),
  )

  app.post(
    '/calendar-feeds',
    {
      schema: {
        operationId: 'createCalendarFeed',
        summary: 'Make an address at which a calendar reads shifts',
        tags,
        body: FeedInput,
        response: { 201: NewFeed },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await addFeed(db, actorOf(request), request.body, settings.publicUrl, await clock.now())),
  )

  app.delete(
    '/calendar-feeds/:id',
    {
      schema: {
        operationId: 'revokeCalendarFeed',
        summary: 'Take a feed’s address away',
        tags,
        params: IdParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await revokeFeed(db, actorOf(request), request.params.id, await clock.now())
      return reply.code(204).send(null)
    },
  )
}

/** What calendars read, without signing in: the secret in the address is the key. */
export function calendarFeeds(app: App, { db, clock }: Pick<RouteContext, 'db' | 'clock'>): void {
  app.get('/calendar/:secret.ics', { schema: { hide: true, params: SecretParams } }, async (request, reply) => {
    const text = await readFeed(db, request.params.secret, await clock.now())
    if (text === null) throw new Problem('not-found', 'There is no such calendar: its address was revoked.')
    return reply
      .header('content-type', 'text/calendar; charset=utf-8')
      .header('cache-control', 'private, max-age=300')
      .send(text)
  })
}
