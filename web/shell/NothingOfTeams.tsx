import { UsersRound } from 'lucide-react'
import { ALL_TEAMS, chooseTeamContext } from '../api/team-context.ts'
import { Button } from '../components/Button.tsx'
import { EmptyState } from '../components/EmptyState.tsx'

/** A list that is empty because it shows the things of some teams only. */
export function NothingOfTeams() {
  return (
    <EmptyState
      icon={UsersRound}
      title="Nothing of this team"
      text="The list shows the things of the team that is chosen above."
      action={<Button onClick={() => chooseTeamContext(ALL_TEAMS)}>Show all teams</Button>}
    />
  )
}
