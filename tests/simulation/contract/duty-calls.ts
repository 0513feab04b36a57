import type { Viewer } from '../../../server/access/sight.ts'
import {
  alertId,
  type Call,
  claimed,
  type Deck,
  due,
  later,
  MINUTE_MS,
  onAlert,
  oneOf,
  person,
  source,
} from './deck.ts'

const TEAMS = 3
const SCHEDULES = 2
const ACTIONS_MAX = 4
const HOUR_MS = 60 * MINUTE_MS
const SHIFTS_FROM = new Date(Date.UTC(2026, 2, 2))

/** No two of one line's triggers: rows of one statement come in no order among themselves. */
const TRIGGERS = [
  ['alert-created', 'alert-raised'],
  ['v-alert-not-resolved', 'alert-assigned'],
  ['alert-escalation-ended', 'alert-raised'],
  [],
] as const
const NAMES = ['Call', 'call', 'Tell', 'ask'] as const

const name = ({ chance }: Deck) => `${chance.oneOf(NAMES)} ${chance.between(1, 3)}`
const team = ({ chance }: Deck) => chance.between(1, TEAMS)
const action = (deck: Deck) => oneOf(deck, deck.tables.alert_action.rows)
const onAction = (draw: (deck: Deck, id: number) => unknown[]) => (deck: Deck) => {
  const row = action(deck)
  return row && draw(deck, row.id)
}
const actions = (deck: Deck) => [action(deck)?.id ?? 999, action(deck)?.id ?? 999]
const connector = (deck: Deck) => oneOf(deck, deck.tables.connector.rows)?.id ?? 999
const run = (deck: Deck) => oneOf(deck, deck.tables.alert_action_run.rows)?.id ?? 999
const request = (deck: Deck) => oneOf(deck, deck.tables.coverage_request.rows)
const page = ({ chance }: Deck) => ({ offset: chance.between(0, 2), limit: chance.between(1, 9) })
const params = ({ chance }: Deck) => ({ z: chance.between(1, 9), a: [null, { b: 'ü' }] })
const message = ({ chance }: Deck) => ({
  title: `Title ${chance.between(1, 9)}`,
  text: '',
  url: 'https://example.org',
  body: chance.percent(50) ? null : '{}',
})
const secrets = ({ chance }: Deck) => Buffer.from([chance.between(1, 255)])
const urlOf = (id: number) => `https://example.org/alerts/${id}`

function viewer(deck: Deck): Viewer {
  const { chance } = deck
  const limit = chance.percent(70) ? {} : { context: chance.oneOf<number[]>([[], [team(deck)], [1, 3]]) }
  if (chance.percent(30)) return { sees: 'everything', ...limit }
  const isOutsider = chance.percent(40)
  return { sees: 'of-teams', personId: person(deck), isOutsider, seesPeople: !isOutsider, ...limit }
}

function actionValues(deck: Deck) {
  const { chance } = deck
  return {
    name: name(deck),
    connectorType: 'WEBHOOK',
    connectorId: chance.percent(60)
      ? null
      : (oneOf(deck, deck.tables.connector.rows)?.id ?? (chance.percent(10) ? 999 : null)),
    triggerMode: chance.oneOf(['AUTOMATIC', 'AUTOMATIC', 'MANUAL']),
    triggerTypes: chance.oneOf<readonly string[]>(TRIGGERS),
    escalationEndedDelaySeconds: chance.between(0, 900),
    notResolvedDelaySeconds: chance.between(0, 900),
    conditions: chance.percent(50) ? null : 'priority == "HIGH"',
    params: params(deck),
  }
}

/** Names once each what several of them own, so that only the order within each is compared. */
const byAction = (answer: unknown) => Map.groupBy(answer as { actionId: number }[], ({ actionId }) => actionId)

/** So far ahead that many calls find a lease or a pause still running. */
const farOff = (deck: Deck) => later(deck.now(), deck.chance.between(1, 12) * HOUR_MS)

const shiftStart = ({ chance }: Deck) => later(SHIFTS_FROM, chance.between(0, 6) * 60 * MINUTE_MS)

function span(deck: Deck) {
  const starts_at = due(deck)
  return { starts_at, ends_at: later(starts_at, deck.chance.between(deck.chance.percent(5) ? 0 : 1, 40) * MINUTE_MS) }
}

function wanted(deck: Deck) {
  return { schedule_id: deck.chance.between(1, SCHEDULES), requester_id: person(deck), asked_id: person(deck) }
}

/** Alert actions and what they send; what people do about their shifts. */
export const dutyCalls: Record<string, Call> = {
  'alertActions.insertAction': {
    draw: (deck) => {
      const living = [...deck.tables.alert_action.rows].filter((row) => row.deleted_at === null)
      return living.length < ACTIONS_MAX ? [actionValues(deck), deck.now()] : null
    },
  },
  'alertActions.changeAction': { draw: onAction((deck, id) => [id, actionValues(deck), deck.now()]) },
  'alertActions.saveActionSecrets': { draw: onAction((deck, id) => [id, secrets(deck)]) },
  'alertActions.deleteActionRow': { draw: onAction((deck, id) => [id, deck.now()]) },
  'alertActions.replaceOwners': {
    draw: onAction((deck, id) => [
      id,
      deck.chance.oneOf([[], [], [source(deck)], [1, 2, 3]]),
      deck.chance.oneOf([[], [team(deck)], [1, 3]]),
    ]),
  },
  'alertActions.actionById': { draw: (deck) => [deck.chance.percent(10) ? 0 : (action(deck)?.id ?? 2 ** 40)] },
  'alertActions.lockAction': { draw: (deck) => [deck.chance.percent(10) ? 1.5 : (action(deck)?.id ?? 999)] },
  'alertActions.listActions': { outside: true, draw: (deck) => [viewer(deck), page(deck)] },
  'alertActions.actionByName': {
    outside: true,
    draw: (deck) => [viewer(deck), deck.chance.percent(20) ? name(deck) : (action(deck)?.name ?? name(deck))],
  },
  'alertActions.manualActionsOf': { outside: true, draw: (deck) => [source(deck)] },
  'alertActions.sourcesOfActions': {
    shape: byAction,
    draw: (deck) => [deck.chance.percent(10) ? [] : actions(deck)],
  },
  'alertActions.teamsOfActions': { shape: byAction, draw: (deck) => [deck.chance.percent(10) ? [] : actions(deck)] },
  'alertActions.saveActionCounts': {
    draw: onAction((deck, id) => [id, { a: { count: deck.chance.between(1, 9), endsAt: 'x' } }]),
  },
  'alertActions.pauseAction': {
    draw: onAction((deck, id) => [id, deck.chance.oneOf([null, due(deck), farOff(deck)])]),
  },
  'alertActions.alertForActions': { draw: onAlert((_deck, id) => [id, urlOf]) },

  'connectors.insertConnector': {
    draw: (deck) => [{ name: name(deck), type: 'WEBHOOK', params: params(deck) }, deck.now()],
  },
  'connectors.changeConnector': {
    draw: (deck) => [connector(deck), { name: name(deck), params: params(deck), secrets: secrets(deck) }, deck.now()],
  },
  'connectors.deleteConnectorRow': { draw: (deck) => [connector(deck)] },
  'connectors.connectorById': { draw: (deck) => [deck.chance.percent(10) ? 0 : connector(deck)] },
  'connectors.lockConnector': { draw: (deck) => [deck.chance.percent(10) ? 2 ** 31 : connector(deck)] },
  'connectors.listConnectors': { outside: true, draw: (deck) => [page(deck)] },
  'connectors.usersOf': { draw: (deck) => [deck.chance.percent(10) ? [] : [connector(deck), connector(deck)]] },

  'runs.claimRun': { claims: 'run', draw: (deck) => [deck.now(), deck.chance.percent(30) ? due(deck) : farOff(deck)] },
  'runs.saveMessage': { draw: (deck) => [run(deck), message(deck)] },
  'runs.holdRun': { draw: claimed('run', (_deck, row) => [row]) },
  'runs.finishRun': {
    draw: (deck) => {
      const ending = deck.chance.oneOf<object>([
        { status: 'SENT', reason: null, httpStatus: 200 },
        { status: 'SKIPPED', reason: 'No need.', httpStatus: null },
        { status: 'FAILED', reason: 'Refused.', httpStatus: 410 },
      ])
      return [run(deck), ending, deck.now()]
    },
  },
  'runs.postponeRun': { draw: (deck) => [run(deck), { dueAt: due(deck), reason: 'Busy.', httpStatus: 503 }] },
  'runs.cancelRunsOf': {
    draw: onAction((deck, id) => [deck.chance.percent(30) ? id : 999, 'It was deleted.', deck.now()]),
  },
  'runs.nextRunAt': { outside: true, draw: () => [] },
  'runs.insertRun': {
    draw: onAction((deck, id) => [
      {
        actionId: id,
        alertSourceId: source(deck),
        alertId: alertId(deck),
        triggerType: 'manual',
        askedBy: deck.chance.percent(50) ? null : person(deck),
        resendOf: deck.chance.percent(70) ? null : run(deck),
        news: 'Sent by Ann',
        message: deck.chance.percent(50) ? null : message(deck),
        giveUpAt: due(deck),
      },
      deck.now(),
    ]),
  },
  'runs.lockRun': { draw: (deck) => [run(deck)] },
  'runs.tryAtOnce': { draw: (deck) => [run(deck), due(deck), deck.now()] },
  'runs.findRuns': {
    outside: true,
    draw: (deck) => {
      const of = deck.chance.percent(50) ? { actionId: action(deck)?.id ?? 999 } : { alertId: alertId(deck) }
      const status = deck.chance.oneOf([undefined, 'SCHEDULED', 'SENDING', 'SENT'])
      return [of, { status, before: deck.chance.percent(50) ? undefined : run(deck), limit: deck.chance.between(1, 9) }]
    },
  },
  'runs.runById': { outside: true, draw: (deck) => [run(deck)] },
  'runs.lastRuns': { outside: true, draw: (deck) => [deck.chance.percent(10) ? [] : actions(deck)] },

  'oncall.listSchedules': { draw: (deck) => [viewer(deck), page(deck)] },
  'reminders.nextLookAt': { outside: true, draw: () => [] },
  'reminders.holdLook': { draw: () => [] },
  'reminders.takeChanges': { draw: () => [] },
  'reminders.planLook': { draw: (deck) => [deck.chance.percent(20) ? null : due(deck)] },
  'reminders.reminderRules': { draw: () => [] },
  'reminders.toldSince': { draw: (deck) => [shiftStart(deck)] },
  'reminders.insertReminder': {
    draw: (deck) => [
      { scheduleId: deck.chance.between(1, SCHEDULES), userId: person(deck), start: shiftStart(deck) },
      {
        method: deck.chance.oneOf(['EMAIL', 'SMS']),
        contactId: deck.chance.between(1, 2),
        beforeMinutes: deck.chance.oneOf([0, 60]),
      },
      deck.now(),
    ],
  },
  'reminders.forgetReminders': { draw: (deck) => [later(shiftStart(deck), -150 * MINUTE_MS)] },

  'requests.listRequests': {
    draw: (deck) => {
      const { chance } = deck
      const filter = {
        personId: chance.percent(60) ? undefined : person(deck),
        scheduleId: chance.percent(60) ? undefined : chance.between(0, SCHEDULES),
        states: chance.some(['PENDING', 'ACCEPTED', 'DECLINED', 'WITHDRAWN', 'EXPIRED'], chance.between(0, 3)),
      }
      return [viewer(deck), filter, page(deck), deck.now()]
    },
  },
  'requests.requestById': { draw: (deck) => [viewer(deck), request(deck)?.id ?? 0] },
  'requests.lockRequest': { draw: (deck) => [request(deck)?.id ?? 999] },
  'requests.countPending': { draw: (deck) => [person(deck), deck.now()] },
  'requests.samePending': {
    draw: (deck) => [
      deck.chance.percent(50)
        ? { ...wanted(deck), ...span(deck) }
        : { ...wanted(deck), ...(request(deck) ?? span(deck)) },
    ],
  },
  'requests.insertRequest': { draw: (deck) => [{ ...wanted(deck), ...span(deck), message: 'Please.' }, deck.now()] },
  'requests.endRequest': {
    draw: (deck) => {
      const answer = deck.chance.percent(50) ? null : 'Fine.'
      const state = deck.chance.oneOf(['ACCEPTED', 'DECLINED', 'WITHDRAWN'])
      return [request(deck)?.id ?? 999, { state, answer }, deck.now()]
    },
  },
  'requests.lockOthers': {
    draw: (deck) => {
      const row = request(deck)
      return row && [row]
    },
  },
}
