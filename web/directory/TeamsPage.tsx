import { Plus, UsersRound } from 'lucide-react'
import { Link } from 'react-router'
import type { Team } from '../../server/directory/schema.ts'
import { useTeams } from '../api/directory.ts'
import { Answer } from '../components/Answer.tsx'
import { Avatar } from '../components/Avatar.tsx'
import { Badge } from '../components/Badge.tsx'
import { ButtonLink } from '../components/Button.tsx'
import { EmptyState } from '../components/EmptyState.tsx'
import { Page } from '../components/Page.tsx'

const FACES_MAX = 6

/** Every team. */
export function TeamsPage() {
  const query = useTeams()
  const add = (
    <ButtonLink to="/teams/new" tone="primary">
      <Plus className="size-4" aria-hidden />
      Create team
    </ButtonLink>
  )
  return (
    <Page title="Teams" actions={add}>
      <Answer query={query}>
        {(teams) =>
          teams.length === 0 ? (
            <EmptyState
              icon={UsersRound}
              title="No teams yet"
              text="Teams say who looks after which alert source. You can do without until there are several."
            />
          ) : (
            <ul aria-label="Teams" className="divide-y border-b bg-surface">
              {teams.map((team) => (
                <TeamRow key={team.id} team={team} />
              ))}
            </ul>
          )
        }
      </Answer>
    </Page>
  )
}

function TeamRow({ team }: { team: Team }) {
  const count = team.members.length
  return (
    <li className="relative flex min-h-row items-center gap-4 px-4 py-2 hover:bg-hover has-[a:focus-visible]:bg-selected md:px-6">
      <Link
        to={`/teams/${team.id}`}
        className="min-w-0 flex-1 truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
      >
        {team.name}
      </Link>
      {team.visibility === 'PRIVATE' && <Badge>Private</Badge>}
      <span className="hidden gap-1 sm:flex">
        {team.members.slice(0, FACES_MAX).map((member) => (
          <Avatar key={member.user.id} person={member.user} />
        ))}
      </span>
      <span className="text-sm text-muted tabular-nums">{count === 1 ? '1 member' : `${count} members`}</span>
    </li>
  )
}
