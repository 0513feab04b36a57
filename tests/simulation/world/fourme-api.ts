import type { Outbound } from '../../../server/integrations/contract.ts'
import { OutboundError } from '../../../server/runtime/outbound.ts'
import type { Chance } from '../chance.ts'
import type { Process } from './process.ts'

const SLOW_MS_MAX = 4_000

/** 4me's REST API: tells a record's subject, and at times nothing. */
export function fourmeApi(process: Process, chance: Chance): Outbound {
  return async ({ url }) => {
    const stop = process.pass('send')
    if (stop !== null) await stop
    await new Promise<void>((resolve) => process.after(chance.magnitude(20, SLOW_MS_MAX), resolve))
    if (chance.percent(5)) throw new OutboundError('timeout', 'The other side does not answer.')
    if (chance.percent(3)) return { status: 503, headers: {}, body: '' }
    const { pathname } = new URL(url)
    if (pathname.startsWith('/webhooks/')) return { status: 200, headers: {}, body: '' }
    const [, kind, id, notes] = /^\/v1\/(request|problem)s\/(\d+)(\/notes)?$/.exec(pathname) ?? []
    if (id === undefined || id === '12345') return { status: 404, headers: {}, body: '{"message":"Not Found"}' }
    const body = notes
      ? [{ text: 'It does not work.' }]
      : { id: Number(id), subject: `The ${kind} ${id}`, impact: 'high' }
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  }
}
