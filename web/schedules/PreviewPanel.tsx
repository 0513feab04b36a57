import { Problem } from '../api/problem.ts'
import { usePreview } from '../api/schedules.ts'
import { Section } from '../components/Page.tsx'
import { rowsOf } from './CalendarTab.tsx'
import { CoverageText } from './CoverageNotice.tsx'
import { previewOf, type ScheduleValues } from './schedule-values.ts'
import { Timeline } from './Timeline.tsx'
import { viewAround } from './timeline.ts'

type Props = { values: ScheduleValues; now: number }

/** Who would be on call this week and the next under what is not saved yet, and what it would lack. */
export function PreviewPanel({ values, now }: Props) {
  const views = [0, 1].map((steps) => viewAround(values.timezone, 'week', now, steps))
  const [first, last] = [views[0], views.at(-1)]
  const input = first && last ? previewOf(values, new Date(first.from), new Date(last.until)) : null
  const preview = usePreview(input)
  const { data, error } = preview
  return (
    <Section title="Before you save" hint={`This week and the next, in ${values.timezone}.`}>
      {input === null && <p className="text-sm text-muted">Add somebody, and who would be on call shows here.</p>}
      {input !== null && error instanceof Problem && (
        <p className="text-sm text-muted">{error.fields[0]?.message ?? error.message}</p>
      )}
      {input !== null && data && !error && (
        <div className="grid gap-3">
          {views.map((view) => (
            <Timeline key={view.from} view={view} rows={rowsOf(data.calendar)} now={now} />
          ))}
          <CoverageText zone={values.timezone} coverage={data.coverage} />
        </div>
      )}
    </Section>
  )
}
