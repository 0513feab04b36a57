import * as z from 'zod'
import { ChannelMethod } from '../../channels/schema.ts'
import { Id } from '../../http/schema.ts'

export const DELAY_MINUTES_MAX = 1_440
/** ilert's choices. */
export const BEFORE_MINUTES = [0, 15, 30, 60, 180, 360, 720, 1440] as const

/** ilert's lists of preferences, as their part of the path. */
export const RuleList = z.enum(['alerts', 'updates', 'duties', 'subscriptions'])
export type RuleList = z.infer<typeof RuleList>

export const RuleType = z.enum([
  'HIGH_PRIORITY',
  'LOW_PRIORITY',
  'ALERT_ACCEPTED',
  'ALERT_RESOLVED',
  'ALERT_ESCALATED',
  'ON_CALL',
  'SUBSCRIPTION',
])
export type RuleType = z.infer<typeof RuleType>

const ContactReference = z.object({ id: Id, target: z.string().optional() })

/** How a person wants to hear of one thing. */
export const NotificationRule = z.object({
  id: Id,
  type: RuleType,
  method: ChannelMethod,
  contact: ContactReference.nullable().describe('null: every contact of the method, e.g. every browser'),
  delayMin: z.number().int().describe('minutes after one was asked; of alerts only'),
  beforeMin: z.number().int().describe('minutes before a shift; of duties only'),
})
export type NotificationRule = z.infer<typeof NotificationRule>

export const NotificationRuleInput = z.object({
  type: RuleType.nullish(),
  method: ChannelMethod,
  contact: z.object({ id: z.coerce.number().int().min(0) }).nullish(),
  delayMin: z.coerce.number().int().min(0).max(DELAY_MINUTES_MAX).nullish(),
  beforeMin: z.coerce.number().int().nullish(),
})
export type NotificationRuleInput = z.infer<typeof NotificationRuleInput>

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time of day looks like 22:00.')

/** When low priority waits, in the person's zone. High priority never does. */
export const QuietHours = z.object({ from: TimeOfDay, to: TimeOfDay }).nullable()
export type QuietHours = z.infer<typeof QuietHours>
export const QuietHoursSetting = z.object({ quietHours: QuietHours })
