import { BellRing, SearchX } from 'lucide-react'
import { useCallback, useRef } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { useAlertSources } from '../api/alert-sources.ts'
import { useAlertCount } from '../api/alerts.ts'
import { ButtonLink } from '../components/Button.tsx'
import { EmptyState } from '../components/EmptyState.tsx'
import { Page } from '../components/Page.tsx'
import { SearchField } from '../components/SearchField.tsx'
import { Select } from '../components/Select.tsx'
import { TabLinks } from '../components/TabLinks.tsx'
import { useShortcuts } from '../components/useShortcuts.ts'
import { AlertList } from './AlertList.tsx'
import { type AlertListFilter, alertViews, filterAddress, questionOf, readFilter } from './alert-filter.ts'

/** Every alert that matches, live. */
export function AlertsPage() {
  const [search] = useSearchParams()
  const navigate = useNavigate()
  const filter = readFilter(search)
  const sources = useAlertSources().data ?? []
  const searchField = useRef<HTMLInputElement>(null)
  useShortcuts({ '/': () => searchField.current?.focus() })

  const change = useCallback(
    (changed: Partial<AlertListFilter>) =>
      navigate(`/alerts${filterAddress({ ...readFilter(search), ...changed })}`, { replace: true }),
    [navigate, search],
  )
  const changeQuery = useCallback((query: string) => change({ query }), [change])
  const isFiltered = filter.query !== '' || filter.source !== undefined

  return (
    <Page title="Alerts" tabs={<ViewTabs filter={filter} />}>
      <div className="flex flex-wrap items-center gap-2 border-b bg-surface px-4 py-2 md:px-6">
        <div className="min-w-40 flex-1 md:max-w-aside">
          <SearchField
            ref={searchField}
            label="Filter alerts"
            placeholder="Summary, details or key"
            value={filter.query}
            onChange={changeQuery}
          />
        </div>
        <div className="w-44">
          <Select
            compact
            aria-label="Alert source"
            value={filter.source ?? ''}
            onChange={(event) => change({ source: event.target.value === '' ? undefined : Number(event.target.value) })}
          >
            <option value="">All sources</option>
            {sources.map((source) => (
              <option key={source.id} value={source.id}>
                {source.name}
              </option>
            ))}
          </Select>
        </div>
      </div>
      <AlertList
        filter={questionOf(filter)}
        empty={isFiltered ? <NoMatch /> : <NoAlerts view={filter.view} hasSources={sources.length > 0} />}
      />
    </Page>
  )
}

function ViewTabs({ filter }: { filter: AlertListFilter }) {
  const base = { source: filter.source, query: filter.query || undefined }
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
