import type { ChannelMethod } from '../../server/channels/schema.ts'
import type { ContactKind } from '../../server/notifications/contacts/schema.ts'

type KindName = { label: string; field: string; placeholder: string; hint: string }

/** What kinds of contacts are called, and what is asked for. */
export const contactKinds: Record<ContactKind, KindName> = {
  emails: { label: 'E-mail', field: 'Address', placeholder: 'ada@example.com', hint: '' },
  'phone-numbers': {
    label: 'Telephone',
    field: 'Number',
    placeholder: '+43 660 1234567',
    hint: 'With its country. Used for texts and calls.',
  },
  'push-devices': {
    label: 'This browser',
    field: '',
    placeholder: '',
    hint: 'Notifications of this browser, also with Tocsin closed.',
  },
  telegram: {
    label: 'Telegram',
    field: 'Chat id',
    placeholder: '123456789',
    hint: 'Write to the bot: it tells you the chat id.',
  },
  ntfy: { label: 'ntfy', field: 'Topic', placeholder: 'tocsin-ada', hint: 'Choose a topic that nobody guesses.' },
  slack: {
    label: 'Slack',
    field: 'Member id',
    placeholder: 'U012AB3CD',
    hint: 'In Slack: your profile, the three dots, Copy member ID.',
  },
  teams: {
    label: 'Microsoft Teams',
    field: 'Address of the workflow',
    placeholder: 'https://…',
    hint: 'It is stored encrypted.',
  },
  mattermost: {
    label: 'Mattermost',
    field: 'Address of the incoming webhook',
    placeholder: 'https://…',
    hint: 'It is stored encrypted.',
  },
  discord: {
    label: 'Discord',
    field: 'Address of the webhook',
    placeholder: 'https://…',
    hint: 'It is stored encrypted.',
  },
  webhooks: {
    label: 'Webhook',
    field: 'Address',
    placeholder: 'https://…',
    hint: 'Calls are signed as Standard Webhooks say. The key is shown once.',
  },
}

/** What ways are called. */
export const methodNames: Record<ChannelMethod, string> = {
  EMAIL: 'E-mail',
  SMS: 'SMS',
  VOICE: 'Call',
  PUSH: 'Push',
  TELEGRAM: 'Telegram',
  NTFY: 'ntfy',
  SLACK: 'Slack',
  TEAMS: 'Teams',
  MATTERMOST: 'Mattermost',
  DISCORD: 'Discord',
  WEBHOOK: 'Webhook',
}

/** The kind of contact a way leads to. */
export function kindOfMethod(method: ChannelMethod): ContactKind {
  const special: Partial<Record<ChannelMethod, ContactKind>> = {
    EMAIL: 'emails',
    SMS: 'phone-numbers',
    VOICE: 'phone-numbers',
    PUSH: 'push-devices',
    WEBHOOK: 'webhooks',
  }
  return special[method] ?? (method.toLowerCase() as ContactKind)
}
