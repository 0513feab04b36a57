import { useInfiniteQuery } from '@tanstack/react-query'
import type { AuditEntry } from '../../server/audit/schema.ts'
import { call, queryString } from './client.ts'

const PER_PAGE = 50

/** Who changed one object, newest first. */
export function useAudit(type: string, id: number) {
  return useInfiniteQuery({
    queryKey: ['audit', type, id],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam }) =>
      call<AuditEntry[]>(
        'GET',
        `/audit${queryString({ 'object-type': type, 'object-id': id, before: pageParam, 'max-results': PER_PAGE })}`,
      ),
    getNextPageParam: (last) => (last.length < PER_PAGE ? undefined : last.at(-1)?.id),
  })
}
