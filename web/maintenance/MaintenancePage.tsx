import { CalendarClock, Plus } from 'lucide-react'
import { Link, useSearchParams } from 'react-router'
import type { MaintenanceWindow } from '../../server/maintenance/schema.ts'
import { useMaintenanceWindows } from '../api/maintenance.ts'
import { Answer } from '../components/Answer.tsx'
import { ButtonLink } from '../components/Button.tsx'
import { EmptyState } from '../components/EmptyState.tsx'
import { LoadMore } from '../components/LoadMore.tsx'
import { Page } from '../components/Page.tsx'
import { TabLinks } from '../components/TabLinks.tsx'
import { MaintenanceMark } from './MaintenanceMark.tsx'
import { droppedText, spanText } from './maintenance-words.ts'

/** Spans of time in which alerts are dropped: what runs, what comes, what was. */
export function MaintenancePage() {
  const [search] = useSearchParams()
  const isPast = search.get('view') === 'past'
  const query = useMaintenanceWindows(isPast ? 'CLOSED' : 'OPEN')
  return (
    <Page
      title="Maintenance"
      actions={
        <ButtonLink to="/maintenance/new" tone="primary">
          <Plus className="size-4" aria-hidden />
          Plan maintenance
        </ButtonLink>
      }
      tabs={
        <TabLinks
          label="Maintenance"
          tabs={[
            { to: '/maintenance', label: 'Now and next', current: !isPast },
            { to: '/maintenance?view=past', label: 'Past', current: isPast },
          ]}
        />
      }
    >
      <Answer query={query}>
        {({ pages }) => {
          const windows = pages.flat()
          if (windows.length === 0) return isPast ? <NothingPast /> : <NothingPlanned />
          return (
            <>
              <ul aria-label="Maintenance windows" className="divide-y border-b bg-surface">
                {windows.map((window) => (
                  <WindowRow key={window.id} window={window} />
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

function WindowRow({ window }: { window: MaintenanceWindow }) {
  return (
    <li className="relative grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-0.5 px-4 py-2.5 hover:bg-hover has-[a:focus-visible]:bg-selected md:grid-cols-[8rem_minmax(0,1fr)_auto] md:px-6">
      <MaintenanceMark status={window.status} />
      <div className="col-span-full row-start-2 min-w-0 md:col-span-1 md:col-start-2 md:row-start-1">
        <Link
          to={`/maintenance/${window.id}`}
          className="block truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {window.summary}
        </Link>
        <p className="truncate text-sm text-muted">{window.alertSources.map((source) => source.name).join(', ')}</p>
      </div>
      <div className="col-start-2 row-start-1 text-end text-sm md:col-start-3">
        <p className="whitespace-nowrap">{spanText(window)}</p>
        <p className="text-xs text-muted">{droppedText(window)}</p>
      </div>
    </li>
  )
}

function NothingPlanned() {
  return (
    <EmptyState
      icon={CalendarClock}
      title="No maintenance"
      text="While maintenance runs, alerts of the sources you choose are dropped, and the delivery log says so. What resolves an alert still counts."
    />
  )
}

function NothingPast() {
  return <EmptyState icon={CalendarClock} title="Nothing yet" text="Maintenance that is over stands here." />
}
