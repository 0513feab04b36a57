import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { MaintenanceWindow, MaintenanceWindowInput } from '../../server/maintenance/schema.ts'
import { call, queryString } from './client.ts'

const PER_PAGE = 50

/** Maintenance windows: what runs or comes first. */
export function useMaintenanceWindows(state: 'OPEN' | 'CLOSED') {
  return useInfiniteQuery({
    queryKey: ['maintenance', 'list', state],
    initialPageParam: 0,
    queryFn: ({ pageParam }) =>
      call<MaintenanceWindow[]>(
        'GET',
        `/maintenance-windows${queryString({ state, 'start-index': pageParam, 'max-results': PER_PAGE })}`,
      ),
    getNextPageParam: (last, pages) => (last.length < PER_PAGE ? undefined : pages.length * PER_PAGE),
  })
}

/** One window. */
export function useMaintenanceWindow(id: number, enabled: boolean) {
  return useQuery({
    queryKey: ['maintenance', 'one', id],
    enabled,
    queryFn: () => call<MaintenanceWindow>('GET', `/maintenance-windows/${id}`),
  })
}

export type MaintenanceChange =
  | { kind: 'save'; id?: number | undefined; input: MaintenanceWindowInput }
  | { kind: 'end'; id: number }
  | { kind: 'delete'; id: number }

/** Plans, changes, ends or deletes maintenance. */
export function useChangeMaintenance() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (change: MaintenanceChange): Promise<MaintenanceWindow | null> => {
      if (change.kind === 'end') return call('PUT', `/maintenance-windows/${change.id}/end`, {})
      if (change.kind === 'delete') return call('DELETE', `/maintenance-windows/${change.id}`)
      return change.id === undefined
        ? call('POST', '/maintenance-windows', change.input)
        : call('PUT', `/maintenance-windows/${change.id}`, change.input)
    },
    onSuccess: (_window, change) => {
      if (change.kind === 'delete') client.removeQueries({ queryKey: ['maintenance', 'one', change.id] })
      return Promise.all([
        client.invalidateQueries({ queryKey: ['maintenance'] }),
        client.invalidateQueries({ queryKey: ['alert-sources'] }),
        client.invalidateQueries({ queryKey: ['audit'] }),
      ])
    },
  })
}
