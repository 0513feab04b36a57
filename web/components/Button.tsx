import { cva, type VariantProps } from 'class-variance-authority'
import type { ComponentProps, ReactNode } from 'react'
import { Link, type LinkProps } from 'react-router'

const button = cva(
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors select-none disabled:opacity-50',
  {
    variants: {
      tone: {
        primary: 'bg-accent-fill text-on-accent hover:not-disabled:bg-accent-fill-hover',
        secondary: 'border bg-raised text-text hover:not-disabled:bg-hover',
        quiet: 'text-muted hover:not-disabled:bg-hover hover:not-disabled:text-text',
        danger: 'bg-danger-fill text-on-accent hover:not-disabled:bg-danger-fill-hover',
        dangerQuiet: 'border bg-raised text-danger hover:not-disabled:bg-danger-soft',
      },
      size: { sm: 'h-7 px-2.5 text-sm', md: 'h-8 px-3 text-sm', lg: 'h-10 px-4 text-base', icon: 'size-8' },
    },
    defaultVariants: { tone: 'secondary', size: 'md' },
  },
)

type Look = VariantProps<typeof button>
type Props = ComponentProps<'button'> & Look & { busy?: boolean }

/** A button; `busy` keeps it in place and stops a second press. */
export function Button({ tone, size, busy = false, className, disabled, children, ...rest }: Props) {
  return (
    <button
      type="button"
      className={button({ tone, size, className })}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {children}
    </button>
  )
}

/** A link that looks like a button. */
export function ButtonLink({ tone, size, className, ...rest }: LinkProps & Look) {
  return <Link className={button({ tone, size, className })} {...rest} />
}

type IconProps = Omit<Props, 'children' | 'aria-label'> & { label: string; children: ReactNode }

/** A button that shows only an icon; its label is its name and its hint. */
export function IconButton({ label, children, tone = 'quiet', size = 'icon', ...rest }: IconProps) {
  return (
    <Button aria-label={label} title={label} tone={tone} size={size} {...rest}>
      {children}
    </Button>
  )
}
