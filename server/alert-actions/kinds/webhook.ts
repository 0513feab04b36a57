import * as z from 'zod'
import { callProvider } from '../../channels/http.ts'
import { signatureOf } from '../../channels/webhook/index.ts'
import type { ActionKind } from './contract.ts'
import { bodyTemplates, hostOf, secretAddress } from './fields.ts'

const HEADERS_MAX = 20
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/
const HEADER_VALUE = /^[\t\x20-\x7e]{0,1000}$/
/** What the call itself says. */
const OWN_HEADERS = [
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
]

export const WebhookHeaders = z
  .array(
    z.object({
      key: z
        .string()
        .trim()
        .regex(HEADER_NAME, 'This is no name of a header.')
        .refine((name) => !OWN_HEADERS.includes(name.toLowerCase()), 'This header is written by the call itself.'),
      value: z.string().trim().regex(HEADER_VALUE, 'A value has at most 1000 plain characters.'),
    }),
  )
  .max(HEADERS_MAX, `At most ${HEADERS_MAX} headers.`)
type Headers = z.infer<typeof WebhookHeaders>

/** A signed call to any address, as Standard Webhooks say. */
export const webhookKind: ActionKind = {
  type: 'webhook',
  title: 'Webhook',
  summary: 'A signed call to any address, as Standard Webhooks say.',
  settings: z.object({
    webhookUrl: secretAddress(
      'Address',
      'Called with POST. A user name and password may stand in it.',
      'https://example.com/alerts',
    ),
    headers: WebhookHeaders.nullish().meta({ title: 'Headers', writeOnly: true, 'x-own-page': true }),
    ...bodyTemplates,
  }),
  connectorFields: ['webhookUrl', 'headers'],
  secrets: ['webhookUrl', 'headers'],
  secretsBelongTo: ['webhookUrl'],
  sends: 'BODY',
  channel: null,
  destination: ({ webhookUrl }) => hostOf(webhookUrl),
  async send(message, settings, { outbound, clock, signingKey, signal }) {
    const address = new URL(String(settings.webhookUrl))
    const credentials = [address.username, address.password].map(decodeURIComponent)
    const hasCredentials = credentials.some((part) => part !== '')
    address.username = ''
    address.password = ''
    const body = message.body ?? ''
    const seconds = Math.floor((await clock.now()).getTime() / 1_000)
    const own = ((settings.headers ?? []) as Headers).map(({ key, value }) => [key.toLowerCase(), value])
    const result = await callProvider(
      'The webhook',
      outbound,
      {
        method: 'POST',
        url: address.href,
        headers: {
          'content-type': 'application/json',
          ...(hasCredentials
            ? { authorization: `Basic ${Buffer.from(credentials.join(':')).toString('base64')}` }
            : {}),
          ...Object.fromEntries(own),
          'webhook-id': message.id,
          'webhook-timestamp': String(seconds),
          ...(signingKey === null ? {} : { 'webhook-signature': signatureOf(signingKey, message.id, seconds, body) }),
        },
        body,
      },
      {
        secrets: [address.href, ...credentials, ...own.map(([, value]) => value ?? ''), signingKey ?? ''],
        isGone: (status) => status === 410,
        signal,
      },
    )
    return result.kind === 'outcome' ? result.outcome : { kind: 'sent', receipt: null }
  },
}
