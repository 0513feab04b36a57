import * as z from 'zod'
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

/** Calls that read the alert out and take a key as answer. */
export const voice: ChannelKind = {
  method: 'VOICE',
  title: 'Voice',
  summary: 'Calls by a gateway; a key on the telephone answers the alert.',
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
      method: 'VOICE',
      send: (message, signal) =>
        send(
          {
            id: message.id,
            to: message.target,
            text: message.spoken,
            callbackUrl: message.callbackUrl,
            resource: 'Calls',
            fields: { Twiml: spokenMarkup(message), Timeout: '30' },
          },
          signal,
        ),
      probe: () => probeGateways(gateways, outbound),
      close: async () => {},
    }
  },
}

const LANGUAGES = { en: 'en-GB', de: 'de-DE' }

/** What the telephone says, twice, and which keys it takes (Twilio's markup). */
export function spokenMarkup(message: Message): string {
  const say = `<Say language="${LANGUAGES[message.person.language]}">${escaped(message.spoken)}</Say>`
  if (message.answers.length === 0) return `<Response>${say}<Pause length="1"/>${say}</Response>`
  const action = escaped(`${message.callbackUrl}/keys`)
  return `<Response><Gather numDigits="1" timeout="8" method="POST" action="${action}">${say}<Pause length="1"/>${say}</Gather></Response>`
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
