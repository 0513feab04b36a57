import type { TraceStep } from '../../server/trace/schema.ts'
import { useTrace } from '../api/alerts.ts'
import { Answer } from '../components/Answer.tsx'
import { Section } from '../components/Page.tsx'
import { clockText, dayText, exactText } from '../components/time-text.ts'
import { DecisionBadge, stationName } from './DecisionBadge.tsx'

/** Why this person, why now, why not the others: every decision with the rule that caused it. */
export function TraceTab({ alertId }: { alertId: number }) {
  const query = useTrace(alertId)
  return (
    <div className="max-w-page p-4 md:p-6">
      <Section
        title="Why"
        hint="Every decision about this alert, oldest first, with the rule or setting that caused it."
      >
        <Answer query={query}>
          {(steps) =>
            steps.length === 0 ? (
              <p className="text-sm text-muted">
                Nothing is recorded: the alert is older than the first version that keeps its reasons.
              </p>
            ) : (
              <ol aria-label="Decisions" className="grid divide-y">
                {steps.map((step, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: decisions only ever follow one another
                  <Step key={index} step={step} isNewDay={isNewDay(steps[index - 1] ?? steps.at(-1), step)} />
                ))}
              </ol>
            )
          }
        </Answer>
      </Section>
    </div>
  )
}

function Step({ step, isNewDay }: { step: TraceStep; isNewDay: boolean }) {
  return (
    <li
      className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-1 py-2.5 text-sm first:pt-0 last:pb-0 md:grid-cols-[7rem_6.5rem_minmax(0,1fr)_auto]"
      data-decision={`${step.station} ${step.decision}`}
    >
      <span className="col-start-1 row-start-1 text-muted">{stationName(step.station)}</span>
      <span className="col-start-1 row-start-2 md:col-start-2 md:row-start-1">
        <DecisionBadge decision={step.decision} />
      </span>
      <div className="col-span-2 col-start-1 grid min-w-0 gap-1 md:col-span-1 md:col-start-3 md:row-start-1">
        <p className="break-words">{step.reason}</p>
        <p className="flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-muted">
          <code className="font-mono">{step.rule}</code>
          {step.people.length > 0 && <span>{step.people.map((person) => person.name).join(', ')}</span>}
        </p>
      </div>
      <time
        dateTime={step.at}
        title={exactText(step.at)}
        className="col-start-2 row-start-1 text-end text-xs text-muted tabular-nums md:col-start-4"
      >
        {isNewDay && <span className="block text-faint">{dayText(step.at)}</span>}
        {clockText(step.at)}
      </time>
    </li>
  )
}

function isNewDay(before: TraceStep | undefined, step: TraceStep): boolean {
  return before !== undefined && dayText(before.at) !== dayText(step.at)
}
