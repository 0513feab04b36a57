import * as z from 'zod'
import { ChannelMethod } from '../channels/schema.ts'
import { PersonReference } from '../directory/schema.ts'
import { Id, Instant } from '../http/schema.ts'

/** BUNDLED: not sent by itself, but told of in a summary or told already; `errorMessage` says why. */
export const NotificationStatus = z.enum(['SCHEDULED', 'SUCCESS', 'ERROR', 'CANCELLED', 'BUNDLED'])
export type NotificationStatus = z.infer<typeof NotificationStatus>

/** One person must hear of it, by one contact. */
export const Notification = z.object({
  id: z.uuid(),
  method: ChannelMethod,
  kind: z
    .enum(['PAGE', 'INVITE', 'UPDATE'])
    .describe(
      'PAGE: asks until somebody answers; INVITE: asks for help on an accepted alert; UPDATE: tells news to a subscriber, or to whom it concerns',
    ),
  target: z.string(),
  subject: z.string(),
  alertId: Id,
  user: PersonReference,
  notificationTime: Instant,
  status: NotificationStatus,
  attempts: z.number().int(),
  receipt: z.string().nullable().describe('WAITING, DELIVERED, ANSWERED or UNDELIVERED, where the provider says so'),
  errorMessage: z.string().nullable(),
})
export type Notification = z.infer<typeof Notification>
