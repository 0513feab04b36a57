import { Bug } from 'lucide-react'
import { useRouteError } from 'react-router'
import { Button } from '../components/Button.tsx'
import { EmptyState } from '../components/EmptyState.tsx'

/** A page broke: say so, keep the rest standing, and offer a fresh start. */
export function Failure() {
  const error = useRouteError()
  return (
    <div>
      <EmptyState
        isPage
        icon={Bug}
        title="This page broke"
        text={
          <>
            Paging goes on: only this view is affected.
            <br />
            <span className="font-mono text-xs">{error instanceof Error ? error.message : 'Unknown failure'}</span>
          </>
        }
        action={<Button onClick={() => window.location.reload()}>Reload the page</Button>}
      />
    </div>
  )
}
