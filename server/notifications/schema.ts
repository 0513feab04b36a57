import * as z from 'zod'
import { PersonReference } from '../directory/schema.ts'
import { Id, Instant } from '../http/schema.ts'

export const NotificationStatus = z.enum(['SCHEDULED', 'SUCCESS', 'ERROR', 'CANCELLED'])
export type NotificationStatus = z.infer<typeof NotificationStatus>

/** One person must hear of it, by one contact. */
export const Notification = z.object({
  id: z.uuid(),
  method: z.literal('EMAIL'),
  kind: z
    .enum(['PAGE', 'INVITE', 'UPDATE'])
    .describe(
      'PAGE: asks until somebody answers; INVITE: asks for help on an accepted alert; UPDATE: tells a subscriber',
    ),
  target: z.string(),
  subject: z.string(),
  alertId: Id,
  user: PersonReference,
  notificationTime: Instant,
  status: NotificationStatus,
  attempts: z.number().int(),
  errorMessage: z.string().nullable(),
})
export type Notification = z.infer<typeof Notification>
