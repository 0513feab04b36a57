import { cva, type VariantProps } from 'class-variance-authority'
import type { ReactNode } from 'react'

const badge = cva('inline-flex h-5 items-center gap-1 rounded-sm px-1.5 text-xs font-medium whitespace-nowrap', {
  variants: {
    tone: {
      plain: 'bg-sunken text-muted',
      accent: 'bg-accent-soft text-accent',
      danger: 'bg-danger-soft text-danger',
      caution: 'bg-caution-soft text-caution',
      good: 'bg-good-soft text-good',
    },
  },
  defaultVariants: { tone: 'plain' },
})

export type BadgeTone = NonNullable<VariantProps<typeof badge>['tone']>

/** A word about a thing. */
export function Badge({ tone, children }: { tone?: BadgeTone; children: ReactNode }) {
  return <span className={badge({ tone })}>{children}</span>
}
