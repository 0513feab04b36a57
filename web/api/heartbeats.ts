import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { HeartbeatMonitor, HeartbeatMonitorInput } from '../../server/heartbeats/schema.ts'
import { call, callPage, queryString } from './client.ts'

const PER_PAGE = 100

/** Heartbeat monitors, oldest first. */
export function useHeartbeats() {
  return useInfiniteQuery({
    queryKey: ['heartbeats', 'list'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      callPage<HeartbeatMonitor>(`/heartbeat-monitors${queryString({ cursor: pageParam, 'max-results': PER_PAGE })}`),
    getNextPageParam: (last) => last.next ?? undefined,
  })
}

/** One monitor with its address. */
export function useHeartbeat(id: number, enabled: boolean) {
  return useQuery({
    queryKey: ['heartbeats', 'one', id],
    enabled,
    queryFn: () => call<HeartbeatMonitor>('GET', `/heartbeat-monitors/${id}?include=integrationUrl`),
  })
}

export type HeartbeatChange =
  | { kind: 'save'; id?: number | undefined; input: HeartbeatMonitorInput }
  | { kind: 'delete'; id: number }

/** Adds, changes or deletes a monitor. */
export function useChangeHeartbeat() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (change: HeartbeatChange): Promise<HeartbeatMonitor | null> => {
      if (change.kind === 'delete') return call('DELETE', `/heartbeat-monitors/${change.id}`)
      return change.id === undefined
        ? call('POST', '/heartbeat-monitors?include=integrationUrl', change.input)
        : call('PUT', `/heartbeat-monitors/${change.id}?include=integrationUrl`, change.input)
    },
    onSuccess: (_monitor, change) => {
      if (change.kind === 'delete') client.removeQueries({ queryKey: ['heartbeats', 'one', change.id] })
      return Promise.all([
        client.invalidateQueries({ queryKey: ['heartbeats'] }),
        client.invalidateQueries({ queryKey: ['audit'] }),
      ])
    },
  })
}
