import type { AlertStatus } from '../../server/alerts/schema.ts'
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

export type AlertListFilter = { view: AlertView; source: number | undefined; query: string }

/** What the address asks for; anything strange is the default. */
export function readFilter(search: URLSearchParams): AlertListFilter {
  const view = alertViews.find((one) => one.view === search.get('view'))?.view ?? 'open'
  const source = Number(search.get('source'))
  return {
    view,
    source: Number.isSafeInteger(source) && source > 0 ? source : undefined,
    query: search.get('query') ?? '',
  }
}

/** The address of a filter; defaults are left out. */
export function filterAddress(filter: AlertListFilter): string {
  const search = new URLSearchParams()
  if (filter.view !== 'open') search.set('view', filter.view)
  if (filter.source !== undefined) search.set('source', String(filter.source))
  if (filter.query !== '') search.set('query', filter.query)
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

/** The same as the API asks it. */
export function questionOf(filter: AlertListFilter): AlertFilter {
  const states = alertViews.find((one) => one.view === filter.view)?.states ?? []
  return { states, source: filter.source, query: filter.query || undefined }
}
