import { ExternalValue, useExternalValue } from './external-value.ts'

/** All teams, or one's own; any other number is the id of a team. */
export const ALL_TEAMS = 0
export const OWN_TEAMS = -1
const KEY = 'tocsin.team-context'

const current = new ExternalValue<number>(stored())

function stored(): number {
  try {
    const value = Number(localStorage.getItem(KEY))
    return Number.isInteger(value) && value >= OWN_TEAMS ? value : ALL_TEAMS
  } catch {
    return ALL_TEAMS
  }
}

/** Whose things the lists show. */
export function useTeamContext(): number {
  return useExternalValue(current)
}

/** Lets the lists show the things of other teams; the browser remembers it. */
export function chooseTeamContext(context: number): void {
  try {
    if (context === ALL_TEAMS) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, String(context))
  } catch {
    // Storage is closed: the choice lasts as long as the page.
  }
  current.set(context)
}
