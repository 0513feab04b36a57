import * as z from 'zod'
import { Id, Instant } from '../http/schema.ts'

/** Damage the auditor found and put right. */
export const Finding = z.object({
  id: Id,
  at: Instant,
  kind: z.string().describe('timer-missing, timer-altered, timer-left, page-missing or page-altered'),
  text: z.string(),
  alert: z.object({ id: Id }),
  dismissedAt: Instant.nullable().describe('set once somebody has seen it'),
})
export type Finding = z.infer<typeof Finding>

/** How this node stood when it last looked at itself. */
export const SelfCheck = z.object({
  checks: z.array(z.object({ code: z.string(), label: z.string(), ok: z.boolean(), text: z.string() })),
  heartbeat: z.object({
    hasWatcher: z.boolean().describe('true when TOCSIN_HEARTBEAT_URL is set'),
    isBeating: z.boolean(),
    text: z.string(),
  }),
  findings: z.array(Finding).describe('newest first'),
})
export type SelfCheck = z.infer<typeof SelfCheck>
