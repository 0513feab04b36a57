import * as z from 'zod'
import { requireRight } from '../access/actor.ts'
import { inContext } from '../access/team-context.ts'
import type { Database } from '../database/connection.ts'
import { firstFound, known, NameParams, namesIn, pageOf } from '../http/look-up.ts'
import { actorOf, type Routes } from '../http/route.ts'
import { IdParams } from '../http/schema.ts'
import { removeSchedule, seenUses, usesOfSchedule } from '../removals/actions.ts'
import { RemovalQuery, Use } from '../removals/schema.ts'
import { invariant } from '../runtime/invariant.ts'
import { fieldProblem } from '../runtime/problem.ts'
import { addMinutes } from '../runtime/time.ts'
import { accepted, addOverride, addSchedule, noSuchSchedule, removeOverride, replaceSchedule } from './actions.ts'
import type { Interval } from './decide.ts'
import { instantIn, readLayers, readShift } from './input/decide.ts'
import {
  Calendar,
  Coverage,
  INTERVAL_DAYS_MAX,
  IncludeQuery,
  Override,
  OverrideParams,
  Preview,
  PreviewInput,
  SaveQuery,
  Schedule,
  ScheduleInput,
  ScheduleListQuery,
  Shift,
  ShiftInput,
  ShiftsQuery,
} from './schema.ts'
import { listSchedules, type ScheduleRow, scheduleRow, scheduleRowByName } from './store.ts'
import { calendarOf, coverageOf, viewCalendar, viewCoverage, viewFinal, viewOverrides, viewSchedules } from './view.ts'

const DAY_MS = 86_400_000
const SHIFTS_DAYS = 14

/** On-call schedules: who is on call when, overrides, and what is not covered. */
export const scheduleRoutes: Routes = (app, { db, clock }) => {
  const tags = ['On-call schedules']
  const one = async (row: ScheduleRow, include: readonly string[], now: Date) => {
    const [schedule] = await viewSchedules(db, [row], include, now)
    invariant(schedule, 'a schedule that was found can be shown')
    return schedule
  }
  const rowOf = async (id: number) => known(await scheduleRow(db, id), noSuchSchedule)

  app.get(
    '/schedules',
    {
      schema: {
        operationId: 'listSchedules',
        summary: 'Every on-call schedule',
        tags,
        querystring: ScheduleListQuery,
        response: { 200: z.array(Schedule) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return viewSchedules(
        db,
        await listSchedules(db, await inContext(request, { db }), pageOf(request.query)),
        request.query.include,
        await clock.now(),
      )
    },
  )

  app.post(
    '/schedules',
    {
      schema: {
        operationId: 'createSchedule',
        summary: 'Add an on-call schedule',
        tags,
        querystring: SaveQuery,
        body: ScheduleInput,
        response: { 201: Schedule },
      },
    },
    async (request, reply) => {
      const now = await clock.now()
      const options = { abortOnGaps: request.query['abort-on-gaps'] === 'true' }
      const id = await addSchedule(db, actorOf(request), request.body, options, now)
      return reply.code(201).send(await one(await rowOf(id), ['shifts'], now))
    },
  )

  app.post(
    '/schedules/preview',
    {
      schema: {
        operationId: 'previewSchedule',
        summary: 'Who would be on call under layers or shifts that are not saved',
        tags,
        body: PreviewInput,
        response: { 200: Preview },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return previewOf(db, request.body, await clock.now())
    },
  )

  app.get(
    '/schedules/name/*',
    {
      schema: {
        operationId: 'getScheduleByName',
        summary: 'The on-call schedule of a name',
        tags,
        params: NameParams,
        response: { 200: Schedule },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      const row = known(
        await firstFound(namesIn(request.url), (name) => scheduleRowByName(db, request.viewer, name)),
        noSuchSchedule,
      )
      return one(row, ['shifts'], await clock.now())
    },
  )

  app.get(
    '/schedules/:id',
    {
      schema: {
        operationId: 'getSchedule',
        summary: 'One on-call schedule',
        tags,
        params: IdParams,
        querystring: IncludeQuery,
        response: { 200: Schedule },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return one(await rowOf(request.params.id), request.query.include, await clock.now())
    },
  )

  app.put(
    '/schedules/:id',
    {
      schema: {
        operationId: 'updateSchedule',
        summary: 'Replace an on-call schedule; what is over stays as it was',
        tags,
        params: IdParams,
        querystring: SaveQuery,
        body: ScheduleInput,
        response: { 200: Schedule },
      },
    },
    async (request) => {
      const now = await clock.now()
      const options = { abortOnGaps: request.query['abort-on-gaps'] === 'true' }
      await replaceSchedule(db, actorOf(request), request.params.id, request.body, options, now)
      return one(await rowOf(request.params.id), ['shifts'], now)
    },
  )

  app.delete(
    '/schedules/:id',
    {
      schema: {
        operationId: 'deleteSchedule',
        summary: 'Delete an on-call schedule; policies that ask it ask the replacement',
        tags,
        params: IdParams,
        querystring: RemovalQuery,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const replacement = request.query.replacement ?? null
      await removeSchedule(
        db,
        { actor: actorOf(request), viewer: request.viewer },
        request.params.id,
        replacement,
        await clock.now(),
      )
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/schedules/:id/uses',
    {
      schema: {
        operationId: 'listUsesOfSchedule',
        summary: 'Escalation policies that ask a schedule',
        tags,
        params: IdParams,
        response: { 200: z.array(Use) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return seenUses(db, request.viewer, await usesOfSchedule(db, (await rowOf(request.params.id)).id))
    },
  )

  app.get(
    '/schedules/:id/shifts',
    {
      schema: {
        operationId: 'getScheduleShifts',
        summary: 'Who is on call in an interval, the past included',
        tags,
        params: IdParams,
        querystring: ShiftsQuery,
        response: { 200: z.array(Shift) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      const row = await rowOf(request.params.id)
      const interval = intervalIn(row.timezone, request.query, await clock.now())
      return viewFinal(db, row, interval, { overrides: request.query['exclude-overrides'] !== 'true' })
    },
  )

  app.get(
    '/schedules/:id/calendar',
    {
      schema: {
        operationId: 'getScheduleCalendar',
        summary: 'Each layer by itself, the overrides, and who is on call in the end',
        tags,
        params: IdParams,
        querystring: ShiftsQuery.omit({ 'exclude-overrides': true }),
        response: { 200: Calendar },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      const row = await rowOf(request.params.id)
      return viewCalendar(db, row, intervalIn(row.timezone, request.query, await clock.now()))
    },
  )

  app.get(
    '/schedules/:id/coverage',
    {
      schema: {
        operationId: 'getScheduleCoverage',
        summary: 'Gaps and double cover in the next twelve weeks',
        tags,
        params: IdParams,
        response: { 200: Coverage },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return viewCoverage(db, await rowOf(request.params.id), await clock.now())
    },
  )

  app.get(
    '/schedules/:id/user-on-call',
    {
      schema: {
        operationId: 'getUserOnCall',
        summary: 'The shift that runs now; 204 when nobody is on call',
        tags,
        params: IdParams,
        response: { 200: Shift, 204: z.null() },
      },
    },
    async (request, reply) => {
      requireRight(actorOf(request), 'read')
      const now = await clock.now()
      const row = await rowOf(request.params.id)
      const interval = { from: now, until: new Date(now.getTime() + 1) }
      const [shift] = await viewFinal(db, row, interval, { overrides: true })
      return shift ? reply.send(shift) : reply.code(204).send(null)
    },
  )

  app.get(
    '/schedules/:id/overrides',
    {
      schema: {
        operationId: 'getScheduleOverrides',
        summary: 'Overrides, those to come when no interval is given',
        tags,
        params: IdParams,
        querystring: ShiftsQuery.omit({ 'exclude-overrides': true }),
        response: { 200: z.array(Override) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      const row = await rowOf(request.params.id)
      const interval = intervalIn(row.timezone, request.query, await clock.now(), INTERVAL_DAYS_MAX)
      return viewOverrides(db, row.id, interval)
    },
  )

  // ilert's clients POST, its description says PUT.
  for (const method of ['POST', 'PUT'] as const) {
    app.route({
      method,
      url: '/schedules/:id/overrides',
      schema: {
        operationId: method === 'PUT' ? 'addScheduleOverride' : 'postScheduleOverride',
        summary: 'Put somebody on call instead of whoever would be',
        tags,
        params: IdParams,
        body: ShiftInput,
        response: { 200: Schedule },
      },
      handler: async (request) => {
        const { id } = z.parse(IdParams, request.params)
        const now = await clock.now()
        await addOverride(db, actorOf(request), id, z.parse(ShiftInput, request.body), now)
        return one(await rowOf(id), [], now)
      },
    })
  }

  app.delete(
    '/schedules/:id/overrides/:override',
    {
      schema: {
        operationId: 'deleteScheduleOverride',
        summary: 'Remove an override; one that has begun ends now',
        tags,
        params: OverrideParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const place = { scheduleId: request.params.id, overrideId: request.params.override }
      await removeOverride(db, actorOf(request), place, await clock.now())
      return reply.code(204).send(null)
    },
  )
}

/** The interval of a query, said with offsets or in the schedule's own time. */
function intervalIn(
  timezone: string,
  query: { from?: string | undefined; until?: string | undefined },
  now: Date,
  days = SHIFTS_DAYS,
): Interval {
  const from = query.from === undefined ? now : instantIn(timezone, query.from)
  if (!from) throw fieldProblem('from', 'There is no such day or time between 1970 and 2100.')
  const until = query.until === undefined ? addMinutes(from, days * 24 * 60) : instantIn(timezone, query.until)
  if (!until) throw fieldProblem('until', 'There is no such day or time between 1970 and 2100.')
  return checkedInterval({ from, until })
}

function checkedInterval(interval: Interval): Interval {
  if (interval.until <= interval.from) throw fieldProblem('until', 'It lies before from.')
  if (interval.until.getTime() - interval.from.getTime() > INTERVAL_DAYS_MAX * DAY_MS) {
    throw fieldProblem('until', `An interval is at most ${INTERVAL_DAYS_MAX} days long: ask for a shorter one.`)
  }
  return interval
}

async function previewOf(db: Database, input: PreviewInput, now: Date): Promise<Preview> {
  const interval = checkedInterval({ from: new Date(input.from), until: new Date(input.until) })
  const layers = accepted(readLayers(input.scheduleLayers ?? [], input.timezone))
  const shifts = (input.shifts ?? []).map((one, index) => accepted(readShift(one, input.timezone, `shifts.${index}.`)))
  const rules = { timezone: input.timezone, editions: [{ from: null, layers }], shifts, overrides: [] }
  return { calendar: await calendarOf(db, rules, interval), coverage: await coverageOf(db, rules, now) }
}
