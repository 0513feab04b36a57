import type { Channel, Message, Outcome } from '../channels/contract.ts'
import type { Database } from '../database/connection.ts'
import { isPassing } from '../database/failures.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import type { Secrets } from '../runtime/secrets.ts'
import { addSeconds } from '../runtime/time.ts'
import { every } from '../runtime/timers.ts'
import type { AnswerLinks } from './answers.ts'
import type { ChannelBook } from './channels/book.ts'
import { channelName } from './telling.ts'

/** A node that dies loses its message to another after this long. */
export const LEASE_SECONDS = 10
const RENEW_MS = 3_000

export interface MessagesContext {
  db: Database
  clock: Clock
  channels: Pick<ChannelBook, 'find'>
  links: AnswerLinks
  secrets: Secrets
  /** How many of one source a person gets before they are bundled; 0: all. */
  stormPages: number
  random: () => number
  log: Log
}

/**
 * Sends while the lease is renewed. `confirm` looks once more when everything is ready, and takes the lease anew: the
 * time since the claim does not count against it. Null when the message is another node's, or nobody wants it any more.
 */
export async function underLease(
  context: MessagesContext,
  row: { id: string; channel: string; attempts: number },
  parts: {
    confirm: (until: Date) => Promise<boolean>
    renew: (until: Date) => Promise<boolean>
    /** The message, or why there is none to send: its person or contact is no more. */
    write: () => Promise<Message | Outcome>
  },
): Promise<Outcome | null> {
  const lost = new AbortController()
  const until = async () => addSeconds(await context.clock.now(), LEASE_SECONDS)
  const renewing = every(RENEW_MS, async () => {
    if (!(await parts.renew(await until()))) lost.abort()
  })
  try {
    const channel = await channelOf(context, row.channel)
    if ('reason' in channel) return { kind: 'retry', reason: channel.reason }
    const message = await parts.write()
    if (message.kind === 'refused' || message.kind === 'retry' || message.kind === 'sent') return message
    if (!(await parts.confirm(await until()))) return null
    const outcome = await channel.send(message, lost.signal)
    return lost.signal.aborted ? null : outcome
  } catch (cause) {
    if (isPassing(cause)) throw cause
    context.log.error(
      { err: cause, notificationId: row.id, attempt: row.attempts },
      'notifications.could-not-be-written',
    )
    return { kind: 'retry', reason: 'The message could not be written.' }
  } finally {
    renewing.stop()
  }
}

type SomeChannels = Pick<ChannelBook, 'find'>

/** Why nothing can be sent by a channel now, as a sentence; null: it can. */
export async function noWayToSend(channels: SomeChannels, method: string): Promise<string | null> {
  const channel = await channelOf({ channels }, method)
  return 'reason' in channel ? channel.reason : null
}

async function channelOf(context: { channels: SomeChannels }, method: string): Promise<Channel | { reason: string }> {
  try {
    const channel = await context.channels.find(method)
    if (channel) return channel
  } catch (cause) {
    if (isPassing(cause)) throw cause
    return { reason: cause instanceof Error ? cause.message : 'The channel cannot be used.' }
  }
  const how = method === 'EMAIL' ? 'SMTP_URL is not set' : 'the channel is not set up'
  return { reason: `There is no way to send ${method === 'EMAIL' ? 'e-mail' : channelName(method)}: ${how}.` }
}
