import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { SelfCheck } from '../../server/watch/schema.ts'
import { call } from './client.ts'

const REFRESH_MS = 10_000

/** How the installation stands in its own eyes, as of the last ten seconds. */
export function useSelfCheck() {
  return useQuery({
    queryKey: ['self-check'],
    refetchInterval: REFRESH_MS,
    queryFn: () => call<SelfCheck>('GET', '/self-check'),
  })
}

/** Takes the auditor's findings from the banner. */
export function useDismissFindings() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call<null>('PUT', '/self-check/findings/dismiss'),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['status'] })
      return client.invalidateQueries({ queryKey: ['self-check'] })
    },
  })
}
