import { useEffect } from 'react'
import { useTeams } from '../api/directory.ts'
import { useSession } from '../api/session.ts'
import { ALL_TEAMS, chooseTeamContext, OWN_TEAMS, useTeamContext } from '../api/team-context.ts'
import { Select } from '../components/Select.tsx'

/** Whose alerts, sources, schedules, policies and support hours the lists show. */
export function TeamSwitch() {
  const context = useTeamContext()
  const teams = useTeams().data
  const isPerson = Boolean(useSession().data?.user)
  const isGone = teams !== undefined && context > 0 && !teams.some(({ id }) => id === context)
  useEffect(() => {
    if (isGone) chooseTeamContext(ALL_TEAMS)
  }, [isGone])
  if (!teams || teams.length === 0) return null
  return (
    <Select
      compact
      aria-label="Show things of"
      value={context}
      onChange={(event) => chooseTeamContext(Number(event.target.value))}
    >
      <option value={ALL_TEAMS}>All teams</option>
      {isPerson && <option value={OWN_TEAMS}>My teams</option>}
      {teams.map((team) => (
        <option key={team.id} value={team.id}>
          {team.name}
        </option>
      ))}
    </Select>
  )
}
