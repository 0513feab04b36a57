import type { EscalationPolicy, EscalationPolicyInput } from '../../server/escalation/schema.ts'

export type LevelValues = { people: number[]; timeout: string }
export type PolicyValues = { name: string; levels: LevelValues[]; rounds: string; delay: string }

export const LEVELS_MAX = 20
export const ROUNDS_MAX = 9
export const DELAY_MINUTES_MAX = 60
export const TIMEOUT_MINUTES_MAX = 366 * 24 * 60

export const newLevel: LevelValues = { people: [], timeout: '10' }
export const newPolicy: PolicyValues = { name: '', levels: [newLevel], rounds: '1', delay: '0' }

/** A saved policy as the form shows it. */
export function valuesOf(policy: EscalationPolicy): PolicyValues {
  return {
    name: policy.name,
    levels: policy.escalationRules.map((rule) => ({
      people: rule.users.map((user) => user.id),
      timeout: String(rule.escalationTimeout),
    })),
    rounds: String(Math.max(1, policy.frequency)),
    delay: String(policy.delayMin),
  }
}

/** The form as the API wants it; what the form does not show stays as it was. */
export function inputOf(values: PolicyValues, before: EscalationPolicy | null): EscalationPolicyInput {
  const rounds = Number(values.rounds)
  return {
    name: values.name.trim(),
    escalationRules: values.levels.map((level) => ({
      escalationTimeout: Number(level.timeout),
      users: level.people.map((id) => ({ id })),
    })),
    teams: before?.teams.map((team) => ({ id: team.id })) ?? [],
    repeating: rounds > 1,
    frequency: rounds,
    delayMin: Number(values.delay),
    routingKey: before?.routingKey ?? null,
  }
}

/** Why this is not a whole number of minutes within bounds; true when it is. */
export function wholeNumber(min: number, max: number, what: string) {
  return (text: string): true | string => {
    const value = Number(text)
    return (
      (/^\d+$/.test(text.trim()) && value >= min && value <= max) ||
      `Give ${what} from ${min} to ${max.toLocaleString('en-GB')}.`
    )
  }
}
