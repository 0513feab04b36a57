import { requireRight } from '../../access/actor.ts'
import { actorOf, type Routes } from '../../http/route.ts'
import { fieldProblem, Problem } from '../../runtime/problem.ts'
import { inSideThread } from '../../runtime/side-thread.ts'
import { addMinutes } from '../../runtime/time.ts'
import type { CalendarRead } from './read.ts'
import { CALENDAR_DAYS_AHEAD, CALENDAR_DAYS_BACK, CalendarInput, CalendarPreview } from './schema.ts'

const THREAD = new URL('./thread.ts', import.meta.url)
const READ_MS_MAX = 4_000
const READS_AT_ONCE = 2
const DAY_MINUTES = 24 * 60

/** Reading calendars that people bring: holidays and absences. Nothing is saved here. */
export const calendarImportRoutes: Routes = (app, { clock }) => {
  let reading = 0

  app.post(
    '/calendar-imports/preview',
    {
      schema: {
        operationId: 'previewCalendarImport',
        summary: 'The times of an iCalendar file, for support hours and for handing shifts over',
        tags: ['On-call schedules'],
        body: CalendarInput,
        response: { 200: CalendarPreview },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'answer')
      if (reading >= READS_AT_ONCE) {
        throw new Problem('too-many-requests', 'Other calendars are read just now. Try again.', {
          retryAfterSeconds: 2,
        })
      }
      const now = await clock.now()
      const { text, timezone } = request.body
      const from = addMinutes(now, -CALENDAR_DAYS_BACK * DAY_MINUTES).getTime()
      const until = addMinutes(now, CALENDAR_DAYS_AHEAD * DAY_MINUTES).getTime()
      reading++
      try {
        const read = await inSideThread<CalendarRead>(THREAD, { text, timezone, from, until }, READ_MS_MAX)
        if (read === null) throw fieldProblem('text', 'The calendar takes too long to read: export a shorter time.')
        if (!read.ok) throw fieldProblem('text', read.message)
        return read.value
      } finally {
        reading--
      }
    },
  )
}
