import * as z from 'zod'
import { Id, Instant } from '../http/schema.ts'

/** One decision about an alert, and why. */
export const TraceStep = z.object({
  at: Instant,
  station: z
    .string()
    .describe('intake, alerts, lookups, escalation, notifications, last-resort, auditor, alert-actions'),
  decision: z
    .string()
    .describe(
      'e.g. open, join, accept, start, ask, leave-out, skip, stop, end, plan, send, bundle, retry, fail, cancel',
    ),
  reason: z.string().describe('one sentence for people'),
  rule: z.string().describe('the rule or setting that caused it, e.g. policy-of-source, level-due, same-key'),
  people: z.array(z.object({ id: Id, name: z.string() })),
  channels: z.array(z.string()).describe('e.g. EMAIL'),
})
export type TraceStep = z.infer<typeof TraceStep>

export const Trace = z.object({ steps: z.array(TraceStep).describe('oldest first') })
export type Trace = z.infer<typeof Trace>

/** What a decision promised, so that a row that was altered or deleted later can be recognised and put back. */
export type Evidence = {
  /** The climb as it began. */
  policy?: unknown
  startedAt?: string
  /** Which climb of the alert it is; the first when absent. */
  climb?: number
  /** The step that is due next; null: the climb is over. */
  next?: NextStepEvidence | null
  /** Why the climb is over. */
  stopped?: string
  /** Pages that were planned. */
  intents?: PlannedIntent[]
  /** How a page ended. */
  ended?: { intent: string; status: 'SUCCESS' | 'ERROR' | 'CANCELLED' | 'BUNDLED' }[]
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
  /** When it leaves, if later than it was planned. */
  dueAt?: string
  /** The first climb when absent. */
  climb?: number
  /** A page when absent. */
  kind?: string
  note?: string | null
}
