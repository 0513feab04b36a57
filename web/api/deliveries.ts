import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import type * as z from 'zod'
import type { Delivery, DeliveryDetails, DeliveryOutcome, DryRun } from '../../server/intake/schema.ts'
import { call, queryString } from './client.ts'

const DELIVERIES_PER_PAGE = 50

export type DeliveryFilter = {
  source?: number | undefined
  alert?: number | undefined
  outcome?: DeliveryOutcome | undefined
  query?: string | undefined
  from?: string | undefined
}

/** What arrived, newest first, page by page. */
export function useDeliveries(filter: DeliveryFilter) {
  return useInfiniteQuery({
    queryKey: ['deliveries', 'list', filter],
    initialPageParam: 0,
    queryFn: ({ pageParam }) =>
      call<Delivery[]>(
        'GET',
        `/deliveries${queryString({
          'alert-source': filter.source,
          alert: filter.alert,
          outcome: filter.outcome,
          query: filter.query,
          from: filter.from,
          'start-index': pageParam,
          'max-results': DELIVERIES_PER_PAGE,
        })}`,
      ),
    getNextPageParam: (last, pages) =>
      last.length < DELIVERIES_PER_PAGE ? undefined : pages.length * DELIVERIES_PER_PAGE,
    placeholderData: (previous) => previous,
  })
}

/** One delivery with its headers and bytes. */
export function useDelivery(id: string) {
  return useQuery({
    queryKey: ['deliveries', 'one', id],
    queryFn: () => call<z.infer<typeof DeliveryDetails>>('GET', `/deliveries/${encodeURIComponent(id)}`),
  })
}

/** What today's rules would do with a delivery; changes nothing. */
export function useDryRun(id: string) {
  return useMutation({
    mutationFn: () => call<DryRun>('POST', `/deliveries/${encodeURIComponent(id)}/replay`, { dryRun: true }),
  })
}

/** Lets a delivery arrive again; the answer names the new one. */
export function useReplay(id: string) {
  return useMutation({
    mutationFn: () => call<{ id: string }>('POST', `/deliveries/${encodeURIComponent(id)}/replay`, { dryRun: false }),
  })
}
