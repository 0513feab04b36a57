import type { Chance } from '../chance.ts'
import { keyOf, type MemoryTables } from '../memory/tables.ts'

/** What a call is drawn from: chance, time that never stands still, and what the memory holds. */
export interface Deck {
  chance: Chance
  tables: MemoryTables
  /** Rows as claims returned them, some long outdated. */
  claims: Record<'notification' | 'lookup' | 'verification', object[]>
  /** An instant that no other call has, so that no order is left to luck. */
  now(): Date
  uuid(): string
}

/** How a function of a store is called. */
export interface Call {
  /** Functions that open their own transaction, or ask outside of one. */
  outside?: true
  /** Its rows come in no order that anybody may count on. */
  unordered?: true
  /** Which claims its result belongs to. */
  claims?: keyof Deck['claims']
  /** Null: there is nothing to call it with yet. */
  draw(deck: Deck): unknown[] | null
}

export const PEOPLE = 4
export const SOURCES = 2
export const POLICIES = 2
const KEYS = ['a', 'b', 'c', 'd'] as const
const MINUTE_MS = 60_000
const LATEST = 6

const later = (at: Date, ms: number) => new Date(at.getTime() + ms)
const source = ({ chance }: Deck) => chance.between(1, SOURCES)
const key = ({ chance }: Deck) => chance.oneOf(KEYS)
const person = ({ chance }: Deck) => chance.between(1, PEOPLE)
const people = ({ chance }: Deck) => Array.from({ length: chance.between(0, 4) }, () => chance.between(0, PEOPLE + 2))
/** Due soon, long ago or later. */
const due = (deck: Deck) => later(deck.now(), deck.chance.oneOf([-20, -3, -1, 1, 3, 20]) * MINUTE_MS)

/** One of the latest, so that calls meet at the same rows. */
function oneOf<Row>(deck: Deck, rows: Iterable<Row>): Row | null {
  const latest = [...rows].slice(-LATEST)
  return latest[deck.chance.between(0, latest.length - 1)] ?? null
}

const alert = (deck: Deck) => oneOf(deck, deck.tables.alert.rows)
const alertId = (deck: Deck) => alert(deck)?.id ?? 999
const delivery = (deck: Deck) => oneOf(deck, deck.tables.delivery.rows)
const onAlert = (draw: (deck: Deck, id: number) => unknown[]) => (deck: Deck) => draw(deck, alertId(deck))
const claimed = (kind: keyof Deck['claims'], draw: (deck: Deck, row: object) => unknown[]) => (deck: Deck) => {
  const row = oneOf(deck, deck.claims[kind])
  return row && draw(deck, row)
}

const version = ({ chance }: Deck) => (chance.percent(30) ? null : chance.between(1, 9))
const policyValues = (deck: Deck) => ({
  name: `Policy ${deck.chance.between(1, 99)}`,
  levels: [{ timeoutMinutes: deck.chance.between(0, 9), userIds: [person(deck)] }],
  repeating: deck.chance.percent(50),
  frequency: deck.chance.between(0, 3),
  delayMinutes: deck.chance.between(0, 5),
  routingKey: null,
})

function newAlert(deck: Deck) {
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
  }
}

function intent(deck: Deck) {
  const about = alert(deck)
  const contact = deck.tables.contact.get(deck.chance.between(1, 3 * PEOPLE))
  if (!about || !contact) return null
  return {
    id: deck.uuid(),
    alertSourceId: about.alert_source_id,
    alertId: about.id,
    personId: contact.person_id,
    contactId: contact.id,
    channel: 'EMAIL',
    target: contact.target,
    round: deck.chance.between(1, 2),
    levelIndex: deck.chance.between(0, 2),
    priority: about.priority,
    subject: about.summary,
  }
}

function ending(deck: Deck) {
  return deck.chance.oneOf<object>([
    { status: 'SUCCESS', receipt: deck.chance.percent(50) ? null : '250 ok' },
    { status: 'ERROR', error: 'refused' },
    { status: 'SCHEDULED', dueAt: due(deck), error: 'later' },
  ])
}

function verdict(deck: Deck) {
  return {
    outcome: deck.chance.oneOf(['APPLIED', 'DUPLICATE', 'IGNORED', 'QUARANTINED']),
    rule: 'opened',
    reason: 'A new alert was opened.',
    event: null,
    alertKey: key(deck),
    alertId: alertId(deck),
  }
}

/** Every function that a twin has, and how it may be called. */
export const calls: Record<string, Call> = {
  'access.deleteEndedSessions': { outside: true, draw: (deck) => [due(deck), 100] },

  'sources.sourceById': { draw: (deck) => [deck.chance.between(0, SOURCES + 1)] },
  'sources.lockSource': { draw: (deck) => [deck.chance.between(0, SOURCES + 1)] },
  'sources.warnSource': {
    draw: (deck) => [
      source(deck),
      { code: deck.chance.oneOf(['lookup', 'quarantined']), text: 'Mend it.' },
      deck.now(),
    ],
  },
  'sources.clearWarnings': { draw: (deck) => [source(deck), deck.chance.some(['lookup', 'quarantined', 'other'], 2)] },

  'verifications.insertVerification': {
    draw: (deck) =>
      [
        {
          alertSourceId: source(deck),
          deliveryId: oneOf(deck, deck.tables.verification.rows)?.delivery_id ?? deck.uuid(),
          webhookId: '220',
          callback: 'https://acme.4me.com/webhooks/220/verify',
          state: deck.chance.oneOf(['QUEUED', 'HELD', 'REFUSED']),
          reason: null,
          receivedAt: deck.now(),
          expiresAt: deck.chance.percent(30) ? null : due(deck),
          dueAt: deck.chance.percent(20) ? null : due(deck),
        },
      ].map((verification) => (deck.chance.percent(80) ? { ...verification, deliveryId: deck.uuid() } : verification)),
  },
  'verifications.lastPlannedAt': { draw: (deck) => [source(deck)] },
  'verifications.lockUnanswered': { draw: (deck) => [source(deck)] },
  'verifications.moveVerification': {
    draw: (deck) => [
      oneOf(deck, deck.tables.verification.rows)?.id ?? 999,
      {
        state: deck.chance.oneOf(['QUEUED', 'VERIFIED', 'FAILED']),
        reason: deck.chance.percent(50) ? null : 'Because.',
        ...(deck.chance.percent(50) ? { dueAt: due(deck) } : {}),
      },
    ],
  },
  'verifications.claimVerification': { claims: 'verification', draw: (deck) => [deck.now(), due(deck)] },
  'verifications.holdVerification': { draw: claimed('verification', (_deck, row) => [row]) },
  'verifications.expireVerifications': { unordered: true, draw: (deck) => [later(deck.now(), -15 * MINUTE_MS)] },
  'verifications.nextVerificationAt': { outside: true, draw: () => [] },

  'alerts.lockRecord': { draw: (deck) => [source(deck), key(deck), deck.now()] },
  'alerts.saveRecord': {
    draw: (deck) => [
      source(deck),
      key(deck),
      {
        version: version(deck),
        eventType: deck.chance.oneOf([null, 'ALERT', 'ACCEPT', 'RESOLVE']),
        status: deck.chance.oneOf([null, 'assigned']),
        alertId: alert(deck)?.id ?? null,
        marks: { firstAlert: version(deck), lastAlert: version(deck), accept: version(deck), resolve: version(deck) },
      },
      deck.now(),
    ],
  },
  'alerts.lockGrouping': { draw: (deck) => [source(deck)] },
  'alerts.openAlertsOfSource': { draw: (deck) => [source(deck)] },
  'alerts.alertOfKey': {
    draw: (deck) => {
      const [of, about, other] = [source(deck), key(deck), alert(deck)]
      const openId = deck.tables.openOfKey.keyOf(keyOf(of, about))
      // With two open alerts either could be meant; the product never has them.
      const isClear = other !== null && (openId === undefined || other.status === 'RESOLVED')
      return [of, about, isClear && deck.chance.percent(60) ? other.id : null]
    },
  },
  'alerts.othersStillOpen': { draw: onAlert((deck, id) => [source(deck), id, key(deck)]) },
  'alerts.insertAlert': { draw: (deck) => [newAlert(deck), deck.now()] },
  'alerts.lockAlert': { draw: onAlert((_deck, id) => [id]) },
  'alerts.setAccepted': { draw: onAlert((deck, id) => [id, deck.chance.oneOf([null, 1]), deck.now()]) },
  'alerts.setResolved': { draw: onAlert((deck, id) => [id, deck.chance.oneOf([null, 1]), deck.now()]) },
  'alerts.countEvent': { draw: onAlert((_deck, id) => [id]) },
  'alerts.changeAlert': {
    draw: onAlert((deck, id) => [
      id,
      { summary: `Read ${deck.chance.between(1, 9)}`, labels: { impact: 'high' }, links: [] },
    ]),
  },
  'alerts.claimAutoResolutions': { draw: (deck) => [deck.now(), deck.chance.between(1, 5)] },
  'alerts.nextAutoResolution': { outside: true, draw: () => [] },

  'directory.peopleByIds': { draw: (deck) => [people(deck)] },
  'directory.emailContacts': { draw: (deck) => [people(deck)] },
  'directory.changePerson': {
    draw: (deck) => [
      deck.chance.between(1, PEOPLE + 1),
      { first_name: `Name ${deck.chance.between(1, 9)}`, deleted_at: deck.chance.percent(60) ? null : deck.now() },
      deck.now(),
    ],
  },

  'policies.policySnapshot': { draw: (deck) => [deck.chance.between(1, POLICIES)] },
  'policies.insertPolicy': { draw: (deck) => [policyValues(deck), { isDefault: false }, deck.now()] },
  'policies.changePolicy': { draw: (deck) => [deck.chance.between(1, POLICIES + 1), policyValues(deck), deck.now()] },

  'escalation.insertEscalation': {
    draw: (deck) => {
      const about = alert(deck)
      const policy = { policyId: 1, policyName: 'Default', levels: [], rounds: 1, delayMinutes: 0 }
      return (
        about && [{ alertSourceId: about.alert_source_id, alertId: about.id, policy, dueAt: due(deck) }, deck.now()]
      )
    },
  },
  'escalation.claimDueEscalations': { draw: (deck) => [deck.now(), deck.chance.between(1, 9)] },
  'escalation.nextStepAt': { outside: true, draw: () => [] },
  'escalation.moveEscalation': {
    draw: onAlert((deck, id) => [
      id,
      { levelIndex: deck.chance.between(0, 3), round: deck.chance.between(1, 2), dueAt: due(deck) },
    ]),
  },
  'escalation.endEscalation': { draw: onAlert((deck, id) => [id, 'accepted by Ann', deck.now()]) },
  'escalation.lockUnstarted': { draw: onAlert((_deck, id) => [id]) },
  'escalation.markUnattended': { draw: onAlert((deck, id) => [id, deck.now()]) },

  'lookups.wantLookup': {
    draw: (deck) => [
      {
        alertSourceId: source(deck),
        folded: key(deck),
        request: { record: 'request', id: String(deck.chance.between(1, 99)) },
        deliveryId: deck.chance.percent(50) ? null : deck.uuid(),
        dueAt: due(deck),
        giveUpAt: due(deck),
      },
    ],
  },
  'lookups.claimLookup': { claims: 'lookup', draw: (deck) => [deck.now(), due(deck)] },
  'lookups.holdLookup': { draw: claimed('lookup', (_deck, row) => [row]) },
  'lookups.endLookup': { draw: claimed('lookup', (deck, row) => [row, deck.chance.between(0, 3), deck.now()]) },
  'lookups.postponeLookup': { draw: claimed('lookup', (deck, row) => [row, due(deck)]) },
  'lookups.nextLookupAt': { outside: true, draw: () => [] },
  'lookups.alertOfRecord': { draw: (deck) => [source(deck), key(deck)] },

  'intake.insertDeliveries': {
    outside: true,
    draw: (deck) => [
      [
        {
          alertSourceId: source(deck),
          id: deck.chance.percent(5) ? (delivery(deck)?.id ?? deck.uuid()) : deck.uuid(),
          answerStatus: 200,
          headers: { 'content-type': 'application/json' },
          body: Buffer.from('{"ü":1}'),
        },
      ],
      deck.now(),
    ],
  },
  'intake.sourcesWithNews': { outside: true, draw: (deck) => [deck.now(), deck.chance.between(1, 3)] },
  'intake.tryReading': { draw: (deck) => [source(deck)] },
  'intake.unreadDeliveries': { draw: (deck) => [source(deck), deck.now(), deck.chance.between(1, 5)] },
  'intake.finishDelivery': {
    draw: (deck) => {
      const row = delivery(deck)
      return row && [row, verdict(deck), deck.now()]
    },
  },
  'intake.postponeDelivery': {
    draw: (deck) => {
      const row = delivery(deck)
      const more = deck.chance.oneOf<object>([{}, { attempts: 2, reason: 'Again.' }, { confirmation: 'ASKING' }])
      return row && [row, { dueAt: due(deck), ...more }]
    },
  },
  'intake.claimIdempotencyKey': { draw: (deck) => [source(deck), `key-${key(deck)}`, deck.uuid(), deck.now()] },
  'intake.nextDeliveryAt': { outside: true, draw: () => [] },
  'intake.hasUnreadUntil': { outside: true, draw: (deck) => [due(deck), deck.now()] },

  'notifications.insertIntents': {
    draw: (deck) => {
      const one = intent(deck)
      return one && [deck.chance.percent(5) ? [] : [one], deck.now()]
    },
  },
  'notifications.claimPage': { claims: 'notification', draw: (deck) => [deck.now(), due(deck)] },
  'notifications.pageFacts': {
    outside: true,
    draw: (deck) => {
      const about = alert(deck)
      return about && [{ alert_id: about.id, person_id: person(deck) }]
    },
  },
  'notifications.renewLease': { outside: true, draw: claimed('notification', (deck, row) => [row, due(deck)]) },
  'notifications.saveEnding': { draw: claimed('notification', (deck, row) => [row, ending(deck), deck.now()]) },
  'notifications.cancelUnsent': {
    unordered: true,
    draw: (deck) => {
      const about = alert(deck)
      return about && [about.alert_source_id, about.id, 'accepted by Ann', deck.now()]
    },
  },
  'notifications.cancelAnswered': { unordered: true, draw: (deck) => [deck.now(), 1_000] },
  'notifications.nextPageAt': { outside: true, draw: () => [] },
  'notifications.notificationsOf': { outside: true, draw: onAlert((_deck, id) => [id]) },

  'timeline.addTimeline': {
    draw: (deck) => {
      const line = {
        type: 'NotificationLogEntry',
        text: 'x'.repeat(2_001),
        filterTypes: ['NOTIFICATIONS', 'ALERT_UPDATES'],
      }
      const vars = deck.chance.percent(50) ? {} : { vars: { personId: 1, by: null } }
      return [{ alertSourceId: source(deck), alertId: alertId(deck), ...line, ...vars }, deck.now()]
    },
  },
}
