import { type Outbound, OutboundError } from '../../runtime/outbound.ts'
import type { ListedRecord, Listing } from '../contract.ts'
import { ask, attempt, isWebPage, jsonOf, paceKey, paceOf, silenceOf } from './client.ts'
import { forbidden, unauthorized, unreachable } from './look-up.ts'
import { keptReading, keyOf, READING_FIELDS, readingOf } from './reading.ts'
import { apiOrigin } from './regions.ts'
import type { FourmeSettings } from './settings.ts'
import type { RecordKind } from './status.ts'

const PER_PAGE = 100
/** Two thousand open records of a kind are compared; beyond, the newest changes are. */
const PAGES_MAX = 20
const LIST_TIMEOUT_MS = 10_000
/** A cursor is opaque, and ours to send back: nothing else of a link is followed. */
const CURSOR = /[?&]search_after=([^&>]{1,2000})[^>]*>\s*;\s*rel="next"/

/** Every open request and problem the token may see, page by page; a kind it may not read is left out with a warning. */
export async function listOpen(settings: FourmeSettings, outbound: Outbound): Promise<Listing> {
  const kinds: RecordKind[] = settings.filters?.kind?.length ? settings.filters.kind : ['request', 'problem']
  const records: ListedRecord[] = []
  let isComplete = true
  let refused: (Listing & { kind: 'failed' }) | null = null
  for (const kind of kinds) {
    const listed = await listKind(kind, settings, outbound)
    if (listed.kind === 'failed') {
      if (listed.warning?.code !== '4me-forbidden') return listed
      refused = listed
      isComplete = false
      continue
    }
    records.push(...listed.records)
    isComplete &&= listed.isComplete
  }
  return records.length === 0 && refused ? refused : { kind: 'listed', records, isComplete }
}

async function listKind(kind: RecordKind, settings: FourmeSettings, outbound: Outbound): Promise<Listing> {
  const records: ListedRecord[] = []
  const ended = kind === 'request' ? 'completed' : 'solved'
  const fields = encodeURIComponent(READING_FIELDS[kind])
  const list = `${apiOrigin(settings)}/v1/${kind}s?status=!${ended}&sort=-updated_at&per_page=${PER_PAGE}&fields=${fields}`
  let cursor: string | null = null
  for (let page = 0; page < PAGES_MAX; page++) {
    const url: string = cursor === null ? list : `${list}&search_after=${cursor}`
    const answer = await readPage(kind, url, settings, outbound)
    if (answer.kind === 'failed') return answer
    for (const json of answer.items) {
      const reading = readingOf(kind, settings.accountName, json)
      const kept = keptReading(reading)
      const createdAt = new Date(kept?.createdAt ?? '')
      if (!kept || Number.isNaN(createdAt.getTime())) continue
      records.push({ alertKey: keyOf(kept), title: kept.subject ?? keyOf(kept), createdAt, reading })
    }
    cursor = answer.cursor
    if (cursor === null) return { kind: 'listed', records, isComplete: true }
  }
  return { kind: 'listed', records, isComplete: false }
}

type Page = { kind: 'page'; items: unknown[]; cursor: string | null } | (Listing & { kind: 'failed' })

async function readPage(kind: RecordKind, url: string, settings: FourmeSettings, outbound: Outbound): Promise<Page> {
  const pacer = paceOf(outbound)
  const leave = await pacer.leave(paceKey(settings), 1)
  if (leave.kind === 'later')
    return { kind: 'failed', reason: "4me's limit of calls is used up.", afterSeconds: leave.afterSeconds }
  const account = settings.accountName
  const answer = await attempt(ask(outbound, settings, account, url, undefined, LIST_TIMEOUT_MS))
  if (answer instanceof OutboundError) return failed(unreachable(settings, answer.message))
  if (answer.status === 429) {
    pacer.hush(paceKey(settings), silenceOf(answer))
    return { kind: 'failed', reason: '4me asks for fewer calls (429).', afterSeconds: silenceOf(answer) }
  }
  if (answer.status === 400 || answer.status === 401) return failed(unauthorized({ account }, settings, answer))
  if (answer.status === 403) return failed(forbidden({ record: kind, account }))
  const items = answer.status === 200 && !isWebPage(answer) ? jsonOf(answer) : undefined
  if (!Array.isArray(items)) {
    const { host } = new URL(apiOrigin(settings))
    return failed(unreachable(settings, `${host} answers ${answer.status} when asked for open ${kind}s.`))
  }
  const cursor = CURSOR.exec(nextLink(answer.headers.link ?? ''))?.[1] ?? null
  return { kind: 'page', items, cursor: items.length === 0 ? null : cursor }
}

function nextLink(header: string): string {
  return header.split(/,\s*(?=<)/).find((link) => link.includes('rel="next"')) ?? ''
}

function failed(why: { reason: string; afterSeconds?: number; warning?: { code: string; text: string } }): Listing & {
  kind: 'failed'
} {
  return {
    kind: 'failed',
    reason: why.reason,
    ...(why.afterSeconds === undefined ? {} : { afterSeconds: why.afterSeconds }),
    ...(why.warning ? { warning: why.warning } : {}),
  }
}
