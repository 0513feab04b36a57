import * as z from 'zod'
import { oneLine } from '../../runtime/text.ts'
import type { ChannelKind } from '../contract.ts'
import { callProvider, jsonOf } from '../http.ts'

/** Pushes by an ntfy server; its buttons answer. */
export const ntfy: ChannelKind<{ url?: string | null | undefined; token?: string | null | undefined }> = {
  method: 'NTFY',
  title: 'ntfy',
  summary: 'Pushes to the ntfy app, by ntfy.sh or a server of yours; its buttons answer the alert.',
  settings: z.object({
    url: z.string().trim().max(255).nullish().meta({
      title: 'Server',
      description: 'Empty: ntfy.sh, where whoever knows a topic can read it.',
      'x-placeholder': 'https://ntfy.sh',
    }),
    token: z.string().trim().max(500).nullish().meta({
      title: 'Access token',
      description: 'If the server wants one. Stored encrypted and never shown again.',
      writeOnly: true,
    }),
  }),
  secrets: ['token'],
  secretsBelongTo: ['url'],
  needsNothing: false,
  create({ url, token }, { outbound }) {
    const server = (url || 'https://ntfy.sh').replace(/\/+$/, '')
    const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) }
    return {
      method: 'NTFY',
      async send(message, signal) {
        const result = await callProvider(
          'The ntfy server',
          outbound,
          {
            method: 'POST',
            url: server,
            headers,
            body: JSON.stringify({
              topic: message.target,
              title: oneLine(message.title, 200),
              message: message.text.slice(0, 3_000),
              priority: message.priority === 'HIGH' ? 5 : 3,
              tags: [message.kind === 'page' ? 'rotating_light' : 'bell'],
              click: message.url,
              actions: message.answers.map((answer) => ({
                action: 'http',
                label: answer.label,
                url: answer.url,
                method: 'POST',
                headers: { 'content-type': 'application/x-www-form-urlencoded' },
                body: `do=${answer.verb}`,
                clear: true,
              })),
            }),
          },
          { secrets: token ? [token] : [], signal },
        )
        if (result.kind === 'outcome') return result.outcome
        const id = jsonOf(result.answer.body)?.id
        return { kind: 'sent', receipt: typeof id === 'string' ? id : null }
      },
      async probe() {
        const result = await callProvider(
          'The ntfy server',
          outbound,
          { method: 'GET', url: `${server}/v1/health`, headers },
          {},
        )
        return result.kind === 'outcome' && result.outcome.kind !== 'sent' ? result.outcome.reason : null
      },
      close: async () => {},
    }
  },
}
