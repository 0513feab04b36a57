import { RefreshCw } from 'lucide-react'
import { Link } from 'react-router'
import type { AlertSource } from '../../../server/alert-sources/schema.ts'
import type { Reconciliation } from '../../../server/reconciliation/schema.ts'
import { useReconcile, useReconciliation } from '../../api/fourme.ts'
import { sentenceOf } from '../../api/problem.ts'
import { Answer } from '../../components/Answer.tsx'
import { Button } from '../../components/Button.tsx'
import { Fact, Facts } from '../../components/Facts.tsx'
import { Notice } from '../../components/Notice.tsx'
import { Section } from '../../components/Page.tsx'
import { SkeletonPage } from '../../components/Skeleton.tsx'
import { TimeAgo } from '../../components/TimeAgo.tsx'
import { toast } from '../../components/toast-store.ts'
import { statusLabel } from './options.ts'
import { WriteBackList } from './WriteBackList.tsx'

/** Whether both sides say the same, and what was told to the other. */
export function ComparisonTab({ source }: { source: AlertSource }) {
  const query = useReconciliation(source.id)
  const compare = useReconcile(source.id)
  const run = (input: { dryRun?: boolean; includeBaseline?: boolean }) =>
    compare.mutate(input, {
      onSuccess: (result) => toast(result.failure ?? summaryOf(result, input.dryRun === true)),
      onError: (error) => toast(sentenceOf(error), 'danger'),
    })
  return (
    <Answer query={query} skeleton={<SkeletonPage />}>
      {(last) => {
        const shown = compare.data ?? last
        return (
          <div className="grid max-w-page grid-cols-1 gap-4 p-4 md:p-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
            <div className="grid min-w-0 content-start gap-4">
              <Section
                title="Comparison with 4me"
                hint="Finds what no webhook told: imports, lost deliveries, our own downtime."
              >
                <div className="grid gap-4">
                  {shown.failure && <Notice tone="caution">{shown.failure}</Notice>}
                  <Facts>
                    <Fact name="Last">{shown.at ? <TimeAgo at={shown.at} /> : 'Not yet'}</Fact>
                    <Fact name="Next">{shown.nextAt && <TimeAgo at={shown.nextAt} />}</Fact>
                    <Fact name="Open in 4me">{shown.at && String(shown.checked)}</Fact>
                  </Facts>
                  {!shown.isComplete && (
                    <Notice tone="info">
                      Not everything could be read: too many open records, or a kind the token may not see.
                    </Notice>
                  )}
                  <div className="flex flex-wrap gap-2">
                    <Button tone="primary" busy={compare.isPending} onClick={() => run({})}>
                      <RefreshCw className="size-4" aria-hidden />
                      {compare.isPending ? 'Comparing…' : 'Compare now'}
                    </Button>
                    <Button busy={compare.isPending} onClick={() => run({ dryRun: true })}>
                      Only show what differs
                    </Button>
                  </div>
                </div>
              </Section>
              <Differences result={shown} />
            </div>
            <div className="grid min-w-0 content-start gap-4">
              <WriteBackList source={source} />
              <Baseline result={shown} busy={compare.isPending} onInclude={() => run({ includeBaseline: true })} />
            </div>
          </div>
        )
      }}
    </Answer>
  )
}

function summaryOf(result: Reconciliation, isDryRun: boolean): string {
  const count = result.differences.length
  if (count === 0) return 'Both sides say the same.'
  const what = count === 1 ? '1 record differs' : `${count} records differ`
  return isDryRun ? `${what}.` : `${what}, and ${count === 1 ? 'is' : 'are'} put right.`
}

const KINDS = {
  UNKNOWN: 'Was not known here',
  REOPENED: 'Was opened again',
  STATUS: 'Has another status',
  OVER: 'Is over',
}

function Differences({ result }: { result: Reconciliation }) {
  return (
    <Section title="Differences">
      {result.differences.length === 0 ? (
        <p className="text-sm text-muted">
          {result.at ? 'None: both sides say the same.' : 'Nothing was compared yet.'}
        </p>
      ) : (
        <ul aria-label="Differences" className="grid divide-y">
          {result.differences.map((one) => (
            <li key={one.alertKey} className="grid gap-0.5 py-2 text-sm first:pt-0 last:pb-0">
              <span className="font-medium break-words">
                {one.alert ? <Link to={`/alerts/${one.alert.id}`}>{one.title}</Link> : one.title}
              </span>
              <span className="text-xs text-muted">
                {KINDS[one.kind]}
                {one.found && `: ${statusLabel(one.found).toLowerCase()} in 4me`}
                {one.action === 'SHOWN' ? '. Only shown.' : '. Put right.'}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

type BaselineProps = { result: Reconciliation; busy: boolean; onInclude: () => void }

function Baseline({ result, busy, onInclude }: BaselineProps) {
  if (result.baselineCount === 0) return null
  return (
    <Section
      title="From before the set-up"
      hint="Open in 4me when this source was connected: listed, never paged."
      aside={
        <Button size="sm" busy={busy} onClick={onInclude}>
          Open alerts for them
        </Button>
      }
    >
      <ul aria-label="From before the set-up" className="grid divide-y">
        {result.baseline.map((one) => (
          <li key={one.alertKey} className="flex items-baseline justify-between gap-3 py-1.5 text-sm">
            <span className="min-w-0 truncate">{one.title}</span>
            <span className="shrink-0 text-xs text-muted">
              {one.status && statusLabel(one.status)} · <TimeAgo at={one.createdAt} />
            </span>
          </li>
        ))}
      </ul>
      {result.baselineCount > result.baseline.length && (
        <p className="mt-2 text-xs text-muted">{result.baselineCount - result.baseline.length} more are not shown.</p>
      )}
    </Section>
  )
}
