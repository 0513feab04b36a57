import type { NextStepEvidence } from './schema.ts'

/** A step as evidence. */
export function nextEvidence(step: { levelIndex: number; round: number; dueAt: Date }): NextStepEvidence {
  return { levelIndex: step.levelIndex, round: step.round, dueAt: step.dueAt.toISOString() }
}
