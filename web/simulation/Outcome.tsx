import { Link } from 'react-router'
import type { Simulation, SimulationRun } from '../../server/simulation/schema.ts'
import { Fact, Facts } from '../components/Facts.tsx'
import { Notice } from '../components/Notice.tsx'
import { Section } from '../components/Page.tsx'
import { exactText } from '../components/time-text.ts'
import { Minutes } from './Minutes.tsx'
import { minutesOf, offsetText, toldIn } from './minutes.ts'

const LINK = 'text-accent hover:underline'

/** What would happen: in a few words, then minute by minute. */
export function Outcome({ told }: { told: Simulation }) {
  const { changed } = told
  const minutes = minutesOf(told.at, told.steps, changed?.steps ?? null)
  const isCut = told.isCut || changed?.isCut
  const isSame =
    changed !== null && minutes.every((one) => ![...one.today, ...one.changed].some((line) => line.isOnlyHere))
  return (
    <>
      <Notice tone="info">
        Nothing was sent, and nothing is kept. This is what would happen if nobody answered an event at{' '}
        <strong className="font-medium">{exactText(told.at)}</strong>.
      </Notice>
      <div className={`grid gap-4 ${changed ? 'lg:grid-cols-2' : ''}`}>
        <Section title={changed ? 'Today' : 'In short'}>
          <InShort run={told} start={told.at} />
        </Section>
        {changed && (
          <Section title="With the edit">
            <InShort run={changed} start={told.at} />
          </Section>
        )}
      </div>
      {isSame && <Notice tone="good">The edit makes no difference to this event.</Notice>}
      <Section title="Minute by minute" hint="Every decision, with the rule or setting that would cause it.">
        <div className="grid gap-4">
          <Minutes minutes={minutes} isCompared={changed !== null} />
          {isCut && <Notice tone="caution">It goes on after this, but is not worked out any further.</Notice>}
        </div>
      </Section>
    </>
  )
}

function InShort({ run, start }: { run: SimulationRun; start: string }) {
  const told = toldIn(run.steps)
  const minute = run.endsAt === null ? null : Math.floor((Date.parse(run.endsAt) - Date.parse(start)) / 60_000)
  return (
    <div className="grid gap-3">
      <p className="text-sm font-medium break-words">{sentenceOf(run)}</p>
      <Facts>
        <Fact name="Alert">
          {run.alert &&
            (run.alert.id === null ? (
              run.alert.summary
            ) : (
              <Link to={`/alerts/${run.alert.id}`} className={LINK}>
                {run.alert.summary}
              </Link>
            ))}
        </Fact>
        <Fact name="Priority">{run.alert && (run.alert.priority === 'HIGH' ? 'High' : 'Low')}</Fact>
        <Fact name="Severity">{run.alert?.severity ? `SEV${run.alert.severity}` : null}</Fact>
        <Fact name="Policy">
          {run.alert && (
            <Link to={`/escalation-policies/${run.alert.escalationPolicy.id}`} className={LINK}>
              {run.alert.escalationPolicy.name}
            </Link>
          )}
        </Fact>
        <Fact name="Told">{told.length === 0 ? 'Nobody' : told.map((person) => person.name).join(', ')}</Fact>
        <Fact name="Ends">{minute === null ? null : endText(run, minute)}</Fact>
      </Facts>
    </div>
  )
}

/** A climb that is exhausted leaves the alert unattended; one of low priority just ends. */
function endText(run: SimulationRun, minute: number): string {
  const isUnattended = run.steps.some((step) => step.station === 'escalation' && step.decision === 'end')
  return isUnattended
    ? `Nobody is left to ask at ${offsetText(minute)}`
    : `Nobody else is asked after ${offsetText(minute)}`
}

function sentenceOf(run: SimulationRun): string {
  if (run.alert?.id === null) return 'It opens a new alert.'
  return run.reason ?? 'It would wait for the other system.'
}
