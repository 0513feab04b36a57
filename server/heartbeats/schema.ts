import * as z from 'zod'
import { Id, Instant, Name, Reference } from '../http/schema.ts'

export const INTERVAL_SECONDS_MIN = 25
/** 31 days. */
export const INTERVAL_SECONDS_MAX = 2_678_400
export const MONITORS_PER_PAGE_MAX = 200
export const HEARTBEAT_TYPE = 'HEARTBEAT2'

/** UNKNOWN until the first call; OVERDUE when the next one did not come in time. */
export const HeartbeatState = z.enum(['UNKNOWN', 'HEALTHY', 'OVERDUE'])
export type HeartbeatState = z.infer<typeof HeartbeatState>

export const HeartbeatMonitorInput = z.object({
  name: Name,
  intervalSec: z
    .number()
    .int()
    .min(INTERVAL_SECONDS_MIN, `At least ${INTERVAL_SECONDS_MIN} seconds.`)
    .max(INTERVAL_SECONDS_MAX, 'At most 31 days.')
    .describe('the longest silence that is fine, in seconds'),
  alertSummary: z
    .string()
    .trim()
    .max(255)
    .nullish()
    .describe('what the alert says; "Heartbeat NAME is overdue" when absent'),
  alertSource: Reference.describe('a source of type HEARTBEAT2'),
  teams: z.array(Reference).max(100).nullish(),
})
export type HeartbeatMonitorInput = z.infer<typeof HeartbeatMonitorInput>

export const HeartbeatMonitor = z.object({
  id: Id,
  name: z.string(),
  state: HeartbeatState,
  intervalSec: z.number().int(),
  alertSummary: z.string(),
  alertSource: z.object({ id: Id, name: z.string() }),
  teams: z.array(z.object({ id: Id, name: z.string() })),
  lastPingAt: Instant.nullable(),
  overdueAt: Instant.nullable().describe('when it is overdue without another call'),
  alert: z.object({ id: Id }).nullable().describe('the open alert of its silence'),
  integrationKey: z.string().nullable().describe('null without the right to edit'),
  integrationUrl: z.string().nullable().optional().describe('the address to call; with include=integrationUrl'),
  createdAt: Instant,
  updatedAt: Instant,
})
export type HeartbeatMonitor = z.infer<typeof HeartbeatMonitor>

const include = z.preprocess(
  (value) => (value === undefined ? [] : [value].flat().flatMap((text) => String(text).split(','))),
  z.array(z.string().max(100)).max(20),
)

export const HeartbeatInclude = z.object({ include: include.describe('integrationUrl') })
export const HeartbeatQuery = z.object({
  include: include.describe('integrationUrl'),
  cursor: z
    .string()
    .regex(/^\d{1,9}$/, 'It is no cursor of this list.')
    .optional()
    .describe('header next-cursor of the page before'),
  'start-index': z.coerce.number().int().min(0).max(1_000_000).default(0),
  'max-results': z.coerce.number().int().min(1).max(MONITORS_PER_PAGE_MAX).default(50),
})
export type HeartbeatQuery = z.infer<typeof HeartbeatQuery>

export const PingParams = z.object({ key: z.string().max(200) })
