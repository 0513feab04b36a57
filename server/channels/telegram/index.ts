import * as z from 'zod'
import { oneLine } from '../../runtime/text.ts'
import type { ChannelKind } from '../contract.ts'
import { callProvider, jsonOf } from '../http.ts'

const VERBS = { accept: 'a', resolve: 'r', escalate: 'e' } as const

/** Messages by a bot, with buttons that answer. */
export const telegram: ChannelKind<{ botToken: string; url?: string | null | undefined }> = {
  method: 'TELEGRAM',
  title: 'Telegram',
  summary: 'Messages by a bot of yours; its buttons answer the alert.',
  settings: z.object({
    botToken: z
      .string({ error: 'Give the token of the bot.' })
      .trim()
      .regex(/^\d{3,20}:[A-Za-z0-9_-]{10,100}$/, 'A token looks like 123456:ABC… and comes from @BotFather.')
      .meta({
        title: 'Bot token',
        description: 'From @BotFather. Stored encrypted and never shown again.',
        writeOnly: true,
      }),
    url: z.string().trim().max(255).nullish().meta({
      title: 'Address',
      description: 'Empty: Telegram’s own. Otherwise a Bot API server of yours.',
      'x-placeholder': 'https://api.telegram.org',
    }),
  }),
  secrets: ['botToken'],
  secretsBelongTo: ['url'],
  needsNothing: false,
  create({ botToken, url }, { outbound, inboundUrl, inboundSecret }) {
    const base = `${(url || 'https://api.telegram.org').replace(/\/+$/, '')}/bot${botToken}`
    let isHooked = false
    const call = (method: string, body: unknown, signal?: AbortSignal) =>
      callProvider(
        'Telegram',
        outbound,
        {
          method: 'POST',
          url: `${base}/${method}`,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        },
        // A chat that blocked the bot, or is no more.
        { secrets: [botToken], signal },
      )
    /** Beside the way of a page: tells Telegram where presses of buttons go; its own servers need https for it. */
    const hook = async () => {
      if (isHooked || (!inboundUrl.startsWith('https:') && !url)) return
      const settings = { url: inboundUrl, secret_token: inboundSecret, allowed_updates: ['callback_query', 'message'] }
      isHooked = (await call('setWebhook', settings)).kind === 'answer'
    }
    return {
      method: 'TELEGRAM',
      async send(message, signal) {
        const buttons = message.answers.map((answer) => ({
          text: answer.label,
          callback_data: `${VERBS[answer.verb]}:${message.token}`,
        }))
        const isWeb = /^https:/.test(message.url)
        const rows = [buttons, isWeb ? [{ text: 'Tocsin', url: message.url }] : []].filter((row) => row.length > 0)
        const result = await call(
          'sendMessage',
          {
            chat_id: message.target,
            text: `${oneLine(message.title, 300)}\n${message.text.slice(0, 1_500)}`,
            link_preview_options: { is_disabled: true },
            disable_notification: message.priority === 'LOW',
            ...(rows.length === 0 ? {} : { reply_markup: { inline_keyboard: rows } }),
          },
          signal,
        )
        if (result.kind === 'outcome') {
          const { outcome } = result
          const isGone = outcome.kind === 'refused' && /chat not found|user is deactivated/i.test(outcome.reason)
          const isBlocked = outcome.kind === 'retry' && /blocked by the user|bot was kicked/i.test(outcome.reason)
          if (isBlocked) return { kind: 'refused', reason: outcome.reason, isGone: true }
          return isGone ? { ...outcome, isGone: true } : outcome
        }
        const said = jsonOf(result.answer.body)
        if (said?.ok !== true) return { kind: 'retry', reason: 'Telegram answered without a receipt.' }
        const id = (said.result as { message_id?: unknown } | undefined)?.message_id
        return { kind: 'sent', receipt: id === undefined ? null : String(id) }
      },
      async probe() {
        await hook()
        const result = await call('getMe', {})
        return result.kind === 'outcome' && result.outcome.kind !== 'sent' ? result.outcome.reason : null
      },
      close: async () => {},
    }
  },
}
