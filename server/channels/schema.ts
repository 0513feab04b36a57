import * as z from 'zod'

/** The ways a message can go. */
export const ChannelMethod = z.enum([
  'EMAIL',
  'SMS',
  'VOICE',
  'PUSH',
  'TELEGRAM',
  'NTFY',
  'SLACK',
  'TEAMS',
  'MATTERMOST',
  'DISCORD',
  'WEBHOOK',
])
export type ChannelMethod = z.infer<typeof ChannelMethod>
