import type { AuditEntry } from '../../server/audit/schema.ts'
import { useAudit } from '../api/audit.ts'
import { Answer } from '../components/Answer.tsx'
import { LoadMore } from '../components/LoadMore.tsx'
import { Section } from '../components/Page.tsx'
import { clockText, dayText, exactText } from '../components/time-text.ts'
import { auditWords, detailsText } from './audit-words.ts'

type Props = { type: string; id: number }

/** Who changed this, and when; newest first. */
export function AuditTab({ type, id }: Props) {
  return (
    <div className="max-w-page p-4 md:p-6">
      <AuditSection type={type} id={id} />
    </div>
  )
}

/** The same as a part of a page. */
export function AuditSection({ type, id }: Props) {
  const query = useAudit(type, id)
  return (
    <Section title="Changes" hint="Who changed this in Tocsin, newest first.">
      <Answer query={query}>
        {({ pages }) => {
          const entries = pages.flat()
          if (entries.length === 0) return <p className="text-sm text-muted">Nobody has changed anything yet.</p>
          return (
            <>
              <ol aria-label="Changes" className="grid divide-y">
                {entries.map((entry) => (
                  <Entry key={entry.id} entry={entry} />
                ))}
              </ol>
              <LoadMore query={query} />
            </>
          )
        }}
      </Answer>
    </Section>
  )
}

function Entry({ entry }: { entry: AuditEntry }) {
  const details = detailsText(entry.details)
  return (
    <li
      className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-0.5 py-2.5 text-sm first:pt-0 last:pb-0"
      data-action={entry.action}
    >
      <p className="min-w-0 break-words">
        <strong className="font-medium">{entry.actor}</strong> {auditWords(entry.action)}
      </p>
      <time dateTime={entry.at} title={exactText(entry.at)} className="text-end text-xs text-muted tabular-nums">
        {dayText(entry.at)}, {clockText(entry.at)}
      </time>
      {details && <p className="col-span-full min-w-0 text-xs break-words text-muted">{details}</p>}
    </li>
  )
}
