import { cva, type VariantProps } from 'class-variance-authority'
import { ChevronLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { usePageTitle } from './usePageTitle.ts'

const body = cva('', {
  variants: { width: { full: '', form: 'w-full max-w-form md:ps-2', page: 'w-full max-w-page' } },
})

type Props = VariantProps<typeof body> & {
  title: string
  back?: { to: string; label: string }
  mark?: ReactNode
  actions?: ReactNode
  tabs?: ReactNode
  children: ReactNode
}

/** A page: its name, its deeds, its ways, and what it is about. */
export function Page({ title, back, mark, actions, tabs, width, children }: Props) {
  usePageTitle(title)
  return (
    <>
      <header className="border-b bg-surface px-4 pt-4 md:px-6">
        {back && (
          <Link to={back.to} className="-ms-1 mb-1 inline-flex items-center gap-0.5 text-sm text-muted hover:text-text">
            <ChevronLeft className="size-4" aria-hidden />
            {back.label}
          </Link>
        )}
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 pb-3">
          <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 sm:flex-nowrap">
            {mark}
            <h1 className="min-w-0 text-lg font-semibold text-balance break-words">{title}</h1>
          </div>
          {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </div>
        {tabs}
      </header>
      <div className={body({ width })}>{children}</div>
    </>
  )
}

/** A part of a page under its own heading. */
export function Section({
  title,
  hint,
  aside,
  children,
}: {
  title: string
  hint?: ReactNode
  aside?: ReactNode
  children: ReactNode
}) {
  return (
    <section className="min-w-0 rounded-xl border bg-surface">
      <header className="flex items-start justify-between gap-4 px-4 pt-3.5 pb-1 md:px-5">
        <div className="grid gap-0.5">
          <h2 className="font-semibold">{title}</h2>
          {hint && <p className="text-sm text-muted">{hint}</p>}
        </div>
        {aside}
      </header>
      <div className="px-4 pt-2 pb-4 md:px-5 md:pb-5">{children}</div>
    </section>
  )
}
