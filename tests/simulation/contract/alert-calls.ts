import { keyOf } from '../memory/tables.ts'
import {
  alert,
  alertId,
  type Call,
  type Deck,
  due,
  key,
  later,
  MINUTE_MS,
  newAlert,
  onAlert,
  POLICIES,
  person,
  place,
  source,
  version,
} from './deck.ts'

const EVIDENCE = [
  {},
  { next: null, stopped: 'done' },
  { intents: [{ id: 'a', personId: 1 }], next: { levelIndex: 0, round: 1, dueAt: '2026-03-02T00:00:00.000Z' } },
] as const

function traceLine(deck: Deck, about: object) {
  const line = { station: 'alerts', decision: 'open', rule: 'opened', reason: 'y'.repeat(2_001) }
  const more = deck.chance.percent(50) ? {} : { people: [1, 2], channels: ['EMAIL'] }
  return { ...about, ...line, ...more, evidence: deck.chance.oneOf<object>(EVIDENCE as never) }
}

/** Alerts, and what people do with them. */
export const alertCalls: Record<string, Call> = {
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
  'timeline.addTimeline': {
    draw: (deck) => {
      const line = {
        type: deck.chance.oneOf([
          'NotificationLogEntry',
          'AlertReceivedLogEntry',
          'AlertReopenedLogEntry',
          'AlertReopenedLogEntry',
          'AlertReopenedLogEntry',
          'UserResponseLogEntry',
          'AlertRaisedByUserLogEntry',
          'AlertAssignedByUserLogEntry',
        ]),
        ...deck.chance.oneOf<object>([
          {},
          {},
          { trigger: null },
          { trigger: 'alert-created' },
          { trigger: 'alert-escalation-ended' },
        ]),
        text: 'x'.repeat(2_001),
        filterTypes: ['NOTIFICATIONS', 'ALERT_UPDATES'],
      }
      const vars = deck.chance.percent(50)
        ? {}
        : { vars: { personId: 1, by: null, recordNote: `note ${deck.chance.between(1, 3)}` } }
      return [{ alertSourceId: source(deck), alertId: alertId(deck), ...line, ...vars }, deck.now()]
    },
  },
  'alerts.setReopened': { draw: onAlert((deck, id) => [id, deck.chance.oneOf(['PENDING', 'ACCEPTED']), deck.now()]) },
  'alerts.lockAlertOfRecord': { draw: (deck) => [source(deck), key(deck)] },
  'alerts.alertOfRecord': { draw: (deck) => [source(deck), key(deck)] },
  'alerts.planAutoResolution': { draw: onAlert((deck, id) => [id, due(deck)]) },

  'timers.claimTimers': {
    draw: (deck) => [deck.chance.oneOf(['raise_at', 'return_at']), deck.now(), deck.chance.between(1, 5)],
  },
  'timers.nextTimer': { outside: true, draw: (deck) => [deck.chance.oneOf(['raise_at', 'return_at'])] },
  'timers.setTimer': {
    draw: onAlert((deck, id) => [
      id,
      deck.chance.oneOf(['raise_at', 'return_at']),
      deck.chance.percent(20) ? null : due(deck),
    ]),
  },
  'timers.planReturn': { draw: onAlert((deck, id) => [id, deck.now()]) },
  'timers.lastProgress': { draw: onAlert((deck, id) => [id, deck.chance.percent(50)]) },
  'timers.wasRaised': { draw: onAlert((_deck, id) => [id]) },
  'timers.rulesOfAlert': {
    draw: (deck) => [{ alert_source_id: source(deck), escalation_policy_id: deck.chance.between(1, POLICIES) }],
  },

  'verbs.lockFamilies': { draw: (deck) => [[alertId(deck), alertId(deck)]] },
  'verbs.openMerged': { draw: onAlert((_deck, id) => [id]) },
  'verbs.setMergedInto': {
    draw: (deck) => [[alertId(deck), alertId(deck)], deck.chance.percent(30) ? null : alertId(deck)],
  },
  'verbs.setWaiting': {
    draw: (deck) => {
      const more = deck.chance.oneOf<object>([{}, { priority: 'HIGH' }, { escalationPolicyId: 2 }])
      const assignedTo = deck.chance.percent(50) ? null : person(deck)
      const about = place(deck)
      return about && [about, { assignedTo, ...more }]
    },
  },
  'verbs.setPriority': { draw: onAlert((deck, id) => [id, deck.chance.oneOf(['HIGH', 'LOW'])]) },
  'verbs.putResponder': {
    draw: (deck) => {
      const about = place(deck)
      return about && [about, person(deck), deck.chance.percent(50) ? null : deck.now(), deck.now()]
    },
  },
  'verbs.namedResponders': { draw: (deck) => [[alertId(deck), alertId(deck)]] },

  'comments.notesTold': { draw: onAlert((_deck, id) => [id]) },
  'comments.insertComment': {
    draw: (deck) => {
      const about = place(deck)
      const personId = deck.chance.percent(50) ? null : person(deck)
      return about && [{ ...about, personId, author: 'Ann', content: 'Still so.' }, deck.now()]
    },
  },

  'subscribers.addSubscriber': {
    draw: (deck) => {
      const about = place(deck)
      return about && [about, person(deck), deck.now()]
    },
  },
  'subscribers.wasUpdated': { draw: onAlert((deck, id) => [id, person(deck), later(deck.now(), -MINUTE_MS)]) },
  'subscribers.subscribersOf': { draw: onAlert((_deck, id) => [id]) },
  'trace.addTrace': {
    draw: (deck) => {
      const about = place(deck)
      return about && [traceLine(deck, about), deck.now()]
    },
  },
}
