import { HeartPulse, Plus } from 'lucide-react'
import { Link } from 'react-router'
import type { HeartbeatMonitor } from '../../server/heartbeats/schema.ts'
import { useHeartbeats } from '../api/heartbeats.ts'
import { Answer } from '../components/Answer.tsx'
import { ButtonLink } from '../components/Button.tsx'
import { EmptyState } from '../components/EmptyState.tsx'
import { LoadMore } from '../components/LoadMore.tsx'
import { Page } from '../components/Page.tsx'
import { TimeAgo } from '../components/TimeAgo.tsx'
import { HeartbeatMark } from './HeartbeatMark.tsx'
import { intervalText } from './interval.ts'

/** Things that must not fall silent. */
export function HeartbeatsPage() {
  const query = useHeartbeats()
  return (
    <Page
      title="Heartbeats"
      actions={
        <ButtonLink to="/heartbeats/new" tone="primary">
          <Plus className="size-4" aria-hidden />
          Add monitor
        </ButtonLink>
      }
    >
      <Answer query={query}>
        {({ pages }) => {
          const monitors = pages.flatMap((page) => page.rows)
          if (monitors.length === 0) return <NoMonitors />
          return (
            <>
              <ul aria-label="Heartbeat monitors" className="divide-y border-b bg-surface">
                {monitors.map((monitor) => (
                  <MonitorRow key={monitor.id} monitor={monitor} />
                ))}
              </ul>
              <LoadMore query={query} />
            </>
          )
        }}
      </Answer>
    </Page>
  )
}

function MonitorRow({ monitor }: { monitor: HeartbeatMonitor }) {
  return (
    <li
      data-state={monitor.state}
      className="relative grid min-h-row grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-0.5 px-4 py-2 hover:bg-hover has-[a:focus-visible]:bg-selected md:grid-cols-[8rem_minmax(0,1fr)_12rem_9rem] md:px-6"
    >
      <HeartbeatMark state={monitor.state} />
      <Link
        to={`/heartbeats/${monitor.id}`}
        className="col-span-full row-start-2 min-w-0 truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent md:col-span-1 md:col-start-2 md:row-start-1"
      >
        {monitor.name}
      </Link>
      <span className="hidden truncate text-sm text-muted md:block">{monitor.alertSource.name}</span>
      <span className="col-start-2 row-start-1 text-end text-sm text-muted md:col-start-4">
        {monitor.lastPingAt ? <TimeAgo at={monitor.lastPingAt} /> : `up to ${intervalText(monitor.intervalSec)}`}
      </span>
    </li>
  )
}

function NoMonitors() {
  return (
    <EmptyState
      icon={HeartPulse}
      title="Nothing is watched for silence"
      text="A monitor has an address that your backup or cron job calls when it is done. When a call does not come in time, an alert opens; the next call resolves it."
      action={
        <ButtonLink to="/heartbeats/new" tone="primary">
          Add monitor
        </ButtonLink>
      }
    />
  )
}
