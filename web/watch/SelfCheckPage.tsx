import { Link } from 'react-router'
import type { Finding, SelfCheck } from '../../server/watch/schema.ts'
import { sentenceOf } from '../api/problem.ts'
import { useDismissFindings, useSelfCheck } from '../api/watch.ts'
import { Answer } from '../components/Answer.tsx'
import { Badge } from '../components/Badge.tsx'
import { Button } from '../components/Button.tsx'
import { Mark } from '../components/Mark.tsx'
import { Notice } from '../components/Notice.tsx'
import { Page, Section } from '../components/Page.tsx'
import { TimeAgo } from '../components/TimeAgo.tsx'
import { toast } from '../components/toast-store.ts'

/** Whether this installation is well, whether anybody would hear if it were not, and what was put right. */
export function SelfCheckPage() {
  const query = useSelfCheck()
  return (
    <Page title="Self-check">
      <div className="grid max-w-page grid-cols-1 gap-4 p-4 md:p-6">
        <Answer query={query}>
          {(check) => (
            <>
              <Checks check={check} />
              <Heartbeat heartbeat={check.heartbeat} />
              <Findings findings={check.findings} />
            </>
          )}
        </Answer>
      </div>
    </Page>
  )
}

function Checks({ check }: { check: SelfCheck }) {
  return (
    <Section title="This installation">
      {check.checks.length === 0 ? (
        <p className="text-sm text-muted">The first look is being taken.</p>
      ) : (
        <ul aria-label="Checks" className="grid divide-y">
          {check.checks.map((one) => (
            <li
              key={one.code}
              data-check={one.code}
              data-ok={one.ok}
              className="grid grid-cols-[auto_minmax(0,1fr)] items-start gap-x-2.5 py-2 text-sm first:pt-0 last:pb-0 sm:grid-cols-[auto_8rem_minmax(0,1fr)]"
            >
              <span className="mt-0.5">
                <Mark
                  shape={one.ok ? 'check' : 'cross'}
                  tone={one.ok ? 'good' : 'danger'}
                  word={one.ok ? 'Well' : 'Not well'}
                  wordless
                />
              </span>
              <span className="font-medium">{one.label}</span>
              <span className="col-start-2 break-words text-muted sm:col-start-3">{one.text}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function Heartbeat({ heartbeat }: { heartbeat: SelfCheck['heartbeat'] }) {
  return (
    <Section
      title="Heartbeat"
      hint="A watcher elsewhere rings when Tocsin goes silent: the only way to hear of an installation that is down."
      aside={
        heartbeat.hasWatcher ? (
          <Badge tone={heartbeat.isBeating ? 'good' : 'danger'}>{heartbeat.isBeating ? 'Beats' : 'Silent'}</Badge>
        ) : (
          <Badge tone="caution">Not set</Badge>
        )
      }
    >
      <p className="text-sm">{heartbeat.text}</p>
    </Section>
  )
}

function Findings({ findings }: { findings: readonly Finding[] }) {
  const dismiss = useDismissFindings()
  const unseen = findings.filter((one) => one.dismissedAt === null).length
  return (
    <Section
      title="Auditor"
      hint="Every open alert is compared with what was decided about it. What does not agree is put right and listed here."
      aside={
        unseen > 0 && (
          <Button
            busy={dismiss.isPending}
            onClick={() => dismiss.mutate(undefined, { onSuccess: () => toast('The findings are marked as seen.') })}
          >
            Mark as seen
          </Button>
        )
      }
    >
      {dismiss.error && <Notice tone="danger">{sentenceOf(dismiss.error)}</Notice>}
      {findings.length === 0 ? (
        <p className="text-sm text-muted">Nothing was ever found.</p>
      ) : (
        <ul aria-label="Findings" className="grid divide-y">
          {findings.map((one) => (
            <li key={one.id} className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 py-2 text-sm first:pt-0 last:pb-0">
              <p className="break-words">
                {one.text}{' '}
                <Link
                  to={`/alerts/${one.alert.id}/trace`}
                  className="whitespace-nowrap text-accent underline underline-offset-2"
                >
                  Alert {one.alert.id}
                </Link>
              </p>
              <span className="flex items-start gap-2 text-xs text-muted">
                {one.dismissedAt === null && <Badge tone="danger">New</Badge>}
                <TimeAgo at={one.at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
