import type { AlertFacts } from '../contract.ts'

type Weight = Pick<AlertFacts, 'priority' | 'severity'>

/** What an impact means here. Below high, priority is left to the source's own rule, so that nothing stops paging unasked. */
const IMPACTS: Record<string, Weight> = {
  top: { priority: 'HIGH', severity: 1 },
  high: { priority: 'HIGH', severity: 2 },
  medium: { severity: 3 },
  low: { severity: 4 },
  none: { severity: 5 },
}

/** The usual weight of an impact; null when 4me knows no such impact. */
export function usualWeight(impact: string): Weight | null {
  return Object.hasOwn(IMPACTS, impact) ? (IMPACTS[impact] ?? null) : null
}

/** All of them, for the form. */
export function usualWeights(): Record<string, Weight> {
  return structuredClone(IMPACTS)
}
