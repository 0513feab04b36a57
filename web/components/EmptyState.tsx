import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

type Props = { icon: LucideIcon; title: string; text: ReactNode; action?: ReactNode; isPage?: boolean }

/** Nothing here yet, and what to do about it. */
export function EmptyState({ icon: Icon, title, text, action, isPage = false }: Props) {
  const Heading = isPage ? 'h1' : 'h2'
  return (
    <div className="grid justify-items-center gap-3 px-6 py-16 text-center">
      <Icon className="size-6 text-faint" aria-hidden />
      <div className="grid gap-1">
        <Heading className="font-semibold">{title}</Heading>
        <p className="max-w-card text-sm text-muted">{text}</p>
      </div>
      {action}
    </div>
  )
}
