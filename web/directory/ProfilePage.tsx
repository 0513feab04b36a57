import { UserRound } from 'lucide-react'
import { useSession } from '../api/session.ts'
import { EmptyState } from '../components/EmptyState.tsx'
import { PersonView } from './PersonPage.tsx'

/** Oneself. */
export function ProfilePage() {
  const user = useSession().data?.user
  if (!user) return <EmptyState icon={UserRound} isPage title="No profile" text="An API key is not a person." />
  return <PersonView id={user.id} />
}
