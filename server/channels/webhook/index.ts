import { createHmac } from 'node:crypto'
import * as z from 'zod'
import type { ChannelKind, Message } from '../contract.ts'
import { callProvider, jsonOf } from '../http.ts'

/** Calls to an address of the person's own, signed as Standard Webhooks say. */
export const webhook: ChannelKind = {
  method: 'WEBHOOK',
  title: 'Webhook',
  summary: 'Signed calls to any address, as Standard Webhooks say.',
  settings: z.object({}),
  secrets: [],
  secretsBelongTo: [],
  needsNothing: true,
  create(_settings, { outbound, clock }) {
    return {
      method: 'WEBHOOK',
      async send(message, signal) {
        const target = jsonOf(message.target)
        if (typeof target?.url !== 'string' || typeof target.signingKey !== 'string') {
          return { kind: 'refused', reason: 'The contact has no address and key.' }
        }
        const at = await clock.now()
        const body = JSON.stringify(bodyOf(message, at))
        const seconds = Math.floor(at.getTime() / 1_000)
        const result = await callProvider(
          'The webhook',
          outbound,
          {
            method: 'POST',
            url: target.url,
            headers: {
              'content-type': 'application/json',
              'webhook-id': message.id,
              'webhook-timestamp': String(seconds),
              'webhook-signature': signatureOf(target.signingKey, message.id, seconds, body),
            },
            body,
          },
          // 410 is the receiver's word for: never again.
          { secrets: [target.url, target.signingKey], isGone: (status) => status === 410, signal },
        )
        return result.kind === 'outcome' ? result.outcome : { kind: 'sent', receipt: null }
      },
      probe: async () => null,
      close: async () => {},
    }
  },
}

/** `v1,` and the signature of id, time and body. */
export function signatureOf(signingKey: string, id: string, seconds: number, body: string): string {
  const key = Buffer.from(signingKey.replace(/^whsec_/, ''), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`
}

function bodyOf(message: Message, at: Date) {
  const answers = Object.fromEntries(message.answers.map((answer) => [answer.verb, answer.url]))
  const data = { title: message.title, text: message.text, priority: message.priority, url: message.url, answers }
  if (message.kind === 'notice') return { type: 'notice', timestamp: at.toISOString(), data }
  const { alert, round, levelIndex, isLastResort } = message
  return {
    type: 'alert.page',
    timestamp: at.toISOString(),
    data: { ...data, alert, round, level: levelIndex + 1, isLastResort },
  }
}
