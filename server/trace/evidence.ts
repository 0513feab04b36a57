import type { PolicySnapshot } from '../database/tables.ts'

/** What a decision promised, so that a row that was altered or deleted later can be recognised and put back. */
export type Evidence = {
  /** The climb as it began. */
  policy?: PolicySnapshot
  startedAt?: string
  /** The step that is due next; null: the climb is over. */
  next?: NextStepEvidence | null
  /** Why the climb is over. */
  stopped?: string
  /** Pages that were planned. */
  intents?: PlannedIntent[]
  /** How a page ended. */
  ended?: { intent: string; status: 'SUCCESS' | 'ERROR' | 'CANCELLED' }[]
}

export type NextStepEvidence = { levelIndex: number; round: number; dueAt: string }

export interface PlannedIntent {
  id: string
  personId: number
  contactId: number
  channel: string
  target: string
  round: number
  levelIndex: number
  priority: string
  subject: string
}

/** A step as evidence. */
export function nextEvidence(step: { levelIndex: number; round: number; dueAt: Date }): NextStepEvidence {
  return { levelIndex: step.levelIndex, round: step.round, dueAt: step.dueAt.toISOString() }
}
