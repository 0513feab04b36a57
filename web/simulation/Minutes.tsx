import type { TraceStep } from '../../server/trace/schema.ts'
import { DecisionBadge, stationName } from '../alerts/DecisionBadge.tsx'
import { Avatar } from '../components/Avatar.tsx'
import { clockText, dayText, exactText, readableInstants } from '../components/time-text.ts'
import { ChannelMark } from '../notifications/ChannelMark.tsx'
import { type Minute, type MinuteLine, offsetText } from './minutes.ts'

type Props = { minutes: readonly Minute[]; isCompared: boolean }

/** Every decision, minute by minute; of two configurations, what only one of them does is marked. */
export function Minutes({ minutes, isCompared }: Props) {
  const [first] = minutes
  return (
    <ol aria-label="Minute by minute" className="grid">
      {minutes.map((minute) => (
        <li
          key={minute.minute}
          data-minute={minute.minute}
          className="grid grid-cols-1 gap-x-4 gap-y-2 border-s-2 pb-5 ps-4 last:pb-0 md:grid-cols-[6.5rem_minmax(0,1fr)]"
        >
          <h3 className="relative text-sm font-semibold tabular-nums">
            <span
              aria-hidden
              className="absolute -start-[1.3rem] top-1.5 size-2 rounded-xl bg-accent-fill ring-4 ring-surface"
            />
            {offsetText(minute.minute)}
            <time
              dateTime={minute.at}
              title={exactText(minute.at)}
              className="ms-2 text-xs font-normal text-muted md:ms-0 md:block"
            >
              {first && dayText(first.at) !== dayText(minute.at) && `${dayText(minute.at)}, `}
              {clockText(minute.at)}
            </time>
          </h3>
          {isCompared ? (
            <div className="grid gap-3 lg:grid-cols-2">
              <Side name="Today" lines={minute.today} />
              <Side name="With the edit" lines={minute.changed} />
            </div>
          ) : (
            <Lines label={offsetText(minute.minute)} lines={minute.today} />
          )}
        </li>
      ))}
    </ol>
  )
}

function Side({ name, lines }: { name: string; lines: readonly MinuteLine[] }) {
  return (
    <div className="grid min-w-0 content-start gap-1.5">
      <h4 className="text-xs text-muted">{name}</h4>
      {lines.length === 0 ? <p className="text-sm text-faint">Nothing</p> : <Lines label={name} lines={lines} />}
    </div>
  )
}

function Lines({ label, lines }: { label: string; lines: readonly MinuteLine[] }) {
  return (
    <ul aria-label={label} className="grid min-w-0 content-start gap-2">
      {lines.map(({ step, isOnlyHere }, index) => (
        <Line
          // biome-ignore lint/suspicious/noArrayIndexKey: an answer never changes, it is replaced
          key={index}
          step={step}
          isOnlyHere={isOnlyHere}
        />
      ))}
    </ul>
  )
}

function Line({ step, isOnlyHere }: { step: TraceStep; isOnlyHere: boolean }) {
  return (
    <li
      data-decision={`${step.station} ${step.decision}`}
      data-only-here={isOnlyHere || undefined}
      className="grid gap-1 rounded-lg border bg-surface px-3 py-2 text-sm data-only-here:border-accent data-only-here:bg-accent-soft"
    >
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <DecisionBadge decision={step.decision} />
        <span className="text-xs text-muted">{stationName(step.station)}</span>
        {isOnlyHere && <span className="ms-auto text-xs font-medium text-accent">Only here</span>}
      </div>
      <p className="break-words">{readableInstants(step.reason)}</p>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
        {step.people.map((person) => (
          <span key={person.id} className="inline-flex items-center gap-1.5">
            <Avatar person={partsOf(person.name)} />
            <span className="text-text">{person.name}</span>
          </span>
        ))}
        {step.channels.map((method) => (
          <ChannelMark key={method} method={method} />
        ))}
        <code className="font-mono break-all">{step.rule}</code>
      </div>
    </li>
  )
}

function partsOf(name: string): { firstName: string; lastName: string } {
  const at = name.lastIndexOf(' ')
  return at < 0 ? { firstName: name, lastName: '' } : { firstName: name.slice(0, at), lastName: name.slice(at + 1) }
}
