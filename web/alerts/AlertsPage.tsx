import { BellRing, Plus, SearchX } from 'lucide-react'
import { useCallback, useRef, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { useAlertSources } from '../api/alert-sources.ts'
import { useAlertCount } from '../api/alerts.ts'
import { useTeamContext } from '../api/team-context.ts'
import { Button, ButtonLink } from '../components/Button.tsx'
import { EmptyState } from '../components/EmptyState.tsx'
import { Page } from '../components/Page.tsx'
import { TabLinks } from '../components/TabLinks.tsx'
import { useShortcuts } from '../components/useShortcuts.ts'
import { NothingOfTeams } from '../shell/NothingOfTeams.tsx'
import { AlertList } from './AlertList.tsx'
import { type AlertListFilter, alertViews, filterAddress, filterCount, questionOf, readFilter } from './alert-filter.ts'
import { CreateAlertDialog } from './CreateAlertDialog.tsx'
import { FilterBar } from './FilterBar.tsx'
import { SavedViews } from './SavedViews.tsx'

/** Every alert that matches, live. */
export function AlertsPage() {
  const [search] = useSearchParams()
  const navigate = useNavigate()
  const [creating, setCreating] = useState(false)
  const filter = readFilter(search)
  const teamContext = useTeamContext()
  const sources = useAlertSources().data ?? []
  const searchField = useRef<HTMLInputElement>(null)
  useShortcuts({ '/': () => searchField.current?.focus(), c: () => setCreating(true) })

  const change = useCallback(
    (changed: Partial<AlertListFilter>) =>
      navigate(`/alerts${filterAddress({ ...readFilter(search), ...changed })}`, { replace: true }),
    [navigate, search],
  )
  const isFiltered = filter.query !== '' || filterCount(filter) > 0

  return (
    <Page
      title="Alerts"
      actions={
        <>
          <SavedViews filter={filter} />
          <Button onClick={() => setCreating(true)}>
            <Plus className="size-4" aria-hidden />
            Create alert
          </Button>
        </>
      }
      tabs={<ViewTabs filter={filter} />}
    >
      <FilterBar filter={filter} onChange={change} searchField={searchField} />
      <AlertList
        filter={{ ...questionOf(filter), teamContext }}
        empty={
          isFiltered ? (
            <NoMatch />
          ) : teamContext !== 0 ? (
            <NothingOfTeams />
          ) : (
            <NoAlerts view={filter.view} hasSources={sources.length > 0} />
          )
        }
      />
      <CreateAlertDialog open={creating} onClose={() => setCreating(false)} />
    </Page>
  )
}

function ViewTabs({ filter }: { filter: AlertListFilter }) {
  const base = { ...questionOf({ ...filter, view: 'open' }), teamContext: useTeamContext() }
  const pending = useAlertCount({ ...base, states: ['PENDING'] }).data
  const accepted = useAlertCount({ ...base, states: ['ACCEPTED'] }).data
  const open = pending === undefined || accepted === undefined ? undefined : pending + accepted
  const counts: Record<string, number | undefined> = { open, pending, accepted }
  return (
    <TabLinks
      label="Alert status"
      tabs={alertViews.map(({ view, label }) => ({
        label,
        to: `/alerts${filterAddress({ ...filter, view })}`,
        count: counts[view],
        current: view === filter.view,
      }))}
    />
  )
}

function NoMatch() {
  return (
    <EmptyState
      icon={SearchX}
      title="No alert matches"
      text="Try other words, another source, or look at all alerts."
      action={<ButtonLink to="/alerts?view=all">Show all alerts</ButtonLink>}
    />
  )
}

function NoAlerts({ view, hasSources }: { view: string; hasSources: boolean }) {
  if (!hasSources) {
    return (
      <EmptyState
        icon={BellRing}
        title="Nothing can ring yet"
        text="Connect a first alert source, for example your 4me account. Its alerts appear here the second they arrive."
        action={
          <ButtonLink to="/alert-sources/new" tone="primary">
            Create new alert source
          </ButtonLink>
        }
      />
    )
  }
  return (
    <EmptyState
      icon={BellRing}
      title={view === 'open' || view === 'pending' ? 'All quiet' : 'Nothing here'}
      text="New alerts appear here the second they arrive; there is no need to reload."
    />
  )
}
