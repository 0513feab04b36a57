import * as z from 'zod'
import { readJson } from '../../runtime/json.ts'
import type { Received, ReceivedDelivery } from '../contract.ts'

const Notice = z.object({
  type: z.enum(['ALERT', 'RESOLVE']),
  key: z.string().min(1).max(100),
  summary: z.string().min(1).max(1_000),
  details: z.string().max(10_000),
})

/** A notice of the watch. Pure. */
export function receive(delivery: ReceivedDelivery): Received {
  const read = readJson(delivery.body, 'plain')
  const notice = read.ok ? Notice.safeParse(read.value) : null
  if (!notice?.success)
    return { kind: 'quarantine', name: null, rule: 'not-a-notice', reason: 'It is no notice of the watch.' }
  const { type, key, summary, details } = notice.data
  return {
    kind: 'event',
    name: type === 'ALERT' ? 'watch.alarm' : 'watch.over',
    event: {
      type,
      alertKey: key,
      version: null,
      birth: false,
      status: null,
      text: `Tocsin: ${summary}`,
      facts: { summary, details },
      customDetails: null,
      comments: [],
      routingKey: null,
      lookup: null,
      onlyIfFound: null,
    },
  }
}
