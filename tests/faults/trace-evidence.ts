import type { TraceStep } from '../../server/trace/schema.ts'
import type { Letter } from './judge.ts'

/** What two clocks on one machine may differ. */
const CLOCK_MS = 500

/** Letters of one alert that no decision explains, and decisions that do not say why, as sentences. */
export function unexplainedByTrace(name: string, letters: readonly Letter[], steps: readonly TraceStep[]): string[] {
  const plans = steps.filter((step) => step.station === 'notifications' && step.decision === 'plan')
  const strange = letters.filter(
    (letter) =>
      !plans.some((plan) => plan.reason.includes(letter.to) && new Date(plan.at).getTime() <= letter.at + CLOCK_MS),
  )
  const silent = steps.filter((step) => step.reason === '' || step.rule === '')
  return [
    ...strange.map((letter) => `${name}: no decision says why ${letter.to} was mailed`),
    ...silent.map((step) => `${name}: ${step.station} does not say why it decided ${step.decision}`),
  ]
}
