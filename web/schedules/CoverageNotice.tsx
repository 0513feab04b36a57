import type { Coverage, Schedule } from '../../server/oncall/schema.ts'
import { useCoverage } from '../api/schedules.ts'
import { Notice } from '../components/Notice.tsx'
import { nameOf } from '../components/person-name.ts'
import { minutesText } from '../components/time-text.ts'
import { zoneText } from './zone-time.ts'

/** What the next twelve weeks of a schedule lack. */
export function CoverageNotice({ schedule }: { schedule: Schedule }) {
  const coverage = useCoverage(schedule.id).data
  return coverage ? <CoverageText zone={schedule.timezone} coverage={coverage} /> : null
}

/** Gaps and people who cannot be told, in sentences; nothing when all is well. */
export function CoverageText({ zone, coverage }: { zone: string; coverage: Coverage }) {
  const sentences = [...gapSentences(zone, coverage), ...doubleSentences(coverage), ...peopleSentences(coverage)]
  if (sentences.length === 0) {
    return <Notice tone="good">Somebody is on call at every minute of the next 12 weeks.</Notice>
  }
  const isSerious = coverage.gaps.length > 0 || coverage.unreachable.length > 0
  return (
    <Notice tone={isSerious ? 'caution' : 'info'}>
      <ul className="grid gap-1">
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </Notice>
  )
}

function gapSentences(zone: string, { gaps, gapMinutes }: Coverage): string[] {
  const [first] = gaps
  if (!first) return []
  const times = gaps.length === 1 ? 'once' : `${gaps.length} times`
  const from = zoneText(zone, Date.parse(first.start), 'both')
  const until = zoneText(zone, Date.parse(first.end), 'both')
  return [
    `Nobody is on call ${times} in the next 12 weeks, ${minutesText(gapMinutes)} in all: first ${from} to ${until}.`,
  ]
}

function doubleSentences({ doubleCover }: Coverage): string[] {
  const [first] = doubleCover
  if (!first) return []
  const names = [...new Set(doubleCover.flatMap(({ layers }) => layers))].join(', ')
  return [`Several layers have somebody at the same time (${names}): the lowest one counts.`]
}

function peopleSentences({ unreachable, fewContacts }: Coverage): string[] {
  const names = (people: Coverage['unreachable']) => people.map(nameOf).join(', ')
  const few = fewContacts.filter((person) => !unreachable.some(({ id }) => id === person.id))
  return [
    ...(unreachable.length > 0 ? [`Without a verified contact: ${names(unreachable)}.`] : []),
    ...(few.length > 0 ? [`With one working contact only: ${names(few)}.`] : []),
  ]
}
