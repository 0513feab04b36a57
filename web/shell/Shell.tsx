import { Suspense, useState } from 'react'
import { Navigate, Outlet, useLocation } from 'react-router'
import type { Session } from '../../server/access/schema.ts'
import { useLive } from '../api/live.ts'
import { useSession } from '../api/session.ts'
import { FailedState } from '../components/FailedState.tsx'
import { SkeletonPage } from '../components/Skeleton.tsx'
import { useShortcuts } from '../components/useShortcuts.ts'
import { Banners } from './Banners.tsx'
import { Header } from './Header.tsx'
import { KeysDialog } from './KeysDialog.tsx'
import { PaletteGate } from './PaletteGate.tsx'
import { PhoneBar } from './PhoneBar.tsx'
import { Sidebar } from './Sidebar.tsx'

/** The frame of every page for whoever is signed in; the others are shown the door. */
export function Shell() {
  const session = useSession()
  const location = useLocation()
  if (session.data) return <Frame session={session.data} />
  if (session.data === null) {
    const next = `${location.pathname}${location.search}`
    return <Navigate to={next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`} replace />
  }
  if (session.error) return <FailedState error={session.error} onRetry={session.refetch} />
  return <SkeletonPage />
}

function Frame({ session }: { session: Session }) {
  useLive()
  const [searching, setSearching] = useState(false)
  const [showsKeys, setShowsKeys] = useState(false)
  useShortcuts({ '?': () => setShowsKeys(true), 'mod+k': () => setSearching(true) })
  return (
    <div className="grid min-h-dvh grid-cols-1 grid-rows-[auto_1fr_auto] md:grid-cols-[var(--spacing-sidebar)_minmax(0,1fr)] md:grid-rows-[auto_1fr]">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:z-50 focus:m-2 focus:rounded-md focus:bg-raised focus:p-2"
      >
        Skip to the content
      </a>
      <Sidebar />
      <Header session={session} onSearch={() => setSearching(true)} />
      <main id="content" tabIndex={-1} className="min-w-0 pb-8 outline-none">
        <Banners />
        <Suspense fallback={<SkeletonPage />}>
          <Outlet />
        </Suspense>
      </main>
      <PhoneBar />
      <PaletteGate open={searching} onClose={() => setSearching(false)} />
      <KeysDialog open={showsKeys} onClose={() => setShowsKeys(false)} />
    </div>
  )
}
