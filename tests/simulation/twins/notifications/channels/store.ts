import type * as real from '../../../../../server/notifications/channels/store.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/notifications/channels/store.ts'

export const channelSetting = twin((tables, method: string) =>
  tables.channel_setting.get(method),
) satisfies typeof real.channelSetting
