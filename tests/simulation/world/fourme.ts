import type { Outbound } from '../../../server/integrations/contract.ts'
import { OutboundError } from '../../../server/runtime/outbound.ts'
import type { Chance } from '../chance.ts'
import type { Status } from './deliveries.ts'
import type { Process } from './process.ts'

interface FourmeRecord {
  alertSourceId: number
  status: Status
  updatedAtMs: number
}

/** A change of a record, in the order in which 4me made them. */
export interface RecordChange {
  alertSourceId: number
  id: number
  status: Status
  version: number
  isBirth: boolean
  /** True for what we wrote ourselves. */
  isOurs: boolean
}

const SLOW_MS_MAX = 4_000
const PEOPLE = [{ id: 9, primary_email: 'person-0@example.org' }]

/** The account of 4me: its records, who changed them, and its REST API, which at times says nothing or too little. */
export class Fourme {
  readonly #nowMs: () => number
  readonly #tell: (change: RecordChange) => void
  readonly #records = new Map<number, FourmeRecord>()
  /** Every status that we wrote and 4me took, by record. */
  readonly #written = new Map<number, Set<string>>()
  #ids = 70_000
  #versions = 1_000
  writes = 0

  /** `tell`: sends the webhook of a change. */
  constructor(options: { nowMs: () => number; tell: (change: RecordChange) => void }) {
    this.#nowMs = options.nowMs
    this.#tell = options.tell
  }

  nextId(): number {
    return this.#ids++
  }

  /** Somebody at 4me creates or changes a record. */
  change(alertSourceId: number, id: number, status: Status): void {
    const isBirth = !this.#records.has(id)
    this.#set({ alertSourceId, id, status, isBirth, isOurs: false })
  }

  /** True when 4me took this status from us, whatever became of it since. */
  tookFromUs(id: number, status: string): boolean {
    return this.#written.get(id)?.has(status) ?? false
  }

  #set(change: Omit<RecordChange, 'version'>): void {
    const { alertSourceId, id, status } = change
    this.#records.set(id, { alertSourceId, status, updatedAtMs: this.#nowMs() })
    this.#tell({ ...change, version: this.#versions++ })
  }

  /** The API as one process reaches it. */
  apiOf(process: Process, chance: Chance): Outbound {
    return async ({ url, method, body }) => {
      const stop = process.pass('send')
      if (stop !== null) await stop
      await new Promise<void>((resolve) => process.after(chance.magnitude(20, SLOW_MS_MAX), resolve))
      if (chance.percent(5)) throw new OutboundError('timeout', 'The other side does not answer.')
      if (chance.percent(3)) return { status: 503, headers: {}, body: '' }
      if (chance.percent(1)) return { status: 429, headers: { 'retry-after': '60' }, body: '' }
      const answer = this.#answer(new URL(url).pathname, method === 'PATCH' ? String(body ?? '') : null)
      // It did what it was told, and its answer is lost.
      if (method === 'PATCH' && chance.percent(5)) throw new OutboundError('timeout', 'The answer is lost.')
      return answer
    }
  }

  #answer(pathname: string, change: string | null) {
    if (pathname.startsWith('/webhooks/')) return { status: 200, headers: {}, body: '' }
    if (pathname === '/v1/people') return json(PEOPLE)
    const [, kind, text, notes] = /^\/v1\/(request|problem)s\/(\d+)(\/notes)?$/.exec(pathname) ?? []
    const id = Number(text)
    const record = this.#records.get(id)
    if (kind === undefined || record === undefined) return { status: 404, headers: {}, body: '{"message":"Not Found"}' }
    if (notes) return json([{ text: 'It does not work.' }])
    if (change !== null) this.#write(id, record, JSON.parse(change))
    const { status, updatedAtMs } = this.#records.get(id) ?? record
    const updated_at = new Date(updatedAtMs).toISOString()
    return json({ id, subject: `The ${kind} ${id}`, impact: 'high', status, updated_at })
  }

  #write(id: number, { alertSourceId }: FourmeRecord, { status }: { status?: Status }): void {
    this.writes++
    if (status === undefined) return
    const known = this.#written.get(id) ?? new Set()
    this.#written.set(id, known.add(status))
    this.#set({ alertSourceId, id, status, isBirth: false, isOurs: true })
  }
}

function json(value: unknown) {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}
