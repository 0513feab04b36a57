import { Button } from './Button.tsx'

type Props = { query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown } }

/** The next page of a long list. */
export function LoadMore({ query }: Props) {
  if (!query.hasNextPage) return null
  return (
    <div className="grid place-items-center p-4">
      <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {query.isFetchingNextPage ? 'Loading…' : 'Load more'}
      </Button>
    </div>
  )
}
