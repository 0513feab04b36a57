import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Use } from '../../server/removals/schema.ts'
import { call } from './client.ts'

/** What can be deleted with a replacement, as its part of the path. */
export type Removable = 'users' | 'schedules' | 'escalation-policies'

/** What uses it. */
export function useUses(what: Removable, id: number) {
  return useQuery({ queryKey: ['uses', what, id], gcTime: 0, queryFn: () => call<Use[]>('GET', `/${what}/${id}/uses`) })
}

/** Deletes it; where it is used the replacement takes its place. */
export function useRemove(what: Removable) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, replacement }: { id: number; replacement: number | null }) =>
      call<null>('DELETE', `/${what}/${id}${replacement === null ? '' : `?replacement=${replacement}`}`),
    onSuccess: () => {
      // The page of what is gone is left first; whatever is shown then is read anew.
      void client.invalidateQueries({ refetchType: 'none' })
    },
  })
}
