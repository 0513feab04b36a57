import { cva } from 'class-variance-authority'
import { memo } from 'react'
import { Link } from 'react-router'
import type { Alert } from '../../server/alerts/schema.ts'
import { AlertStatusMark } from '../components/AlertStatusMark.tsx'
import { Badge } from '../components/Badge.tsx'
import { Button } from '../components/Button.tsx'
import { nameOf } from '../components/person-name.ts'
import { TimeAgo } from '../components/TimeAgo.tsx'
import { askedNow, namesText } from './asked.ts'

const row = cva(
  'relative grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 border-s-2 px-3.5 py-2.5 hover:bg-hover has-[a:focus-visible]:bg-selected md:px-5.5 lg:grid-cols-[8rem_minmax(0,1fr)_auto] lg:py-2 xl:grid-cols-[8rem_minmax(0,1fr)_9rem_12rem_5.5rem_9.5rem]',
  {
    variants: {
      isSelected: { true: 'bg-selected hover:bg-selected', false: '' },
      status: { PENDING: 'border-s-danger', ACCEPTED: 'border-s-caution', RESOLVED: 'border-s-transparent' },
    },
  },
)

type Props = {
  alert: Alert
  busy: boolean
  isSelected: boolean
  onSelect: (id: number) => void
  onAccept: (alert: Alert) => void
  onResolve: (alert: Alert) => void
}

/** One alert: what it is, who has it, and the two answers. Drawn again only when something about it changed. */
export const AlertRow = memo(function AlertRow({ alert, busy, isSelected, onSelect, onAccept, onResolve }: Props) {
  return (
    <div className={row({ status: alert.status, isSelected })}>
      <span className="flex items-center gap-3">
        <input
          type="checkbox"
          aria-label={`Choose ${alert.summary}`}
          checked={isSelected}
          onChange={() => onSelect(alert.id)}
          className="relative z-10 size-4 before:absolute before:-inset-2.5"
        />
        <AlertStatusMark status={alert.status} />
      </span>
      <div className="col-span-full row-start-2 grid min-w-0 gap-0.5 lg:col-span-1 lg:col-start-2 lg:row-start-1">
        <Link
          data-row
          to={`/alerts/${alert.id}`}
          className="line-clamp-2 font-medium break-words outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent xl:line-clamp-1"
        >
          {alert.summary}
        </Link>
        <Traits alert={alert} />
      </div>
      <p className="hidden truncate text-sm text-muted xl:block" title="Alert source">
        {alert.alertSource.name}
      </p>
      <p className="col-span-full row-start-3 truncate text-sm text-muted empty:hidden lg:col-span-1 lg:col-start-2 lg:row-start-2 xl:col-start-4 xl:row-start-1">
        {holderText(alert)}
      </p>
      <div className="relative z-10 col-start-2 row-start-1 flex items-center justify-end gap-3 lg:col-start-3 xl:contents">
        <span className="text-end text-xs text-muted xl:text-sm">
          <TimeAgo at={alert.reportTime} />
        </span>
        <span className="relative z-10 flex justify-end gap-2">
          {alert.status === 'PENDING' && (
            <Button size="sm" tone="primary" busy={busy} onClick={() => onAccept(alert)}>
              Accept<span className="sr-only"> {alert.summary}</span>
            </Button>
          )}
          {alert.status !== 'RESOLVED' && (
            <span className="hidden md:contents">
              <Button size="sm" busy={busy} onClick={() => onResolve(alert)}>
                Resolve<span className="sr-only"> {alert.summary}</span>
              </Button>
            </span>
          )}
        </span>
      </div>
    </div>
  )
})

/** Priority, impact, requester: enough to decide whether to open it. */
function Traits({ alert }: { alert: Alert }) {
  const { impact, requester } = alert.labels
  const isLoud = alert.priority === 'HIGH' && alert.status === 'PENDING'
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted xl:flex-nowrap">
      <Badge tone={isLoud ? 'danger' : 'plain'}>{alert.priority === 'HIGH' ? 'High' : 'Low'}</Badge>
      {alert.eventCount > 1 && <Badge>{`${alert.eventCount} events`}</Badge>}
      {alert.mergeState === 'MAIN' && <Badge>Stands for others</Badge>}
      {alert.mergedIntoId && <Badge>{`In alert ${alert.mergedIntoId}`}</Badge>}
      {impact && <Trait name="Impact">{`Impact: ${impact}`}</Trait>}
      {requester && <Trait name="Requester">{requester}</Trait>}
      <span className="truncate xl:hidden">{alert.alertSource.name}</span>
    </div>
  )
}

function Trait({ name, children }: { name: string; children: string }) {
  return (
    <span className="max-w-full truncate" title={name}>
      {children}
    </span>
  )
}

/** Who has it: who answered, else who is asked, else nobody. */
function holderText(alert: Alert) {
  if (alert.status === 'RESOLVED') return alert.resolvedBy ? `by ${nameOf(alert.resolvedBy)}` : 'by its source'
  if (alert.unattendedSince) return <strong className="font-semibold text-danger">Nobody answered</strong>
  if (alert.assignedTo) return nameOf(alert.assignedTo)
  if (alert.status === 'ACCEPTED') return alert.acknowledgedBy ? nameOf(alert.acknowledgedBy) : 'by its source'
  const asked = askedNow(alert.escalation?.asked ?? [])
  return asked.length > 0 ? `Asking ${namesText(asked.map((one) => one.user))}` : ''
}
