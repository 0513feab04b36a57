import { cva } from 'class-variance-authority'
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'

type NoticeTone = 'danger' | 'caution' | 'info' | 'good'

const notice = cva('flex items-start gap-2.5 rounded-lg px-3 py-2.5 text-sm', {
  variants: {
    tone: {
      danger: 'bg-danger-soft text-danger',
      caution: 'bg-caution-soft text-caution',
      info: 'bg-accent-soft text-accent',
      good: 'bg-good-soft text-good',
    },
  },
})

const ICONS = { danger: CircleAlert, caution: TriangleAlert, info: Info, good: CircleCheck }

type Props = { tone: NoticeTone; children: ReactNode; action?: ReactNode }

/** A sentence that must be seen, where it belongs. */
export function Notice({ tone, children, action }: Props) {
  const Icon = ICONS[tone]
  return (
    <div role={tone === 'danger' ? 'alert' : 'status'} className={notice({ tone })}>
      <Icon className="mt-0.5 size-4 shrink-0" aria-hidden />
      <div className="min-w-0 flex-1 break-words text-text">{children}</div>
      {action}
    </div>
  )
}
