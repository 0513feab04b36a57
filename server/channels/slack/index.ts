import * as z from 'zod'
import { oneLine } from '../../runtime/text.ts'
import type { ChannelKind, Outcome } from '../contract.ts'
import { callProvider, jsonOf, sentence } from '../http.ts'

const GONE = ['channel_not_found', 'user_not_found', 'account_inactive', 'is_archived', 'user_disabled']
const PASSING = ['ratelimited', 'internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']
const OURS = ['invalid_auth', 'not_authed', 'token_revoked', 'token_expired', 'missing_scope', 'account_inactive']

/** Direct messages by a bot, with buttons that answer. */
export const slack: ChannelKind<{
  botToken: string
  signingSecret?: string | null | undefined
  url?: string | null | undefined
}> = {
  method: 'SLACK',
  title: 'Slack',
  summary: 'Direct messages by a Slack app of yours; its buttons answer the alert.',
  settings: z.object({
    botToken: z
      .string({ error: 'Give the bot token.' })
      .trim()
      .regex(/^xox[a-z]-[A-Za-z0-9-]{6,250}$/, 'A bot token begins with xoxb-.')
      .meta({
        title: 'Bot token',
        description: 'With the scope chat:write. Stored encrypted and never shown again.',
        writeOnly: true,
      }),
    signingSecret: z.string().trim().max(200).nullish().meta({
      title: 'Signing secret',
      description: 'Proves that presses of buttons come from Slack. Without it there are links instead of buttons.',
      writeOnly: true,
    }),
    url: z.string().trim().max(255).nullish().meta({
      title: 'Address',
      description: 'Empty: Slack’s own.',
      'x-placeholder': 'https://slack.com',
    }),
  }),
  secrets: ['botToken', 'signingSecret'],
  secretsBelongTo: ['url'],
  needsNothing: false,
  create({ botToken, signingSecret, url }, { outbound }) {
    const base = `${(url || 'https://slack.com').replace(/\/+$/, '')}/api`
    const call = (method: string, body: unknown, signal?: AbortSignal) =>
      callProvider(
        'Slack',
        outbound,
        {
          method: 'POST',
          url: `${base}/${method}`,
          headers: { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${botToken}` },
          body: JSON.stringify(body),
        },
        { secrets: [botToken], signal },
      )
    return {
      method: 'SLACK',
      async send(message, signal) {
        const title = oneLine(message.title, 200)
        const buttons = message.answers.map((answer) => ({
          type: 'button',
          text: { type: 'plain_text', text: answer.label },
          ...(signingSecret
            ? { action_id: answer.verb, value: message.token }
            : { action_id: answer.verb, url: answer.url }),
          ...(answer.verb === 'accept' ? { style: 'primary' } : {}),
        }))
        const open = {
          type: 'button',
          text: { type: 'plain_text', text: 'Tocsin' },
          action_id: 'open',
          url: message.url,
        }
        const result = await call(
          'chat.postMessage',
          {
            channel: message.target,
            text: title,
            unfurl_links: false,
            blocks: [
              // Plain text: nothing from outside becomes a link, a mention or a format.
              { type: 'section', text: { type: 'plain_text', text: `${title}\n${message.text.slice(0, 2_000)}` } },
              { type: 'actions', elements: [...buttons, open] },
            ],
          },
          signal,
        )
        if (result.kind === 'outcome') return result.outcome
        return outcomeOf(jsonOf(result.answer.body))
      },
      async probe() {
        const result = await call('auth.test', {})
        if (result.kind === 'outcome') return result.outcome.kind === 'sent' ? null : result.outcome.reason
        const said = jsonOf(result.answer.body)
        return said?.ok === true
          ? null
          : sentence(`Slack does not accept the bot token: ${String(said?.error ?? 'no answer')}`)
      },
      close: async () => {},
    }
  },
}

/** Slack says 200 and means it only with `ok`. */
function outcomeOf(said: Record<string, unknown> | null): Outcome {
  if (said?.ok === true) return { kind: 'sent', receipt: typeof said.ts === 'string' ? said.ts : null }
  const error = typeof said?.error === 'string' ? said.error : 'no receipt'
  const reason = sentence(`Slack refuses the message: ${error}`)
  if (!said || PASSING.includes(error) || OURS.includes(error)) return { kind: 'retry', reason }
  return { kind: 'refused', reason, ...(GONE.includes(error) ? { isGone: true } : {}) }
}
