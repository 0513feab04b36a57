import { type InfiniteData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type * as z from 'zod'
import type { Alert, AlertCount, AlertStatus, LogEntry } from '../../server/alerts/schema.ts'
import type { Notification } from '../../server/notifications/schema.ts'
import type { Trace } from '../../server/trace/schema.ts'
import { call, queryString } from './client.ts'

const ALERTS_PER_PAGE = 50

export type AlertFilter = { states?: readonly AlertStatus[]; source?: number | undefined; query?: string | undefined }

const questions = (filter: AlertFilter) => ({ states: filter.states, sources: filter.source, query: filter.query })

/** The alerts that match, newest first, page by page. */
export function useAlerts(filter: AlertFilter) {
  return useInfiniteQuery({
    queryKey: ['alerts', 'list', filter],
    initialPageParam: 0,
    queryFn: ({ pageParam }) =>
      call<Alert[]>(
        'GET',
        `/alerts${queryString({ ...questions(filter), 'start-index': pageParam, 'max-results': ALERTS_PER_PAGE })}`,
      ),
    getNextPageParam: (last, pages) => (last.length < ALERTS_PER_PAGE ? undefined : pages.length * ALERTS_PER_PAGE),
    placeholderData: (previous) => previous,
  })
}

/** How many alerts match. */
export function useAlertCount(filter: AlertFilter) {
  return useQuery({
    queryKey: ['alerts', 'count', filter],
    queryFn: () => call<z.infer<typeof AlertCount>>('GET', `/alerts/count${queryString(questions(filter))}`),
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

/** Accept and resolve: the answer takes the alert's place everywhere it is shown. */
export function useAnswerAlert() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, verb, comment }: { id: number; verb: 'accept' | 'resolve'; comment?: string }) =>
      call<Alert>('PUT', `/alerts/${id}/${verb}`, comment ? { comment } : {}),
    onSuccess: (alert) => {
      client.setQueryData(['alerts', 'one', alert.id], alert)
      client.setQueriesData<InfiniteData<Alert[]>>(
        { queryKey: ['alerts', 'list'] },
        (data) => data && replaced(data, alert),
      )
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['alerts'] }),
  })
}

function replaced(data: InfiniteData<Alert[]>, alert: Alert): InfiniteData<Alert[]> {
  return { ...data, pages: data.pages.map((page) => page.map((one) => (one.id === alert.id ? alert : one))) }
}
