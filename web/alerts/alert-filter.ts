import type { AlertStatus, Priority } from '../../server/alerts/schema.ts'
import type { AlertFilter } from '../api/alerts.ts'

export type AlertView = 'open' | 'pending' | 'accepted' | 'resolved' | 'all'

/** The tabs of the alert list, in order. */
export const alertViews: readonly { view: AlertView; label: string; states: readonly AlertStatus[] }[] = [
  { view: 'open', label: 'Open', states: ['PENDING', 'ACCEPTED'] },
  { view: 'pending', label: 'Pending', states: ['PENDING'] },
  { view: 'accepted', label: 'Accepted', states: ['ACCEPTED'] },
  { view: 'resolved', label: 'Resolved', states: ['RESOLVED'] },
  { view: 'all', label: 'All', states: [] },
]

/** How far back a list goes. */
export const spans: readonly { span: string; label: string; hours: number }[] = [
  { span: '1h', label: 'Last hour', hours: 1 },
  { span: '24h', label: 'Last 24 hours', hours: 24 },
  { span: '7d', label: 'Last 7 days', hours: 7 * 24 },
  { span: '30d', label: 'Last 30 days', hours: 30 * 24 },
]

export type AlertListFilter = {
  view: AlertView
  source: number | undefined
  policy: number | undefined
  team: number | undefined
  priority: Priority | undefined
  /** One of the spans; undefined: from the beginning. */
  since: string | undefined
  query: string
}

/** What the address asks for; anything strange is the default. */
export function readFilter(search: URLSearchParams): AlertListFilter {
  const priority = search.get('priority')
  return {
    view: alertViews.find((one) => one.view === search.get('view'))?.view ?? 'open',
    source: idOf(search.get('source')),
    policy: idOf(search.get('policy')),
    team: idOf(search.get('team')),
    priority: priority === 'HIGH' || priority === 'LOW' ? priority : undefined,
    since: spans.find((one) => one.span === search.get('since'))?.span,
    query: search.get('query') ?? '',
  }
}

function idOf(text: string | null): number | undefined {
  const id = Number(text)
  return Number.isSafeInteger(id) && id > 0 ? id : undefined
}

/** The address of a filter; defaults are left out. */
export function filterAddress(filter: AlertListFilter): string {
  const search = new URLSearchParams()
  if (filter.view !== 'open') search.set('view', filter.view)
  for (const name of ['source', 'policy', 'team', 'priority', 'since', 'query'] as const) {
    const value = filter[name]
    if (value !== undefined && value !== '') search.set(name, String(value))
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

/** How many filters are set besides the tab. */
export function filterCount(filter: AlertListFilter): number {
  const { source, policy, team, priority, since } = filter
  return [source, policy, team, priority, since].filter((value) => value !== undefined).length
}

/** The same as the API asks it. */
export function questionOf(filter: AlertListFilter): AlertFilter {
  const { source, policy, team, priority } = filter
  return {
    states: alertViews.find((one) => one.view === filter.view)?.states ?? [],
    source,
    policy,
    team,
    priority,
    hours: spans.find((one) => one.span === filter.since)?.hours,
    query: filter.query || undefined,
    // What is merged is answered with the alert it is in, and stands on its page.
    withoutMerged: filter.view !== 'all' && filter.query === '' ? true : undefined,
  }
}
