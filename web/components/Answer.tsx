import type { ReactNode } from 'react'
import { Problem } from '../api/problem.ts'
import { FailedState } from './FailedState.tsx'
import { SkeletonRows } from './Skeleton.tsx'

type Query<T> = { data: T | undefined; error: Error | null; refetch: () => unknown }
type Props<T> = { query: Query<T>; skeleton?: ReactNode; missing?: ReactNode; children: (data: T) => ReactNode }

/** The states of an answer: still coming, failed, not there, here. Old data stays while new data fails. */
export function Answer<T>({ query, skeleton, missing, children }: Props<T>) {
  if (query.data !== undefined) return children(query.data)
  if (query.error instanceof Problem && query.error.status === 404 && missing) return missing
  if (query.error) return <FailedState error={query.error} onRetry={query.refetch} />
  return skeleton ?? <SkeletonRows />
}
