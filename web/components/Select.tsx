import { ChevronDown } from 'lucide-react'
import type { ComponentProps } from 'react'
import { control } from './TextInput.tsx'

type Props = Omit<ComponentProps<'select'>, 'size'> & { compact?: boolean }

/** The browser's own select: every phone and screen reader knows it. */
export function Select({ compact = false, className, ...rest }: Props) {
  return (
    <div className="relative min-w-0">
      <select
        className={control({
          size: compact ? 'sm' : 'md',
          className: `appearance-none truncate pe-8 ${className ?? ''}`,
        })}
        {...rest}
      />
      <ChevronDown className="pointer-events-none absolute inset-y-0 end-2 my-auto size-4 text-muted" aria-hidden />
    </div>
  )
}
