import type { EscalationPolicy, EscalationPolicyInput } from '../../server/escalation/schema.ts'
import { codesOf, targetsOf } from './targets.ts'

/** `targets` are codes of people, schedules and teams. */
export type LevelValues = { targets: number[]; timeout: string; inTurn: boolean }
export type PolicyValues = {
  name: string
  levels: LevelValues[]
  rounds: string
  delay: string
  /** Minutes; 0: an accepted alert never comes back. */
  acceptTimeout: string
}

export const LEVELS_MAX = 20
export const ROUNDS_MAX = 9
export const DELAY_MINUTES_MAX = 60
export const TIMEOUT_MINUTES_MAX = 366 * 24 * 60

export const newLevel: LevelValues = { targets: [], timeout: '10', inTurn: false }
export const newPolicy: PolicyValues = { name: '', levels: [newLevel], rounds: '1', delay: '0', acceptTimeout: '0' }

/** A saved policy as the form shows it. */
export function valuesOf(policy: EscalationPolicy): PolicyValues {
  return {
    name: policy.name,
    levels: policy.escalationRules.map((rule) => ({
      targets: codesOf(rule),
      timeout: String(rule.escalationTimeout),
      inTurn: rule.roundRobin,
    })),
    rounds: String(Math.max(1, policy.frequency)),
    delay: String(policy.delayMin),
    acceptTimeout: String(policy.acceptTimeoutMin ?? 0),
  }
}

/** The form as the API wants it; what the form does not show stays as it was. */
export function inputOf(values: PolicyValues, before: EscalationPolicy | null): EscalationPolicyInput {
  const rounds = Number(values.rounds)
  return {
    name: values.name.trim(),
    escalationRules: values.levels.map((level) => ({
      escalationTimeout: Number(level.timeout),
      ...targetsOf(level.targets),
      roundRobin: level.inTurn,
    })),
    teams: before?.teams.map((team) => ({ id: team.id })) ?? [],
    repeating: rounds > 1,
    frequency: rounds,
    delayMin: Number(values.delay),
    routingKey: before?.routingKey ?? null,
    acceptTimeoutMin: Number(values.acceptTimeout) || null,
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
