/** A grey shape where something will be. */
function Skeleton({ className = 'h-4 w-full' }: { className?: string }) {
  return <div className={`animate-pulse-soft rounded-sm bg-hairline ${className}`} />
}

const ROWS = ['w-2/5', 'w-3/5', 'w-1/2', 'w-2/3', 'w-2/5', 'w-1/2']

/** Rows that are still on their way. */
export function SkeletonRows() {
  return (
    <div role="status" aria-label="Loading" className="divide-y">
      {ROWS.map((width, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows never change
        <div key={index} className="flex h-row items-center gap-3 px-4">
          <Skeleton className="size-4" />
          <Skeleton className={`h-3 ${width}`} />
        </div>
      ))}
    </div>
  )
}

/** A page that is still on its way. */
export function SkeletonPage() {
  return (
    <div role="status" aria-label="Loading" className="grid gap-4 p-4 md:p-6">
      <Skeleton className="h-6 w-1/3" />
      <Skeleton className="h-4 w-2/3" />
      <Skeleton className="h-40 w-full" />
    </div>
  )
}
