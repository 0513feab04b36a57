import { cva, type VariantProps } from 'class-variance-authority'

const tile = cva('grid shrink-0 place-items-center rounded-md bg-accent-soft font-semibold text-accent select-none', {
  variants: { size: { sm: 'size-6 text-xs', md: 'size-8 text-sm', lg: 'size-10 text-base' } },
  defaultVariants: { size: 'md' },
})

/** An outside system in two letters. */
export function Monogram({ letters, size }: { letters: string } & VariantProps<typeof tile>) {
  return (
    <span aria-hidden className={tile({ size })}>
      {letters}
    </span>
  )
}
