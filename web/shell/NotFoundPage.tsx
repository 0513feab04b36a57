import { Compass } from 'lucide-react'
import { ButtonLink } from '../components/Button.tsx'
import { EmptyState } from '../components/EmptyState.tsx'
import { usePageTitle } from '../components/usePageTitle.ts'

type Props = { what?: string }

/** There is nothing at this address. */
export function NotFoundPage({ what = 'page' }: Props) {
  usePageTitle('Not found')
  return (
    <EmptyState
      isPage
      icon={Compass}
      title={`There is no such ${what}`}
      text="It may have been deleted, or the address has a slip of the pen."
      action={
        <ButtonLink to="/alerts" tone="primary">
          Go to alerts
        </ButtonLink>
      }
    />
  )
}
