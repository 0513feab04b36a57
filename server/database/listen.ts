import type pg from 'pg'
import type { Log } from '../runtime/log.ts'
import { wait, within } from '../runtime/timers.ts'

const RECONNECT_MS = [100, 250, 500, 1_000, 2_000]
const CHECK_MS = 15_000
const ANSWER_MS = 5_000

export type Listening = { close: () => Promise<void> }

/**
 * Listens on a channel for as long as the process lives. Notifications are hints: whatever was said while the
 * connection was away is lost, so `onReconnect` tells the listener to look for itself.
 */
export function listen(options: {
  connect: () => Promise<pg.Client>
  channel: string
  onNotify: (payload: string) => void
  onReconnect?: () => void
  log: Log
}): Listening {
  const { connect, channel, onNotify, onReconnect, log } = options
  if (!/^[a-z][a-z0-9_]*$/.test(channel)) throw new Error(`Not a channel name: ${channel}`)
  const closing = new AbortController()

  const session = async (attempt: { failures: number; first: boolean }) => {
    const client = await connect()
    const lost = new AbortController()
    const giveUp = () => lost.abort()
    closing.signal.addEventListener('abort', giveUp, { once: true })
    client.on('end', giveUp)
    client.on('error', giveUp)
    client.on('notification', (message) => {
      if (message.channel === channel) onNotify(message.payload ?? '')
    })
    try {
      await client.query(`listen ${channel}`)
      attempt.failures = 0
      if (!attempt.first) onReconnect?.()
      attempt.first = false
      while (!lost.signal.aborted) {
        await wait(CHECK_MS, lost.signal)
        // A connection whose other end vanished looks alive until somebody asks.
        if (!lost.signal.aborted)
          await within(ANSWER_MS, 'The listening connection does not answer.', client.query('select 1'))
      }
    } finally {
      closing.signal.removeEventListener('abort', giveUp)
      await within(ANSWER_MS, 'The listening connection does not end.', client.end()).catch(() => {})
    }
  }

  const running = (async () => {
    const attempt = { failures: 0, first: true }
    while (!closing.signal.aborted) {
      try {
        await session(attempt)
      } catch (cause) {
        if (!closing.signal.aborted)
          log.warn(
            { reason: cause instanceof Error ? cause.message : String(cause), channel },
            'database.listener-lost',
          )
      }
      if (closing.signal.aborted) return
      await wait(RECONNECT_MS[Math.min(attempt.failures, RECONNECT_MS.length - 1)] ?? 2_000, closing.signal)
      attempt.failures += 1
    }
  })()

  return {
    close: async () => {
      closing.abort()
      await running
    },
  }
}
