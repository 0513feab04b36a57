import type { ChannelKind } from './contract.ts'
import { discord } from './discord/index.ts'
import { mattermost } from './mattermost/index.ts'
import { ntfy } from './ntfy/index.ts'
import { slack } from './slack/index.ts'
import { sms } from './sms/index.ts'
import { teams } from './teams/index.ts'
import { telegram } from './telegram/index.ts'
import { voice } from './voice/index.ts'
import { push } from './web-push/index.ts'
import { webhook } from './webhook/index.ts'

/** Every channel that is set up by settings; e-mail has variables of its own. */
export const channelKinds: readonly ChannelKind[] = [
  sms,
  voice,
  push,
  telegram,
  ntfy,
  slack,
  teams,
  mattermost,
  discord,
  webhook,
]
