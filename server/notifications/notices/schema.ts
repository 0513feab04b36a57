import * as z from 'zod'
import { ChannelMethod } from '../../channels/schema.ts'
import { NotificationStatus } from '../schema.ts'

/** How a message that asks nobody went: a test, a code. */
export const Notice = z.object({
  id: z.uuid(),
  method: ChannelMethod,
  target: z.string(),
  status: NotificationStatus,
  attempts: z.number().int(),
  errorMessage: z.string().nullable(),
})
export type Notice = z.infer<typeof Notice>
