import { cva } from 'class-variance-authority'
import type { ComponentProps } from 'react'

export const control = cva(
  'w-full rounded-md border border-outline bg-raised text-base text-text transition-colors hover:not-disabled:border-muted disabled:opacity-60 aria-invalid:border-danger',
  {
    variants: {
      size: { md: 'h-9 px-2.5', sm: 'h-8 px-2 text-sm', area: 'min-h-20 px-2.5 py-2', lines: 'max-h-96 px-2.5 py-1.5' },
    },
    defaultVariants: { size: 'md' },
  },
)

/** One line of text. */
export function TextInput({ className, ...rest }: ComponentProps<'input'>) {
  return <input type="text" className={control({ className })} autoComplete="off" {...rest} />
}

/** Several lines of text. */
export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea className={control({ size: 'area', className })} {...rest} />
}
