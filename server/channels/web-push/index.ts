import webPush from 'web-push'
import * as z from 'zod'
import { oneLine } from '../../runtime/text.ts'
import type { ChannelKind } from '../contract.ts'
import { callProvider, jsonOf } from '../http.ts'

const KEEP_SECONDS = 3_600

/** A pair of VAPID keys, by which browsers' push services know us. */
export function newPushKeys(): { publicKey: string; privateKey: string } {
  return webPush.generateVAPIDKeys()
}

/** Pushes to browsers, also with the app closed (RFC 8030, 8291, 8292). */
export const push: ChannelKind<{ publicKey: string; privateKey: string }> = {
  method: 'PUSH',
  title: 'Push',
  summary: 'Notifications of the browser, also with Tocsin closed; their buttons answer the alert.',
  settings: z.object({ publicKey: z.string().min(80).max(100), privateKey: z.string().min(40).max(50) }),
  secrets: ['privateKey'],
  secretsBelongTo: [],
  needsNothing: false,
  create({ publicKey, privateKey }, { outbound, publicUrl }) {
    // The specification wants a way to reach whoever sends: https or mailto.
    const subject = publicUrl.startsWith('https:') ? publicUrl : 'mailto:tocsin@localhost.localdomain'
    return {
      method: 'PUSH',
      async send(message, signal) {
        const subscription = jsonOf(message.target) as unknown as webPush.PushSubscription | null
        if (!subscription) return { kind: 'refused', reason: 'The contact is not a browser.', isGone: true }
        const payload = JSON.stringify({
          title: oneLine(message.title, 150),
          text: message.text.slice(0, 1_000),
          url: message.url,
          tag: message.thread,
          isUrgent: message.priority === 'HIGH',
          answers: message.answers,
        })
        let details: webPush.RequestDetails
        try {
          details = webPush.generateRequestDetails(subscription, payload, {
            vapidDetails: { subject, publicKey, privateKey },
            TTL: KEEP_SECONDS,
            urgency: message.priority === 'HIGH' ? 'high' : 'normal',
            contentEncoding: 'aes128gcm',
            // A second attempt replaces a first one that still waits.
            topic: message.id.replaceAll('-', '').slice(0, 32),
          })
        } catch {
          return { kind: 'refused', reason: 'The subscription of the browser is damaged.', isGone: true }
        }
        const headers = Object.fromEntries(
          Object.entries(details.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
        )
        const { 'content-length': _counted, ...rest } = headers
        const result = await callProvider(
          'The push service',
          outbound,
          { method: 'POST', url: details.endpoint, headers: rest, ...(details.body ? { body: details.body } : {}) },
          { secrets: [subscription.endpoint], isGone: (status) => status === 404 || status === 410, signal },
        )
        return result.kind === 'outcome' ? result.outcome : { kind: 'sent', receipt: null }
      },
      probe: async () => null,
      close: async () => {},
    }
  },
}
