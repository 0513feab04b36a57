import { QueryCache, QueryClient } from '@tanstack/react-query'
import { Problem, Unreachable } from './problem.ts'
import { reachable } from './reachability.ts'

export const sessionKey = ['session'] as const
const RETRIES_MAX = 2
const STALE_MS = 15_000

/** The cache of what the server said; a lost session empties the answer to "who am I". */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (error instanceof Problem && error.status === 401 && query.queryKey[0] !== 'session') {
        void queryClient.invalidateQueries({ queryKey: sessionKey })
      }
    },
  }),
  defaultOptions: {
    queries: {
      networkMode: 'always',
      staleTime: STALE_MS,
      retry: (failures, error) => error instanceof Unreachable && failures < RETRIES_MAX,
      retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 4_000),
    },
    mutations: {
      networkMode: 'always',
      onError: (error) => {
        if (error instanceof Problem && error.status === 401)
          void queryClient.invalidateQueries({ queryKey: sessionKey })
      },
    },
  },
})

let wasReachable = true
reachable.subscribe(() => {
  const now = reachable.get()
  if (now && !wasReachable) void queryClient.invalidateQueries()
  wasReachable = now
})
