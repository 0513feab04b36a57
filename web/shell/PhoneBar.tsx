import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { NavLink } from 'react-router'
import { useExternalValue } from '../api/external-value.ts'
import { reachable } from '../api/reachability.ts'
import { useSystemStatus } from '../api/session.ts'
import { Dialog } from '../components/Dialog.tsx'
import { places } from './navigation.ts'
import { DemoLinks } from './Sidebar.tsx'
import { TeamSwitch } from './TeamSwitch.tsx'

const ITEM =
  'grid justify-items-center gap-0.5 pt-2 pb-1.5 text-xs text-muted aria-[current=page]:font-medium aria-[current=page]:text-accent'
const SHORT: Record<string, string> = {
  'Alert sources': 'Sources',
  'Escalation policies': 'Policies',
  'On-call schedules': 'On-call',
}

/** The ways, under the thumb. */
export function PhoneBar() {
  const [more, setMore] = useState(false)
  const status = useSystemStatus(useExternalValue(reachable)).data
  return (
    <nav
      aria-label="Main"
      className="sticky bottom-0 z-30 grid grid-cols-5 border-t bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {places
        .filter((place) => place.onPhone)
        .map((place) => (
          <NavLink key={place.to} to={place.to} className={ITEM}>
            <place.icon className="size-5" aria-hidden />
            {SHORT[place.label] ?? place.label}
          </NavLink>
        ))}
      <button type="button" className={ITEM} onClick={() => setMore(true)}>
        <Ellipsis className="size-5" aria-hidden />
        More
      </button>
      <Dialog kind="sheet" open={more} onClose={() => setMore(false)} title="More">
        <div className="grid gap-4 pb-2">
          <TeamSwitch />
          <div className="grid gap-0.5">
            {places
              .filter((place) => !place.onPhone)
              .map((place) => (
                <NavLink
                  key={place.to}
                  to={place.to}
                  onClick={() => setMore(false)}
                  className="flex h-11 items-center gap-3 rounded-md px-2 text-base font-medium aria-[current=page]:bg-selected"
                >
                  <place.icon className="size-5 text-muted" aria-hidden />
                  {place.label}
                </NavLink>
              ))}
          </div>
          <DemoLinks sandboxUrl={status?.sandboxUrl} inboxUrl={status?.inboxUrl} />
        </div>
      </Dialog>
    </nav>
  )
}
