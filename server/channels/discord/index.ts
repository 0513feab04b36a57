import * as z from 'zod'
import { oneLine } from '../../runtime/text.ts'
import type { ChannelKind, Message } from '../contract.ts'
import { callProvider } from '../http.ts'

/** Messages by a webhook of a Discord channel. */
export const discord: ChannelKind = {
  method: 'DISCORD',
  title: 'Discord',
  summary: 'Messages by a webhook of a channel; its links answer the alert.',
  settings: z.object({}),
  secrets: [],
  secretsBelongTo: [],
  needsNothing: true,
  create(_settings, { outbound }) {
    return {
      method: 'DISCORD',
      async send(message, signal) {
        const result = await callProvider(
          'Discord',
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

const MARKS = /[\\`*_{}[\]()#+\-.!|<>~:]/g

function plain(text: string): string {
  return text.replace(MARKS, (mark) => `\\${mark}`)
}

function bodyOf(message: Message) {
  const links = [...message.answers, { label: 'Tocsin', url: message.url }]
  return {
    content: [
      `**${plain(oneLine(message.title, 300))}**`,
      plain(message.text.slice(0, 1_000)),
      links.map((link) => `[${link.label}](<${link.url}>)`).join(' · '),
    ].join('\n'),
    // Nothing from outside may wake a whole server.
    allowed_mentions: { parse: [] },
  }
}
