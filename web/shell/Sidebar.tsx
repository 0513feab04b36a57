import { ExternalLink } from 'lucide-react'
import { NavLink } from 'react-router'
import { useAlertCount } from '../api/alerts.ts'
import { useOwnRequests } from '../api/duties.ts'
import { useExternalValue } from '../api/external-value.ts'
import { reachable } from '../api/reachability.ts'
import { useSession, useSystemStatus } from '../api/session.ts'
import { Bell } from './Bell.tsx'
import { places } from './navigation.ts'

/** The ways, at the side of a wide screen. */
export function Sidebar() {
  const status = useSystemStatus(useExternalValue(reachable)).data
  return (
    <aside className="sticky top-0 row-span-full hidden h-dvh flex-col border-e bg-canvas md:flex">
      <div className="flex h-bar items-center gap-2.5 px-4">
        <Bell />
        <span className="text-base font-semibold">Tocsin</span>
      </div>
      <nav aria-label="Main" className="grid gap-0.5 px-2 py-2">
        {places.map((place) => (
          <NavLink
            key={place.to}
            to={place.to}
            className="flex h-8 items-center gap-2.5 rounded-md px-2 text-sm font-medium text-muted hover:bg-hover hover:text-text aria-[current=page]:bg-selected aria-[current=page]:text-text"
          >
            <place.icon className="size-4" aria-hidden />
            <span className="flex-1">{place.label}</span>
            {place.to === '/alerts' && <PendingCount />}
            {place.to === '/my-on-call' && <AskedCount />}
          </NavLink>
        ))}
      </nav>
      <div className="mt-auto grid gap-1 px-2 pb-3">
        <DemoLinks sandboxUrl={status?.sandboxUrl} inboxUrl={status?.inboxUrl} />
        {status && <p className="px-2 pt-2 text-xs text-faint">Version {status.version}</p>}
      </div>
    </aside>
  )
}

/** How many alerts wait for an answer. */
function PendingCount() {
  const count = useAlertCount({ states: ['PENDING'] }).data ?? 0
  if (count === 0) return null
  return (
    <span className="rounded-sm bg-danger-soft px-1.5 text-xs font-semibold text-danger tabular-nums">
      {count}
      <span className="sr-only"> pending</span>
    </span>
  )
}

/** How many colleagues wait for an answer about a shift. */
function AskedCount() {
  const me = useSession().data?.user
  const requests = useOwnRequests(Boolean(me)).data ?? []
  const count = requests.filter((one) => one.state === 'PENDING' && one.user.id === me?.id).length
  if (count === 0) return null
  return (
    <span className="rounded-sm bg-accent-soft px-1.5 text-xs font-semibold text-accent tabular-nums">
      {count}
      <span className="sr-only"> {count === 1 ? 'request' : 'requests'} to you</span>
    </span>
  )
}

type DemoProps = { sandboxUrl: string | null | undefined; inboxUrl: string | null | undefined }

/** The demo's pretend outside world. */
export function DemoLinks({ sandboxUrl, inboxUrl }: DemoProps) {
  if (!sandboxUrl && !inboxUrl) return null
  return (
    <nav aria-label="Demo" className="grid gap-0.5">
      <p className="px-2 pb-1 text-xs text-faint">Demo</p>
      {sandboxUrl && <OutLink href={sandboxUrl} label="4me sandbox" />}
      {inboxUrl && <OutLink href={inboxUrl} label="Message inbox" />}
    </nav>
  )
}

function OutLink({ href, label }: { href: string; label: string }) {
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      className="flex h-8 items-center gap-2.5 rounded-md px-2 text-sm font-medium text-muted hover:bg-hover hover:text-text"
    >
      <ExternalLink className="size-4" aria-hidden />
      {label}
    </a>
  )
}
