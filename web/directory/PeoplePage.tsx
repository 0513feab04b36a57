import { BellOff, Plus, UserRound } from 'lucide-react'
import { Link } from 'react-router'
import { type Person, usePeople } from '../api/directory.ts'
import { Answer } from '../components/Answer.tsx'
import { Avatar } from '../components/Avatar.tsx'
import { Badge } from '../components/Badge.tsx'
import { ButtonLink } from '../components/Button.tsx'
import { EmptyState } from '../components/EmptyState.tsx'
import { Page } from '../components/Page.tsx'
import { nameOf } from '../components/person-name.ts'
import { useNow } from '../components/useNow.ts'
import { roleLabels } from './roles.ts'

/** Everybody who can be asked. */
export function PeoplePage() {
  const query = usePeople()
  const now = useNow(60_000)
  const add = (
    <ButtonLink to="/people/new" tone="primary">
      <Plus className="size-4" aria-hidden />
      Add person
    </ButtonLink>
  )
  return (
    <Page title="People" actions={add}>
      <Answer query={query}>
        {(people) =>
          people.length === 0 ? (
            <EmptyState icon={UserRound} title="Nobody yet" text="Add the people who are on call." />
          ) : (
            <ul aria-label="People" className="divide-y border-b bg-surface">
              {people.map((person) => (
                <PersonRow key={person.id} person={person} now={now} />
              ))}
            </ul>
          )
        }
      </Answer>
    </Page>
  )
}

function PersonRow({ person, now }: { person: Person; now: number }) {
  const isMuted = person.mutedUntil !== null && Date.parse(person.mutedUntil) > now
  return (
    <li className="relative grid min-h-row grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 px-4 py-2 hover:bg-hover has-[a:focus-visible]:bg-selected md:grid-cols-[auto_minmax(0,14rem)_minmax(0,1fr)_10rem_12rem] md:px-6">
      <Avatar person={person} />
      <div className="min-w-0">
        <Link
          to={`/people/${person.id}`}
          className="block truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {nameOf(person)}
        </Link>
        <p className="truncate text-xs text-muted md:hidden">{person.email}</p>
      </div>
      <p className="hidden truncate text-sm text-muted md:block">{person.email}</p>
      <p className="hidden truncate text-sm text-muted md:block">{person.timezone}</p>
      <div className="flex items-center justify-end gap-2">
        {isMuted && (
          <Badge tone="caution">
            <BellOff className="size-3" aria-hidden />
            Muted
          </Badge>
        )}
        {!person.canSignIn && <Badge>Paged only</Badge>}
        <Badge tone={person.role === 'OWNER' ? 'accent' : 'plain'}>{roleLabels[person.role]}</Badge>
      </div>
    </li>
  )
}
