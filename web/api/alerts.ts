import {
  type InfiniteData,
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import type * as z from 'zod'
import type { Alert, AlertCount, AlertReference, AlertStatus, LogEntry, Priority } from '../../server/alerts/schema.ts'
import type { Notification } from '../../server/notifications/schema.ts'
import type { Trace } from '../../server/trace/schema.ts'
import { nowMs } from '../components/useNow.ts'
import { call, callInContext, callPage, queryString } from './client.ts'

const ALERTS_PER_PAGE = 100

export type AlertFilter = {
  states?: readonly AlertStatus[] | undefined
  source?: number | undefined
  policy?: number | undefined
  team?: number | undefined
  priority?: Priority | undefined
  query?: string | undefined
  /** Only alerts of the last so many hours. */
  hours?: number | undefined
  /** Only what these teams own; 0: everything. */
  teamContext?: number
  /** True: alerts that are merged into another are left out. */
  withoutMerged?: boolean | undefined
}

export type AlertPage = { rows: Alert[]; next: string | null }

const HOUR_MS = 3_600_000

const questions = (filter: AlertFilter) => ({
  states: filter.states,
  sources: filter.source,
  policies: filter.policy,
  teams: filter.team,
  priority: filter.priority,
  query: filter.query,
  from: filter.hours === undefined ? undefined : new Date(nowMs() - filter.hours * HOUR_MS).toISOString(),
  merged: filter.withoutMerged ? 'false' : undefined,
})

/** A page of the alerts that match. */
export function readAlerts(filter: AlertFilter, cursor: string | undefined): Promise<AlertPage> {
  return callPage<Alert>(
    `/alerts${queryString({ ...questions(filter), cursor, 'max-results': ALERTS_PER_PAGE })}`,
    filter.teamContext,
  )
}

/** The alerts that match, newest first, page by page. */
export function useAlerts(filter: AlertFilter) {
  return useInfiniteQuery({
    queryKey: ['alerts', 'list', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => readAlerts(filter, pageParam),
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: (previous) => previous,
  })
}

/** How many alerts match. */
export function useAlertCount(filter: AlertFilter) {
  return useQuery({
    queryKey: ['alerts', 'count', filter],
    queryFn: () =>
      callInContext<z.infer<typeof AlertCount>>(`/alerts/count${queryString(questions(filter))}`, filter.teamContext),
    select: (answer) => answer.count,
  })
}

/** One alert. */
export function useAlert(id: number) {
  return useQuery({ queryKey: ['alerts', 'one', id], queryFn: () => call<Alert>('GET', `/alerts/${id}`) })
}

/** The payload that opened an alert; asked for only when it is looked at. */
export function useAlertPayload(id: number, wanted: boolean) {
  return useQuery({
    queryKey: ['alerts', 'payload', id],
    enabled: wanted,
    queryFn: () => call<Alert>('GET', `/alerts/${id}?include=customDetails`),
    select: (alert) => alert.customDetails,
  })
}

/** An alert's story, oldest first. */
export function useTimeline(id: number) {
  return useQuery({
    queryKey: ['alerts', 'timeline', id],
    queryFn: () => call<z.infer<typeof LogEntry>[]>('GET', `/alerts/${id}/log-entries?include=vars`),
  })
}

/** Why everything about an alert happened, oldest first. */
export function useTrace(id: number) {
  return useQuery({
    queryKey: ['alerts', 'trace', id],
    queryFn: () => call<Trace>('GET', `/alerts/${id}/trace`),
    select: (trace) => trace.steps,
  })
}

/** Who was told of an alert, and how that went. */
export function useAlertNotifications(id: number) {
  return useQuery({
    queryKey: ['alerts', 'notifications', id],
    queryFn: () => call<Notification[]>('GET', `/alerts/${id}/notifications`),
  })
}

/** Other alerts of the same source that look like this one. */
export function useSimilarAlerts(id: number) {
  return useQuery({
    queryKey: ['alerts', 'similar', id],
    queryFn: () => call<AlertReference[]>('GET', `/alerts/${id}/similar`),
  })
}

/** The levels an alert can be escalated to; asked for only when somebody chooses. */
export function useAlertLevels(id: number, wanted: boolean) {
  return useQuery({
    queryKey: ['alerts', 'levels', id],
    enabled: wanted,
    queryFn: () => call<Alert>('GET', `/alerts/${id}?include=escalationRules`),
    select: (alert) => alert.escalationRules ?? [],
  })
}

/** Accept and resolve: the answer takes the alert's place everywhere it is shown. */
export function useAnswerAlert() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, verb, comment }: { id: number; verb: 'accept' | 'resolve'; comment?: string }) =>
      call<Alert>('PUT', `/alerts/${id}/${verb}`, comment ? { comment } : {}),
    onSuccess: (alert) => placeAlert(client, alert),
    onSettled: () => refreshAlerts(client),
  })
}

/** Puts an alert as it is now wherever it is shown. */
export function placeAlert(client: QueryClient, alert: Alert): void {
  client.setQueryData(['alerts', 'one', alert.id], alert)
  client.setQueriesData<InfiniteData<AlertPage>>(
    { queryKey: ['alerts', 'list'] },
    (data) => data && replaced(data, alert),
  )
}

function replaced(data: InfiniteData<AlertPage>, alert: Alert): InfiniteData<AlertPage> {
  const place = (one: Alert) => (one.id === alert.id ? alert : one)
  return { ...data, pages: data.pages.map((page) => ({ ...page, rows: page.rows.map(place) })) }
}

/** Lists longer than this are not read again as a whole: their first page is, and what changed further down is put in its place. */
const PAGES_READ_AGAIN_MAX = 4

/** Reads the lists again. */
export async function refreshLists(client: QueryClient): Promise<void> {
  const lists = client.getQueryCache().findAll({ queryKey: ['alerts', 'list'] })
  for (const list of lists) {
    const data = list.state.data as InfiniteData<AlertPage> | undefined
    if (!data || data.pages.length <= PAGES_READ_AGAIN_MAX) {
      await client.invalidateQueries({ queryKey: list.queryKey, exact: true })
      continue
    }
    const filter = list.queryKey[2] as AlertFilter
    const first = await readAlerts(filter, undefined).catch(() => null)
    if (first) client.setQueryData<InfiniteData<AlertPage>>(list.queryKey, (old) => old && withFirst(old, first))
  }
}

/** True when an alert stands in a part of a list that is not read again as a whole. */
export function isFarDown(client: QueryClient, id: number): boolean {
  return client
    .getQueriesData<InfiniteData<AlertPage>>({ queryKey: ['alerts', 'list'] })
    .some(([, data]) => data?.pages.slice(1).some((page) => page.rows.some((alert) => alert.id === id)) ?? false)
}

/** A list with its first page read anew: what moved on from it to the next is kept once. */
export function withFirst(data: InfiniteData<AlertPage>, first: AlertPage): InfiniteData<AlertPage> {
  const shown = new Set(first.rows.map((alert) => alert.id))
  const last = first.rows.at(-1)
  const older = data.pages
    .flatMap((page) => page.rows)
    .filter((alert) => !shown.has(alert.id) && last !== undefined && isOlder(alert, last))
  const end = data.pages.at(-1)?.next ?? null
  return {
    pages: [first, { rows: older, next: end }],
    pageParams: [undefined, first.next],
  }
}

function isOlder(alert: Alert, than: Alert): boolean {
  return alert.reportTime < than.reportTime || (alert.reportTime === than.reportTime && alert.id < than.id)
}

/** Reads everything about alerts again that is shown. */
export async function refreshAlerts(client: QueryClient): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: ['alerts'], predicate: (query) => query.queryKey[1] !== 'list' }),
    refreshLists(client),
  ])
}
