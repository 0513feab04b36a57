/** The sign of the house. */
export function Bell({ className = 'size-6' }: { className?: string }) {
  return <img src="/bell.svg" alt="" className={className} />
}
