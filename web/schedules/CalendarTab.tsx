import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import type { Calendar, Schedule } from '../../server/oncall/schema.ts'
import { useRequestsOn } from '../api/duties.ts'
import { useCalendar, useRemoveOverride } from '../api/schedules.ts'
import { useSession } from '../api/session.ts'
import { Answer } from '../components/Answer.tsx'
import { Button, IconButton } from '../components/Button.tsx'
import { Section } from '../components/Page.tsx'
import { toast } from '../components/toast-store.ts'
import { useNow } from '../components/useNow.ts'
import { RequestList } from '../duties/RequestList.tsx'
import { CoverageNotice } from './CoverageNotice.tsx'
import { OverrideDialog } from './OverrideDialog.tsx'
import { ShiftList } from './ShiftList.tsx'
import { type Row, Timeline } from './Timeline.tsx'
import { RANGES, type Range, type View, viewAround } from './timeline.ts'
import { zoneText } from './zone-time.ts'

const HOUR = 3_600_000
const RANGE_NAMES: Record<Range, string> = { day: 'Day', week: 'Week', month: 'Month' }

/** Who is on call by day, week or month; drawing on the last row overrides. */
export function CalendarTab({ schedule }: { schedule: Schedule }) {
  const now = useNow(60_000)
  const [range, setRange] = useState<Range>('week')
  const [steps, setSteps] = useState(0)
  const [stretch, setStretch] = useState<{ start: number; end: number } | null>(null)
  const view = viewAround(schedule.timezone, range, now, steps)
  const calendar = useCalendar(schedule.id, new Date(view.from), new Date(view.until))
  const remove = useRemoveOverride(schedule.id)
  const change = (next: Range) => {
    setRange(next)
    setSteps(0)
  }
  return (
    <div className="grid max-w-page grid-cols-1 gap-4 p-4 md:p-6">
      <CoverageNotice schedule={schedule} />
      <RequestsOn schedule={schedule} />
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div className="flex items-center gap-1">
          <IconButton label="Earlier" onClick={() => setSteps(steps - 1)}>
            <ChevronLeft className="size-4" aria-hidden />
          </IconButton>
          <Button onClick={() => setSteps(0)}>Today</Button>
          <IconButton label="Later" onClick={() => setSteps(steps + 1)}>
            <ChevronRight className="size-4" aria-hidden />
          </IconButton>
          <h2 className="ms-2 font-semibold">{titleOf(view)}</h2>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <fieldset className="flex rounded-md border">
            <legend className="sr-only">Show</legend>
            {RANGES.map((one) => (
              <Button
                key={one}
                tone={one === range ? 'primary' : 'quiet'}
                aria-pressed={one === range}
                onClick={() => change(one)}
              >
                {RANGE_NAMES[one]}
              </Button>
            ))}
          </fieldset>
          <Button tone="primary" onClick={() => setStretch({ start: now, end: now + 8 * HOUR })}>
            Take on-call
          </Button>
        </div>
      </div>
      <Answer query={calendar}>
        {(data) => (
          <>
            <Timeline
              view={view}
              rows={rowsOf(data)}
              now={now}
              onDraw={(start, end) => setStretch({ start: Math.max(start, now), end })}
            />
            <p className="text-xs text-muted">
              Times are in {schedule.timezone}. Draw on the last row to put somebody else on call. A hand-over at a time
              that the clocks skip comes the moment after; at one that comes twice, the first time.
            </p>
            <ShiftList
              zone={schedule.timezone}
              shifts={data.final}
              now={now}
              onRemove={async (id) => {
                await remove.mutateAsync(id)
                toast('The override was removed.')
              }}
            />
          </>
        )}
      </Answer>
      {stretch && <OverrideDialog schedule={schedule} stretch={stretch} onClose={() => setStretch(null)} />}
    </div>
  )
}

/** Who asks whom for cover on this schedule, while nobody has answered. */
function RequestsOn({ schedule }: { schedule: Schedule }) {
  const requests = useRequestsOn(schedule.id).data ?? []
  const me = useSession().data?.user
  if (requests.length === 0) return null
  return (
    <Section title="Coverage requests" hint="They wait for an answer.">
      <RequestList label="Coverage requests" requests={requests} meId={me?.id ?? null} />
    </Section>
  )
}

/** Layers from first to last, overrides where there are any, and the end of it. */
export function rowsOf(calendar: Calendar): Row[] {
  const overrides: Row[] =
    calendar.overrides.length > 0 ? [{ name: 'Overrides', kind: 'override', shifts: calendar.overrides }] : []
  return [
    ...calendar.layers.map(({ name, shifts }): Row => ({ name, kind: 'layer', shifts })),
    ...overrides,
    { name: 'On call', kind: 'final', shifts: calendar.final },
  ]
}

function titleOf(view: View): string {
  const first = zoneText(view.zone, view.from, 'day')
  if (view.range === 'day') return first
  if (view.range === 'month') {
    return new Intl.DateTimeFormat('en-GB', { timeZone: view.zone, month: 'long', year: 'numeric' }).format(view.from)
  }
  return `${first} to ${zoneText(view.zone, view.until - 1, 'day')}`
}
