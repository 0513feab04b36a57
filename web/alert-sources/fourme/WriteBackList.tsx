import { Link } from 'react-router'
import type { AlertSource } from '../../../server/alert-sources/schema.ts'
import type { WriteBack } from '../../../server/writeback/schema.ts'
import { useWriteBacks } from '../../api/fourme.ts'
import { Answer } from '../../components/Answer.tsx'
import { Mark, type MarkShape, type MarkTone } from '../../components/Mark.tsx'
import { Section } from '../../components/Page.tsx'
import { SkeletonRows } from '../../components/Skeleton.tsx'
import { TimeAgo } from '../../components/TimeAgo.tsx'

const MARKS: Record<WriteBack['state'], { shape: MarkShape; tone: MarkTone; word: string }> = {
  PENDING: { shape: 'dots', tone: 'caution', word: 'Waits' },
  DONE: { shape: 'check', tone: 'good', word: 'Written' },
  NOTHING: { shape: 'check', tone: 'muted', word: 'Said so already' },
  DRY_RUN: { shape: 'dash', tone: 'muted', word: 'Only shown' },
  CONFLICT: { shape: 'half', tone: 'caution', word: '4me’s newer state stands' },
  FAILED: { shape: 'cross', tone: 'danger', word: 'Not written' },
  DROPPED: { shape: 'dash', tone: 'muted', word: 'Switched off meanwhile' },
}
const DEEDS: Record<WriteBack['deed'], string> = {
  ACCEPT: 'Accepted',
  RESOLVE: 'Resolved',
  COMMENT: 'Comment',
  REROUTE: 'Handed on',
}
const SHOWN = 20

/** What was done here, and whether 4me knows. */
export function WriteBackList({ source }: { source: AlertSource }) {
  const query = useWriteBacks(source.id)
  return (
    <Section title="Told to 4me">
      <Answer query={query} skeleton={<SkeletonRows />}>
        {(all) =>
          all.length === 0 ? (
            <p className="text-sm text-muted">
              {source.bidirectional
                ? 'Nothing yet. What people accept, resolve or comment appears here.'
                : 'Write back is switched off: see Behaviour.'}
            </p>
          ) : (
            <ul aria-label="Told to 4me" className="grid divide-y">
              {all.slice(0, SHOWN).map((one) => (
                <li key={one.id} className="grid gap-0.5 py-2 text-sm first:pt-0 last:pb-0" data-write-back={one.state}>
                  <div className="flex items-center justify-between gap-3">
                    <span className="min-w-0 truncate">
                      <Link to={`/alerts/${one.alert.id}`}>{DEEDS[one.deed]}</Link>
                      <span className="text-muted"> · {one.alertKey.split(':').slice(1).join(' ')}</span>
                    </span>
                    <Mark {...MARKS[one.state]} />
                  </div>
                  <p className="text-xs break-words text-muted">
                    {one.result}
                    {one.nextAttemptAt && (
                      <>
                        {' '}
                        Next try <TimeAgo at={one.nextAttemptAt} />.
                      </>
                    )}
                  </p>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Section>
  )
}
