import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { useExternalValue } from '../api/external-value.ts'
import { Button, IconButton } from './Button.tsx'
import { dismiss, toasts } from './toast-store.ts'

/** Where outcomes are said, aloud too. */
export function Toasts() {
  const shown = useExternalValue(toasts)
  return (
    <div
      aria-live="polite"
      aria-relevant="additions"
      className="pointer-events-none fixed inset-x-4 bottom-20 z-50 flex flex-col items-center gap-2 md:start-auto md:end-6 md:bottom-6 md:items-end"
    >
      {shown.map((one) => (
        <div
          key={one.id}
          className="pointer-events-auto flex max-w-card items-center gap-2.5 rounded-lg bg-raised py-1.5 ps-3.5 pe-1.5 text-sm shadow-float"
        >
          {one.tone === 'good' ? (
            <CircleCheck className="size-4 shrink-0 text-good" aria-hidden />
          ) : (
            <CircleAlert className="size-4 shrink-0 text-danger" aria-hidden />
          )}
          <span className="min-w-0 break-words">{one.text}</span>
          {one.undo && (
            <Button
              size="sm"
              tone="quiet"
              onClick={() => {
                dismiss(one.id)
                one.undo?.()
              }}
            >
              Undo
            </Button>
          )}
          <IconButton label="Dismiss" onClick={() => dismiss(one.id)}>
            <X className="size-4" aria-hidden />
          </IconButton>
        </div>
      ))}
    </div>
  )
}
