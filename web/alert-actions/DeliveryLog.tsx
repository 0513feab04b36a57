import { Send } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'react-router'
import type { RunStatus } from '../../server/alert-actions/schema.ts'
import { type Action, type Run, useActionRuns, useSendRun } from '../api/alert-actions.ts'
import { sentenceOf } from '../api/problem.ts'
import { Answer } from '../components/Answer.tsx'
import { Button } from '../components/Button.tsx'
import { EmptyState } from '../components/EmptyState.tsx'
import { Field } from '../components/Field.tsx'
import { LoadMore } from '../components/LoadMore.tsx'
import { Mark } from '../components/Mark.tsx'
import { Notice } from '../components/Notice.tsx'
import { Select } from '../components/Select.tsx'
import { TimeAgo } from '../components/TimeAgo.tsx'
import { toast } from '../components/toast-store.ts'
import { runMarks, triggerText } from './action-words.ts'

const STATUSES: readonly { value: RunStatus; label: string }[] = [
  { value: 'SENT', label: 'Sent' },
  { value: 'SCHEDULED', label: 'Waiting' },
  { value: 'FAILED', label: 'Failed' },
  { value: 'SKIPPED', label: 'Left out' },
]

/** What an action sent, what waits, and what came of it. */
export function DeliveryLog({ action }: { action: Action }) {
  const [status, setStatus] = useState<RunStatus | null>(null)
  const query = useActionRuns(action.id, status)
  return (
    <div className="grid max-w-page gap-4 p-4 md:p-6">
      {action.pausedUntil && (
        <Notice tone="caution">
          Nothing gets through just now. The next try is <TimeAgo at={action.pausedUntil} />; nothing is lost meanwhile.
        </Notice>
      )}
      <div className="max-w-60">
        <Field label="Show">
          {(control) => (
            <Select
              {...control}
              value={status ?? ''}
              onChange={(event) => setStatus((event.target.value || null) as RunStatus | null)}
            >
              <option value="">Everything</option>
              {STATUSES.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <Answer query={query}>
        {({ pages }) => {
          const runs = pages.flat()
          if (runs.length === 0) {
            return (
              <EmptyState
                icon={Send}
                title="Nothing here"
                text={status ? 'No message of this kind.' : 'What it sends stands here, with every try.'}
              />
            )
          }
          return (
            <>
              <RunList label="Delivery log" runs={runs} of="action" />
              <LoadMore query={query} />
            </>
          )
        }}
      </Answer>
    </div>
  )
}

type ListProps = { label: string; runs: readonly Run[]; of: 'action' | 'alert' }

/** Messages of alert actions, each with what can be done about it. */
export function RunList({ label, runs, of }: ListProps) {
  return (
    <ul aria-label={label} className={of === 'action' ? 'divide-y rounded-xl border bg-surface' : 'grid divide-y'}>
      {runs.map((run) => (
        <li
          key={run.id}
          data-run={run.status}
          className={`grid gap-1 text-sm ${of === 'action' ? 'px-4 py-3 md:px-5' : 'py-2 first:pt-0 last:pb-0'}`}
        >
          <RunLine run={run} of={of} />
        </li>
      ))}
    </ul>
  )
}

function RunLine({ run, of }: { run: Run; of: 'action' | 'alert' }) {
  const [isOpen, setOpen] = useState(false)
  const send = useSendRun()
  const press = (how: 'retry' | 'resend') =>
    send.mutate(
      { id: run.id, how },
      {
        onSuccess: () => toast(how === 'retry' ? 'It is tried now.' : 'It is sent once more.'),
        onError: (error) => toast(sentenceOf(error), 'danger'),
      },
    )
  const to = of === 'action' ? `/alerts/${run.alert.id}` : `/alert-actions/${run.alertAction.id}/log`
  return (
    <>
      <div className="flex items-center justify-between gap-3">
        <Link to={to} className="min-w-0 truncate font-medium hover:underline">
          {of === 'action' ? `${run.alert.id} · ${run.alert.summary}` : run.alertAction.name}
        </Link>
        <Mark {...runMarks[run.status]} />
      </div>
      <p className="flex flex-wrap gap-x-2 text-xs text-muted">
        <span>{triggerText(run.triggerType)}</span>
        <TimeAgo at={run.finishedAt ?? run.triggeredAt} />
        {run.httpStatus !== null && <span>HTTP {run.httpStatus}</span>}
        {run.attempts > 1 && <span>{run.attempts} attempts</span>}
        {run.resendOf && <span>sent once more</span>}
        {run.nextAttemptAt && (
          <span>
            next try <TimeAgo at={run.nextAttemptAt} />
          </span>
        )}
      </p>
      {run.reason && (
        <p className={`text-xs break-words ${run.status === 'FAILED' ? 'text-danger' : 'text-muted'}`}>{run.reason}</p>
      )}
      <div className="flex flex-wrap gap-2 empty:hidden">
        {run.mayRetry && (
          <Button size="sm" busy={send.isPending} onClick={() => press('retry')}>
            Retry now
          </Button>
        )}
        {run.mayResend && of === 'action' && (
          <Button size="sm" busy={send.isPending} onClick={() => press('resend')}>
            Send again
          </Button>
        )}
        {run.message && of === 'action' && (
          <Button size="sm" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? 'Hide message' : 'Show message'}
          </Button>
        )}
      </div>
      {isOpen && run.message && (
        <pre className="max-h-72 overflow-auto rounded-lg border bg-sunken p-3 font-mono text-xs break-all whitespace-pre-wrap">
          {run.message.body ?? `${run.message.title}\n${run.message.text}`}
        </pre>
      )}
    </>
  )
}
