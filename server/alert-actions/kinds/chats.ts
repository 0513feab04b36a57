import * as z from 'zod'
import type { ChannelKind, NoticeMessage, Outcome } from '../../channels/contract.ts'
import { discord } from '../../channels/discord/index.ts'
import { callProvider } from '../../channels/http.ts'
import { mattermost } from '../../channels/mattermost/index.ts'
import { slack } from '../../channels/slack/index.ts'
import { teams } from '../../channels/teams/index.ts'
import { telegram } from '../../channels/telegram/index.ts'
import type { ActionKind, KindTools, OutgoingMessage } from './contract.ts'
import { hostOf, secretAddress, textTemplates } from './fields.ts'

/** A chat that is reached by an address of its own. */
function byAddress(
  kind: Pick<ActionKind, 'type' | 'title' | 'summary'> & { placeholder: string },
  send: (message: OutgoingMessage, url: string, tools: KindTools) => Promise<Outcome>,
): ActionKind {
  const { placeholder, ...rest } = kind
  return {
    ...rest,
    settings: z.object({
      url: secretAddress('Webhook address', `As ${kind.title} shows it.`, placeholder),
      ...textTemplates,
    }),
    connectorFields: ['url'],
    secrets: ['url'],
    secretsBelongTo: [],
    sends: 'TEXT',
    channel: null,
    destination: ({ url }) => hostOf(url),
    send: (message, { url }, tools) => send(message, String(url), tools),
  }
}

/** A chat to which a bot speaks that is set up as a channel. */
function byBot(
  kind: Pick<ActionKind, 'type' | 'title' | 'summary'> & { channel: 'SLACK' | 'TELEGRAM'; hint: string },
  channel: ChannelKind,
): ActionKind {
  const { hint, ...rest } = kind
  return {
    ...rest,
    settings: z.object({
      channelId: z
        .string({ error: 'Say which conversation.' })
        .trim()
        .min(1, 'Say which conversation.')
        .max(100)
        .meta({ title: 'Conversation', description: hint }),
      ...textTemplates,
    }),
    connectorFields: [],
    secrets: [],
    secretsBelongTo: [],
    sends: 'TEXT',
    destination: ({ channelId }) => String(channelId),
    send: async (message, { channelId }, tools) => {
      if (!tools.channel) {
        return { kind: 'retry', reason: `${kind.title} is not set up: see Channels.` }
      }
      return byChannel(channel, String(channelId), message, tools)
    },
  }
}

/** Sends as the channel for people does. */
async function byChannel(
  kind: ChannelKind,
  target: string,
  message: OutgoingMessage,
  { outbound, clock, channel, signal }: KindTools,
): Promise<Outcome> {
  const settings = kind.settings.safeParse(channel ?? {})
  if (!settings.success) return { kind: 'retry', reason: `${kind.title} is not set up as it must be: see Channels.` }
  const opened = kind.create(settings.data, { outbound, clock, publicUrl: '', inboundUrl: '', inboundSecret: '' })
  try {
    return await opened.send(noticeOf(message, target), signal)
  } finally {
    await opened.close()
  }
}

function noticeOf(message: OutgoingMessage, target: string): NoticeMessage {
  return {
    kind: 'notice',
    id: message.id,
    target,
    person: { firstName: '', language: 'en' },
    priority: 'HIGH',
    title: message.title,
    text: message.text,
    spoken: '',
    answers: [],
    token: '',
    callbackUrl: '',
    thread: `alert-${message.alertId}`,
    url: message.url,
  }
}

const TEXT_LENGTH_MAX = 2_900

async function toSlackWebhook(message: OutgoingMessage, url: string, tools: KindTools): Promise<Outcome> {
  const body = {
    text: message.title,
    blocks: [
      // Plain text: nothing from outside becomes a link, a mention or a format.
      {
        type: 'section',
        text: { type: 'plain_text', text: `${message.title}\n${message.text}`.slice(0, TEXT_LENGTH_MAX) },
      },
      {
        type: 'actions',
        elements: [
          { type: 'button', text: { type: 'plain_text', text: 'Tocsin' }, action_id: 'open', url: message.url },
        ],
      },
    ],
  }
  const result = await callProvider(
    'Slack',
    tools.outbound,
    { method: 'POST', url, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    { secrets: [url], isGone: (status) => status === 404 || status === 410, signal: tools.signal },
  )
  return result.kind === 'outcome' ? result.outcome : { kind: 'sent', receipt: null }
}

/** Every chat an action can write into. */
export const chatKinds: readonly ActionKind[] = [
  byBot(
    {
      type: 'slack',
      title: 'Slack',
      summary: 'A message in a channel, by the Slack app that is set up under Channels.',
      channel: 'SLACK',
      hint: 'The channel’s id, such as C0123ABCD. The app must be a member of it.',
    },
    slack,
  ),
  byAddress(
    {
      type: 'slack_webhook',
      title: 'Slack by webhook',
      summary: 'A message by an incoming webhook of Slack.',
      placeholder: 'https://hooks.slack.com/services/…',
    },
    toSlackWebhook,
  ),
  byAddress(
    {
      type: 'microsoft_teams_webhook',
      title: 'Microsoft Teams',
      summary: 'A card in a channel, by a Teams workflow.',
      placeholder: 'https://….logic.azure.com/workflows/…',
    },
    (message, url, tools) => byChannel(teams, url, message, tools),
  ),
  byAddress(
    {
      type: 'mattermost',
      title: 'Mattermost',
      summary: 'A message by an incoming webhook of Mattermost.',
      placeholder: 'https://mattermost.example.com/hooks/…',
    },
    (message, url, tools) => byChannel(mattermost, url, message, tools),
  ),
  byAddress(
    {
      type: 'discord',
      title: 'Discord',
      summary: 'A message by a webhook of a Discord channel.',
      placeholder: 'https://discord.com/api/webhooks/…',
    },
    (message, url, tools) => byChannel(discord, url, message, tools),
  ),
  byBot(
    {
      type: 'telegram',
      title: 'Telegram',
      summary: 'A message in a chat or group, by the bot that is set up under Channels.',
      channel: 'TELEGRAM',
      hint: 'The chat’s id, such as -1001234567890. The bot must be in the group.',
    },
    telegram as unknown as ChannelKind,
  ),
]
