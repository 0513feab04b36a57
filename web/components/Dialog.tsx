import { Dialog as Base } from '@base-ui/react/dialog'
import { cva, type VariantProps } from 'class-variance-authority'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from './Button.tsx'

const popup = cva('z-50 flex flex-col bg-raised shadow-float outline-none', {
  variants: {
    kind: {
      middle:
        'fixed inset-x-3 top-[12vh] mx-auto max-h-[80vh] max-w-dialog rounded-xl transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0',
      wide: 'fixed inset-x-3 top-[10vh] mx-auto max-h-[80vh] max-w-dialog-wide rounded-xl transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0',
      sheet:
        'fixed inset-x-0 bottom-0 max-h-[85vh] rounded-t-xl pb-[env(safe-area-inset-bottom)] transition-transform data-ending-style:translate-y-full data-starting-style:translate-y-full',
    },
  },
  defaultVariants: { kind: 'middle' },
})

type Props = VariantProps<typeof popup> & {
  open: boolean
  onClose: () => void
  title: string
  description?: ReactNode
  children: ReactNode
  footer?: ReactNode
}

/** A question in front of the page: focus goes in, Escape goes out, focus comes back. */
export function Dialog({ open, onClose, title, description, children, footer, kind }: Props) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup className={popup({ kind })}>
          <header className="flex items-start justify-between gap-4 px-5 pt-4 pb-2">
            <div className="grid gap-1">
              <Base.Title className="text-lg font-semibold">{title}</Base.Title>
              {description && <Base.Description className="text-sm text-muted">{description}</Base.Description>}
            </div>
            <Base.Close
              render={
                <IconButton label="Close" className="-me-2">
                  <X className="size-4" aria-hidden />
                </IconButton>
              }
            />
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-2">{children}</div>
          {footer ? (
            <footer className="flex flex-wrap justify-end gap-2 px-5 pt-3 pb-5">{footer}</footer>
          ) : (
            <div className="pb-4" />
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
