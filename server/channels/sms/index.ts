import * as z from 'zod'
import { oneLine } from '../../runtime/text.ts'
import type { ChannelKind, Message } from '../contract.ts'
import {
  GATEWAY_PLACES,
  GATEWAY_SECRETS,
  gatewayFields,
  gatewaysOf,
  probeGateways,
  refineGateways,
} from '../gateway.ts'
import { createGatewayPool } from '../gateway-pool.ts'

const TEXT_LENGTH_MAX = 300

/** Text messages through one or two HTTP gateways. */
export const sms: ChannelKind = {
  method: 'SMS',
  title: 'SMS',
  summary: 'Text messages by a gateway; replies answer the alert.',
  settings: z
    .object({ ...gatewayFields('', 'Gateway'), ...gatewayFields('backup', 'Second gateway') })
    .superRefine(refineGateways),
  secrets: GATEWAY_SECRETS,
  secretsBelongTo: GATEWAY_PLACES,
  needsNothing: false,
  create(settings, { outbound, clock, gateways: remembered }) {
    const gateways = gatewaysOf(settings)
    const send = createGatewayPool(gateways, outbound, clock, remembered)
    return {
      method: 'SMS',
      send: (message, signal) => {
        const text = smsText(message)
        return send(
          {
            id: message.id,
            to: message.target,
            text,
            callbackUrl: message.callbackUrl,
            resource: 'Messages',
            fields: { Body: text },
          },
          signal,
        )
      },
      probe: () => probeGateways(gateways, outbound),
      close: async () => {},
    }
  },
}

const HINTS = {
  en: (id: number) => `Reply 1 to accept, 2 to resolve, 3 to escalate (or 1 #${id}).`,
  de: (id: number) => `Antwort: 1 annehmen, 2 gelöst, 3 eskalieren (oder 1 #${id}).`,
}

/**
 * A page as a text message: what it is, where it stands, how to answer, and where to read on. Without middle dots: one would
 * make the whole of it UCS-2, of which a message holds 70 characters instead of 160.
 */
export function smsText(message: Message): string {
  const title = oneLine(message.title, 140)
  if (message.kind === 'notice') return oneLine(`${title}. ${message.text}`, TEXT_LENGTH_MAX)
  const hint = message.answers.length > 0 ? `${HINTS[message.person.language](message.alert.id)} ` : ''
  return `${title} (${oneLine(message.text, 110).replaceAll(' · ', ', ')}). ${hint}${message.alertUrl}`
}
