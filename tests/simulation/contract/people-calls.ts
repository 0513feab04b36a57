import {
  alert,
  alertId,
  type Call,
  type Deck,
  due,
  later,
  MINUTE_MS,
  onAlert,
  oneOf,
  PEOPLE,
  POLICIES,
  people,
  person,
  place,
  policyValues,
} from './deck.ts'

const contactId = ({ chance }: Deck) => chance.between(1, 3 * PEOPLE + 1)

/** People, whom a policy asks, and how they are reached. */
export const peopleCalls: Record<string, Call> = {
  'access.deleteEndedSessions': { outside: true, draw: (deck) => [due(deck), 100] },
  'directory.peopleByIds': { draw: (deck) => [people(deck)] },
  'directory.changePerson': {
    draw: (deck) => [
      deck.chance.between(1, PEOPLE + 1),
      {
        first_name: `Name ${deck.chance.between(1, 9)}`,
        deleted_at: deck.chance.percent(60) ? null : deck.now(),
        role: deck.chance.oneOf(['RESPONDER', 'ADMIN', 'OWNER', 'STAKEHOLDER']),
      },
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
  'escalation.claimDueEscalations': {
    draw: (deck) => {
      const some = [alert(deck), alert(deck)].flatMap((about) => (about ? [about.id] : []))
      const which = deck.chance.oneOf<{ only?: number[]; but?: number[] }>([{}, { only: some }, { but: some }])
      return [deck.now(), deck.chance.between(1, 9), which]
    },
  },
  'escalation.nextStepAt': { outside: true, draw: () => [] },
  'escalation.moveEscalation': {
    draw: onAlert((deck, id) => [
      id,
      { levelIndex: deck.chance.between(0, 3), round: deck.chance.between(1, 2), dueAt: due(deck) },
    ]),
  },
  'escalation.endEscalation': { draw: onAlert((deck, id) => [id, 'accepted by Ann', deck.now()]) },
  'escalation.lockUnstarted': { draw: onAlert((_deck, id) => [id]) },
  'directory.mutedPeople': { draw: (deck) => [people(deck)] },
  'directory.everKnownPeople': { draw: (deck) => [people(deck)] },
  'directory.teamResponders': { unordered: true, draw: (deck) => [[1, 2, deck.chance.between(1, 4)]] },
  'policies.policyByRoutingKey': {
    draw: (deck) => [[`key-${deck.chance.between(1, 9)}`, `KEY-${deck.chance.between(1, 9)}`]],
  },
  'policies.lockDefaultPolicy': { draw: () => [] },

  'escalation.lockRunning': { draw: onAlert((_deck, id) => [id]) },
  'escalation.postponeStep': {
    draw: onAlert((deck, id) => [id, { dueAt: due(deck), failures: deck.chance.between(1, 5) }]),
  },
  'escalation.restartEscalation': {
    draw: (deck) => {
      const about = place(deck)
      const policy = { policyId: 1, policyName: 'Default', levels: [], rounds: 1, delayMinutes: 0 }
      const step = { levelIndex: deck.chance.between(0, 2), round: deck.chance.between(1, 2), dueAt: due(deck) }
      return about && [{ ...about, policy, ...step, backIn: [person(deck)] }, deck.now()]
    },
  },
  'escalation.claimUnheard': { draw: (deck) => [deck.now(), deck.chance.between(1, 5)] },
  'escalation.endUnheard': {
    draw: (deck) => {
      const step = oneOf(deck, deck.tables.unheard_step.rows)
      return step && [step]
    },
  },
  'escalation.postponeUnheard': {
    draw: (deck) => {
      const step = oneOf(deck, deck.tables.unheard_step.rows)
      return step && [step, due(deck)]
    },
  },
  'escalation.lockClimb': { draw: onAlert((_deck, id) => [id]) },

  'turns.turnsOfPolicy': { draw: (deck) => [deck.chance.between(1, POLICIES + 1)] },
  'turns.saveTurn': { draw: (deck) => [deck.chance.between(1, POLICIES), deck.chance.between(0, 2), person(deck)] },

  'oncall.everKnownSchedules': { draw: (deck) => [[2, 1, deck.chance.between(1, 5)]] },
  'oncall.loadSchedules': {
    draw: (deck) => [
      [...deck.tables.schedule.rows].slice(0, deck.chance.between(0, 2)),
      { from: due(deck), until: later(deck.now(), deck.chance.between(1, 99) * 24 * 60 * MINUTE_MS) },
    ],
  },
  'hours.priorityOfSource': {
    draw: (deck) => {
      const rules = ['HIGH', 'LOW', 'HIGH_DURING_SUPPORT_HOURS', 'LOW_DURING_SUPPORT_HOURS'] as const
      const supportHoursId = deck.chance.percent(20) ? null : deck.chance.between(1, 2)
      const at = later(deck.now(), deck.chance.between(0, 3 * 24 * 60) * MINUTE_MS)
      return [{ alertPriorityRule: deck.chance.oneOf(rules), supportHoursId }, at]
    },
  },

  'reach.reachOf': { draw: (deck) => [people(deck)] },
  'reach.waysToReach': { draw: (deck) => [people(deck), deck.chance.oneOf(['HIGH', 'LOW'])] },
  'reach.newsWays': { draw: (deck) => [people(deck)] },
  'rules.updateRules': { draw: (deck) => [people(deck), deck.chance.oneOf(['ALERT_ACCEPTED', 'ALERT_RESOLVED'])] },
  'contacts.changeContact': {
    draw: (deck) => [
      contactId(deck),
      deck.chance.oneOf<object>([
        { broken_at: null, broken_reason: null },
        { removed_at: deck.now() },
        { removed_at: null },
      ]),
    ],
  },
  'contacts.breakContact': { draw: (deck) => [contactId(deck), 'Gone.', deck.now()] },
  'contacts.personOfContact': { draw: (deck) => [contactId(deck)] },
  'contacts.watchersOf': { draw: (deck) => [person(deck)] },
  'channels.channelSetting': { draw: (deck) => [deck.chance.oneOf(['SMS', 'VOICE'])] },
  'lastResort.chosenPeople': { draw: () => [] },
  'lastResort.ownersAndAdmins': { draw: () => [] },
  'lastResort.markUnattended': { draw: onAlert((deck, id) => [id, deck.now()]) },
  'lastResort.isAboutUnattended': { draw: onAlert((_deck, id) => [id]) },
  'audit.audit': {
    draw: (deck) => {
      const doer = deck.chance.oneOf<object>([{ kind: 'automation' }, { kind: 'person', personId: 1, name: 'Ann' }])
      const line = { action: 'alert.accepted', objectType: 'alert', objectId: alertId(deck) }
      return [doer, deck.chance.percent(50) ? line : { ...line, details: { z: 1 } }, deck.now()]
    },
  },
}
