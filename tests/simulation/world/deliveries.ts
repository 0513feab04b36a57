import { fourme } from '../../../server/integrations/4me/index.ts'
import { hashOf } from '../chance.ts'
import type { RecordChange } from './fourme.ts'

/** What a delivery means, as its sender means it. */
export interface Meaning {
  effect: 'ALERT' | 'ACCEPT' | 'RESOLVE' | 'COMMENT' | 'NONE' | 'BROKEN' | 'POISON' | 'TEST' | 'VERIFY'
  /** The key of the alert it is about, folded; null when it names none. */
  key: string | null
  /** Where it lies in the record's own order; null when only arrival counts. */
  version: number | null
  priority: 'HIGH' | 'LOW' | null
  /** Deliveries that carry the same are one. */
  repeatKey: string | null
  /** True for the news of what we wrote ourselves. */
  isEcho?: boolean
}

export interface Letter {
  meaning: Meaning
  headers: Record<string, string>
  body: Buffer
}

const JSON_HEADERS = { 'content-type': 'application/json' }

/** An event of our own API. `spelling`: the key as it is written, which may differ from how it is folded. */
export function apiLetter(
  effect: 'ALERT' | 'ACCEPT' | 'RESOLVE' | 'COMMENT',
  key: { folded: string; spelling: string } | null,
  more: { priority: 'HIGH' | 'LOW' | null; repeatKey: string | null },
): Letter {
  const event = {
    eventType: effect,
    summary: key === null ? 'A test of the alarm' : `${key.folded} is down`,
    ...(key === null ? {} : { alertKey: key.spelling }),
    ...(more.priority === null ? {} : { priority: more.priority }),
    ...(effect === 'COMMENT' ? { comments: [{ creator: 'monitor', content: 'Still so.' }] } : {}),
  }
  return {
    meaning: { effect, key: key?.folded ?? null, version: null, ...more },
    headers: { ...JSON_HEADERS, ...(more.repeatKey === null ? {} : { 'idempotency-key': more.repeatKey }) },
    body: Buffer.from(JSON.stringify(event)),
  }
}

/** What each status of a request does to its alert. */
const EFFECTS = {
  assigned: 'ALERT',
  waiting_for: 'ALERT',
  declined: 'ALERT',
  accepted: 'ACCEPT',
  in_progress: 'ACCEPT',
  completed: 'RESOLVE',
  on_the_moon: 'NONE',
} as const
export type Status = keyof typeof EFFECTS
export const STATUSES = Object.keys(EFFECTS) as [Status, ...Status[]]

/** A change of a 4me request, told by webhook. */
export function fourmeLetter({ id, status, version, isBirth, isOurs }: RecordChange): Letter {
  return {
    meaning: {
      effect: EFFECTS[status],
      key: keyOfRecord(id),
      version,
      priority: null,
      repeatKey: null,
      isEcho: isOurs,
    },
    headers: JSON_HEADERS,
    body: envelope(isBirth ? 'request.create' : 'request.update', id, {
      audit_line_id: version,
      status,
      team: { id: 14, name: 'Service Desk' },
    }),
  }
}

export function keyOfRecord(id: number): string {
  return `${ACCOUNT}:request:${id}`
}

const ACCOUNT = 'acme'
const WEBHOOK = 220

/** What an administrator of 4me sends to see whether it arrives. */
export function testLetter(): Letter {
  return {
    meaning: { effect: 'TEST', key: keyOfRecord(12_345), version: 1, priority: null, repeatKey: null },
    headers: JSON_HEADERS,
    body: envelope('request.create', 12_345, { audit_line_id: 1, status: 'assigned' }),
  }
}

/** 4me asks whether the address is ours; its code runs out. */
export function verifyLetter(expiresAtSeconds: number): Letter {
  return {
    meaning: { effect: 'VERIFY', key: null, version: null, priority: null, repeatKey: null },
    headers: JSON_HEADERS,
    body: envelope('webhook.verify', WEBHOOK, {
      callback: `https://${ACCOUNT}.4me.com/webhooks/${WEBHOOK}/verify?code=abc&expires_at=${expiresAtSeconds}`,
    }),
  }
}

/** Nothing that anybody can read. */
export function brokenLetter(): Letter {
  return {
    meaning: { effect: 'BROKEN', key: null, version: null, priority: null, repeatKey: null },
    headers: JSON_HEADERS,
    body: Buffer.from('{"eventType":'),
  }
}

/** Records of this key cannot be stored, however often it is tried. */
export const POISON_KEY = 'poison'

/** An event that nobody can process. */
export function poisonLetter(): Letter {
  return {
    meaning: { effect: 'POISON', key: null, version: null, priority: null, repeatKey: null },
    headers: JSON_HEADERS,
    body: Buffer.from(JSON.stringify({ eventType: 'ALERT', summary: 'Poison', alertKey: POISON_KEY })),
  }
}

function envelope(event: string, objectId: number, payload: Record<string, unknown>): Buffer {
  return Buffer.from(
    JSON.stringify({
      webhook_id: WEBHOOK,
      account_id: ACCOUNT,
      account: `https://${ACCOUNT}.4me.com`,
      event,
      object_id: objectId,
      person_name: 'Howard Tanner',
      payload,
    }),
  )
}

/** How 4me sources are set up. */
export const FOURME_SETTINGS = {
  type: fourme.type,
  plain: { accountName: ACCOUNT, region: '4me.com' },
}

/** Half of the records are left to themselves: nobody of ours answers, so they end as 4me says. */
export function isLeftAlone(key: string | null): boolean {
  const isRecord = key?.startsWith(`${ACCOUNT}:`) ?? false
  return isRecord && hashOf(String(key)) % 2 === 0
}
