import * as z from 'zod'
import { ChannelMethod } from '../../channels/schema.ts'

/** How a channel is set up and whether it works. */
export const ChannelState = z.object({
  method: ChannelMethod,
  title: z.string(),
  summary: z.string(),
  state: z.enum(['READY', 'NOT_SET_UP', 'BROKEN']),
  problem: z.string().nullable().describe('why it is broken'),
  setBy: z.enum(['API', 'ENVIRONMENT', 'NOTHING']),
  settings: z.record(z.string(), z.unknown()).describe('secrets are null, or … and their last characters'),
  schema: z.record(z.string(), z.unknown()).nullable().describe('JSON Schema of the settings; null: nothing to set'),
  inboundUrl: z.string().nullable().describe('what to give the provider, so that answers come back'),
})
export type ChannelState = z.infer<typeof ChannelState>

export const ChannelSettingsInput = z.object({ settings: z.record(z.string(), z.unknown()) })

/** What a browser needs to receive messages with the app closed. */
export const PushKey = z.object({ publicKey: z.string() })
