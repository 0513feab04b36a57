import type { Chance } from '../chance.ts'
import type { MemoryTables } from '../memory/tables.ts'

/** What is claimed, under a number that later calls must know. */
export const CLAIMED = ['notification', 'notice', 'lookup', 'verification', 'write', 'comparison', 'run'] as const
type Claimed = (typeof CLAIMED)[number]

/** What a call is drawn from: chance, time that never stands still, and what the memory holds. */
export interface Deck {
  chance: Chance
  tables: MemoryTables
  /** Rows as claims returned them, some long outdated. */
  claims: Record<Claimed, object[]>
  /** An instant that no other call has, so that no order is left to luck. */
  now(): Date
  uuid(): string
}

/** How a function of a store is called. */
export interface Call {
  /** Functions that open their own transaction, or ask outside of one. */
  outside?: true
  /** Functions of a source's reader, which keeps one connection. */
  connection?: true
  /** Its rows come in no order that anybody may count on. */
  unordered?: true
  /** What of an answer is compared, where parts of it have no order. */
  shape?(answer: unknown): unknown
  /** What it is given is a piece of work: its words are the calls that are made in there. */
  around?: true
  /** Which claims its result belongs to. */
  claims?: Claimed
  /** Null: there is nothing to call it with yet. */
  draw(deck: Deck): unknown[] | null
}

/** Columns that each side fills by a chance of its own, and what is compared instead. */
export const OF_CHANCE: Record<string, object> = { integration_key: { public_id: '', key_hash: '', key_sealed: '' } }

export const PEOPLE = 4
export const SOURCES = 2
export const POLICIES = 2
const KEYS = ['a', 'b', 'c', 'd'] as const
export const MINUTE_MS = 60_000
const LATEST = 6

export const later = (at: Date, ms: number) => new Date(at.getTime() + ms)
export const source = ({ chance }: Deck) => chance.between(1, SOURCES)
export const key = ({ chance }: Deck) => chance.oneOf(KEYS)
export const person = ({ chance }: Deck) => chance.between(1, PEOPLE)
export const people = ({ chance }: Deck) =>
  Array.from({ length: chance.between(0, 4) }, () => chance.between(0, PEOPLE + 2))
/** Due soon, long ago or later. */
export const due = (deck: Deck) => later(deck.now(), deck.chance.oneOf([-20, -3, -1, 1, 3, 20]) * MINUTE_MS)

/** One of the latest, so that calls meet at the same rows. */
export function oneOf<Row>(deck: Deck, rows: Iterable<Row>): Row | null {
  const latest = [...rows].slice(-LATEST)
  return latest[deck.chance.between(0, latest.length - 1)] ?? null
}

export const alert = (deck: Deck) => oneOf(deck, deck.tables.alert.rows)
export const alertId = (deck: Deck) => alert(deck)?.id ?? 999
export const delivery = (deck: Deck) => oneOf(deck, deck.tables.delivery.rows)
/** One of the latest pages. */
export const page = (deck: Deck) => oneOf(deck, deck.tables.notification.rows)
/** The place of one of the latest alerts. */
export const place = (deck: Deck) => {
  const about = alert(deck)
  return about && { alertSourceId: about.alert_source_id, alertId: about.id }
}
export const onAlert = (draw: (deck: Deck, id: number) => unknown[]) => (deck: Deck) => draw(deck, alertId(deck))
export const claimed = (kind: Claimed, draw: (deck: Deck, row: object) => unknown[]) => (deck: Deck) => {
  const row = oneOf(deck, deck.claims[kind])
  return row && draw(deck, row)
}

export const version = ({ chance }: Deck) => (chance.percent(30) ? null : chance.between(1, 9))
export const policyValues = (deck: Deck) => ({
  name: `Policy ${deck.chance.between(1, 99)}`,
  levels: [{ timeoutMinutes: deck.chance.between(0, 9), userIds: [person(deck)] }],
  repeating: deck.chance.percent(50),
  frequency: deck.chance.between(0, 3),
  delayMinutes: deck.chance.between(0, 5),
  routingKey: deck.chance.percent(70) ? null : `Key-${deck.chance.between(1, 9)}`,
  acceptTimeoutMinutes: deck.chance.percent(50) ? null : deck.chance.between(1, 9),
})

export function newAlert(deck: Deck) {
  const { chance } = deck
  const priority = chance.oneOf(['HIGH', 'LOW'])
  return {
    alertSourceId: source(deck),
    alertKey: chance.percent(20) ? null : ` ${key(deck).toUpperCase()}`,
    summary: `Alert ${chance.between(1, 3)}`,
    details: '',
    status: chance.oneOf(['PENDING', 'PENDING', 'ACCEPTED', 'RESOLVED']),
    priority,
    severity: chance.percent(50) ? null : 3,
    escalationPolicyId: chance.between(1, POLICIES),
    autoResolveAt: chance.percent(50) ? null : due(deck),
    links: [{ href: 'https://example.org', text: 'there' }],
    images: [],
    labels: { team: 'Service Desk', a: 'b' },
    customDetails: chance.percent(50) ? undefined : { z: 1, a: [null, { b: 'ü' }] },
    previousAlertId: null,
    ...(chance.percent(50) ? {} : { createdBy: person(deck), raiseAt: chance.percent(50) ? null : due(deck) }),
  }
}

export function intent(deck: Deck) {
  const about = alert(deck)
  const contact = deck.tables.contact.get(deck.chance.between(1, 3 * PEOPLE))
  if (!about || !contact) return null
  return {
    id: deck.uuid(),
    alertSourceId: about.alert_source_id,
    alertId: about.id,
    personId: contact.person_id,
    contactId: contact.id,
    channel: deck.chance.oneOf(['EMAIL', 'SMS']),
    target: contact.target,
    round: deck.chance.between(1, 2),
    levelIndex: deck.chance.between(-3, 1),
    priority: about.priority,
    subject: about.summary,
    climb: deck.chance.between(1, 2),
    kind: deck.chance.oneOf(['PAGE', 'PAGE', 'INVITE', 'UPDATE']),
    note: deck.chance.percent(50) ? null : 'Because.',
    dueAt: due(deck),
    standsInFor: deck.chance.percent(70) ? null : (page(deck)?.id ?? null),
  }
}

export function ending(deck: Deck) {
  return deck.chance.oneOf<object>([
    { status: 'SUCCESS', receipt: deck.chance.percent(50) ? null : '250 ok' },
    { status: 'SUCCESS', receipt: null, receiptDueAt: deck.chance.percent(30) ? null : due(deck) },
    { status: 'ERROR', error: 'refused' },
    { status: 'SCHEDULED', dueAt: due(deck), error: 'later' },
  ])
}

export function verdict(deck: Deck) {
  return {
    outcome: deck.chance.oneOf(['APPLIED', 'DUPLICATE', 'IGNORED', 'QUARANTINED']),
    rule: 'opened',
    reason: 'A new alert was opened.',
    event: deck.chance.percent(50) ? null : 'request.Create',
    alertKey: key(deck),
    alertId: alertId(deck),
    ...(deck.chance.percent(50) ? {} : { effect: { details: 'x'.repeat(2_001), summary: 'Read' } }),
  }
}
