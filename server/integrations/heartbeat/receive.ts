import * as z from 'zod'
import { readJson } from '../../runtime/json.ts'
import type { Received, ReceivedDelivery } from '../contract.ts'

const Notice = z.object({
  type: z.enum(['ALERT', 'RESOLVE']),
  monitor: z.number().int().min(1),
  summary: z.string().min(1).max(1_000),
  details: z.string().max(10_000),
})

/** A notice of the heartbeats room: a monitor fell silent, or calls again. Pure. */
export function receive(delivery: ReceivedDelivery): Received {
  const read = readJson(delivery.body, 'plain')
  const notice = read.ok ? Notice.safeParse(read.value) : null
  if (!notice?.success) {
    return { kind: 'quarantine', name: null, rule: 'not-a-notice', reason: 'It is no notice about a heartbeat.' }
  }
  const { type, monitor, summary, details } = notice.data
  const isSilent = type === 'ALERT'
  return {
    kind: 'event',
    name: isSilent ? 'heartbeat.overdue' : 'heartbeat.resolved',
    event: {
      type,
      alertKey: `heartbeat-${monitor}`,
      version: null,
      birth: false,
      status: null,
      text: isSilent ? `Heartbeat overdue: ${summary}` : `Heartbeat is back: ${summary}`,
      entryType: isSilent ? 'HeartbeatOverdueLogEntry' : 'HeartbeatResolvedLogEntry',
      facts: isSilent ? { summary, details } : {},
      customDetails: null,
      comments: [],
      routingKey: null,
      lookup: null,
      onlyIfFound: null,
    },
  }
}
