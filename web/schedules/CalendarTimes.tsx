import type { CalendarPreview } from '../../server/oncall/imports/schema.ts'
import { Notice } from '../components/Notice.tsx'

type CalendarTime = CalendarPreview['times'][number]
/** Names one time of a calendar among the others. */
export const keyOfTime = (time: CalendarTime) => `${time.from} ${time.until} ${time.name}`

type Props = {
  preview: CalendarPreview
  left: ReadonlySet<string>
  onToggle: (key: string) => void
}

/** What a calendar holds, each time with a tick. */
export function CalendarTimes({ preview, left, onToggle }: Props) {
  const { times, passedOver, isCut } = preview
  return (
    <div className="grid gap-2">
      {isCut && (
        <Notice tone="caution">The calendar has more times than these: the first {times.length} are shown.</Notice>
      )}
      {times.length === 0 ? (
        <Notice tone="caution">The calendar has nothing in the next two years.</Notice>
      ) : (
        <ul aria-label="Times of the calendar" className="max-h-72 divide-y overflow-y-auto rounded-lg border">
          {times.map((time) => {
            const key = keyOfTime(time)
            return (
              <li key={key}>
                <label className="grid cursor-pointer grid-cols-[auto_1fr] items-start gap-x-3 px-3 py-1.5 text-sm">
                  <input
                    type="checkbox"
                    className="mt-0.5 size-4"
                    checked={!left.has(key)}
                    onChange={() => onToggle(key)}
                  />
                  <span className="min-w-0">
                    <span className="font-medium break-words">{time.name || 'Without a name'}</span>
                    <span className="block text-muted tabular-nums">{spanText(time)}</span>
                  </span>
                </label>
              </li>
            )
          })}
        </ul>
      )}
      {passedOver > 0 && (
        <p className="text-xs text-muted">
          {passedOver} {passedOver === 1 ? 'event is' : 'events are'} left out: over, cancelled, or not readable.
        </p>
      )}
    </div>
  )
}

function spanText({ isAllDay, start, end }: CalendarTime): string {
  if (!isAllDay) return `${dayText(start)}, ${start.slice(11)} to ${dayText(end)}, ${end.slice(11)}`
  return start === end ? dayText(start) : `${dayText(start)} to ${dayText(end)}`
}

/** A day of the calendar, whatever the zone. */
function dayText(text: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: 'UTC',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  }).format(Date.parse(text.slice(0, 10)))
}
