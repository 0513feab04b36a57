import { useState } from 'react'
import type * as z from 'zod'
import type { LogEntry, LogEntryFilterType } from '../../server/alerts/schema.ts'
import { useTimeline } from '../api/alerts.ts'
import { Answer } from '../components/Answer.tsx'
import { Section } from '../components/Page.tsx'
import { Select } from '../components/Select.tsx'
import { clockText, dayText, exactText } from '../components/time-text.ts'
import { entryLook } from './entry-look.ts'

type Entry = z.infer<typeof LogEntry>

const FILTERS: Record<LogEntryFilterType, string> = {
  NOTIFICATIONS: 'Notifications',
  ALERT_SOURCE_EVENTS: 'Events of the source',
  ALERT_UPDATES: 'Changes of the alert',
  CONNECTOR_EVENTS: 'Connections',
}

/** The alert's whole story, oldest first. */
export function Timeline({ alertId }: { alertId: number }) {
  const query = useTimeline(alertId)
  const [only, setOnly] = useState<LogEntryFilterType | ''>('')
  return (
    <Section
      title="Timeline"
      aside={
        <div className="w-44">
          <Select
            compact
            aria-label="Show on the timeline"
            value={only}
            onChange={(event) => setOnly(event.target.value as LogEntryFilterType | '')}
          >
            <option value="">Everything</option>
            {Object.entries(FILTERS).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        </div>
      }
    >
      <Answer query={query}>
        {(entries) => <Entries entries={entries.filter((entry) => only === '' || entry.filterTypes.includes(only))} />}
      </Answer>
    </Section>
  )
}

function Entries({ entries }: { entries: Entry[] }) {
  if (entries.length === 0) return <p className="text-sm text-muted">Nothing of this kind happened.</p>
  return (
    <ol aria-label="Timeline" className="grid">
      {entries.map((entry, index) => (
        <EntryLine key={entry.id} entry={entry} isNewDay={isNewDay(entries[index - 1] ?? entries.at(-1), entry)} />
      ))}
    </ol>
  )
}

function isNewDay(before: Entry | undefined, entry: Entry): boolean {
  return before !== undefined && dayText(before.timestamp) !== dayText(entry.timestamp)
}

function EntryLine({ entry, isNewDay }: { entry: Entry; isNewDay: boolean }) {
  const { icon: Icon, tone } = entryLook(entry.logEntryType)
  return (
    <li className="group grid grid-cols-[auto_minmax(0,1fr)_auto] gap-x-3 text-sm" data-entry={entry.logEntryType}>
      {isNewDay && <p className="col-start-2 pb-2 text-xs text-faint">{dayText(entry.timestamp)}</p>}
      <span className="col-start-1 grid grid-rows-[auto_1fr] justify-items-center">
        <span className={tone}>
          <Icon className="size-4" aria-hidden />
        </span>
        <span className="w-px bg-hairline group-last:hidden" />
      </span>
      <p className="pb-4 break-words whitespace-pre-wrap group-last:pb-0">{entry.text}</p>
      <time dateTime={entry.timestamp} title={exactText(entry.timestamp)} className="text-xs text-muted tabular-nums">
        {clockText(entry.timestamp)}
      </time>
    </li>
  )
}
