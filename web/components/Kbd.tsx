/** A key of the keyboard. */
export function Kbd({ children }: { children: string }) {
  return (
    <kbd className="inline-grid h-5 min-w-5 place-items-center rounded-sm border bg-sunken px-1 font-sans text-xs text-muted">
      {children}
    </kbd>
  )
}
