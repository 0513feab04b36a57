import * as z from 'zod'
import { Id, Instant } from '../http/schema.ts'

/** One decision about an alert, and why. */
export const TraceStep = z.object({
  at: Instant,
  station: z.string().describe('intake, alerts, lookups, escalation, notifications, last-resort, auditor'),
  decision: z
    .string()
    .describe('e.g. open, join, accept, start, ask, leave-out, skip, stop, end, plan, send, retry, fail, cancel'),
  reason: z.string().describe('one sentence for people'),
  rule: z.string().describe('the rule or setting that caused it, e.g. policy-of-source, level-due, same-key'),
  people: z.array(z.object({ id: Id, name: z.string() })),
  channels: z.array(z.string()).describe('e.g. EMAIL'),
})
export type TraceStep = z.infer<typeof TraceStep>

export const Trace = z.object({ steps: z.array(TraceStep).describe('oldest first') })
export type Trace = z.infer<typeof Trace>
