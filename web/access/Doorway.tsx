import type { ReactNode } from 'react'
import { Bell } from '../shell/Bell.tsx'

type Props = { title: string; text: ReactNode; children: ReactNode }

/** The room before the house: one card in the middle. */
export function Doorway({ title, text, children }: Props) {
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="grid w-full max-w-card gap-6">
        <div className="grid justify-items-center gap-3 text-center">
          <Bell className="size-11" />
          <div className="grid gap-1">
            <h1 className="text-xl font-semibold">{title}</h1>
            <p className="text-sm text-muted">{text}</p>
          </div>
        </div>
        <div className="rounded-xl border bg-surface p-5 md:p-6">{children}</div>
      </div>
    </main>
  )
}
