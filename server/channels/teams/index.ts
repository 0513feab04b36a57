import * as z from 'zod'
import { oneLine } from '../../runtime/text.ts'
import type { ChannelKind, Message } from '../contract.ts'
import { callProvider } from '../http.ts'

/** Messages to a workflow's address in Microsoft Teams. */
export const teams: ChannelKind = {
  method: 'TEAMS',
  title: 'Microsoft Teams',
  summary: 'Messages to a Teams workflow; its links answer the alert.',
  settings: z.object({}),
  secrets: [],
  secretsBelongTo: [],
  needsNothing: true,
  create(_settings, { outbound }) {
    return {
      method: 'TEAMS',
      async send(message, signal) {
        const result = await callProvider(
          'Teams',
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

/** An adaptive card, as Teams' workflows take it. Text blocks of outside text are plain. */
function bodyOf(message: Message) {
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            {
              type: 'RichTextBlock',
              inlines: [{ type: 'TextRun', text: oneLine(message.title, 300), weight: 'Bolder' }],
            },
            { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: message.text.slice(0, 3_000) }] },
          ],
          actions: [
            ...message.answers.map((answer) => ({ type: 'Action.OpenUrl', title: answer.label, url: answer.url })),
            { type: 'Action.OpenUrl', title: 'Tocsin', url: message.url },
          ],
        },
      },
    ],
  }
}
