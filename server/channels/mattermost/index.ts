import * as z from 'zod'
import { oneLine } from '../../runtime/text.ts'
import type { ChannelKind, Message } from '../contract.ts'
import { callProvider } from '../http.ts'

/** Messages by an incoming webhook of Mattermost. */
export const mattermost: ChannelKind = {
  method: 'MATTERMOST',
  title: 'Mattermost',
  summary: 'Messages by an incoming webhook; its links answer the alert.',
  settings: z.object({}),
  secrets: [],
  secretsBelongTo: [],
  needsNothing: true,
  create(_settings, { outbound }) {
    return {
      method: 'MATTERMOST',
      async send(message, signal) {
        const result = await callProvider(
          'Mattermost',
          outbound,
          {
            method: 'POST',
            url: message.target,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(bodyOf(message)),
          },
          { secrets: [message.target], isGone: (status) => status === 404 || status === 410, signal },
        )
        return result.kind === 'outcome' ? result.outcome : { kind: 'sent', receipt: null }
      },
      probe: async () => null,
      close: async () => {},
    }
  },
}

const MARKS = /[\\`*_{}[\]()#+\-.!|<>~@:]/g

/** Outside text stays text: marks of Markdown are escaped, and nobody is mentioned. */
function plain(text: string): string {
  return text.replace(MARKS, (mark) => (mark === '@' ? '@\u200b' : `\\${mark}`))
}

function bodyOf(message: Message) {
  const links = [...message.answers, { label: 'Tocsin', url: message.url }]
  return {
    text: [
      `**${plain(oneLine(message.title, 300))}**`,
      plain(message.text.slice(0, 3_000)),
      links.map((link) => `[${link.label}](${link.url})`).join(' · '),
    ].join('\n'),
    props: { disable_mentions: true },
  }
}
