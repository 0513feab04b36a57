import type { Channel } from '../contract.ts'
import { createPool, type EmailSettings, LIMITS, type Limits, probeServer, readSender, sendMail } from './send.ts'

/** Pages by e-mail through the operator's SMTP server. Throws a sentence when the settings cannot work. */
export function createEmailChannel(settings: EmailSettings, limits: Limits = LIMITS): Channel {
  const sender = readSender(settings.from)
  const host = new URL(settings.publicUrl).hostname.replace(/[[\]]/g, '').replaceAll(':', '-')
  const pool = createPool(settings, limits)
  return {
    method: 'EMAIL',
    send: (message, signal) => sendMail(pool, sender, host, limits, message, signal),
    probe: () => probeServer(pool, limits),
    close: async () => pool.close(),
  }
}
