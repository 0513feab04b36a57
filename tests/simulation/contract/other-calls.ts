import { readPublicId } from '../../../server/alert-sources/keys/key.ts'
import { createSecrets } from '../../../server/runtime/secrets.ts'
import {
  alert,
  alertId,
  type Call,
  type Deck,
  delivery,
  due,
  later,
  MINUTE_MS,
  onAlert,
  oneOf,
  PEOPLE,
  POLICIES,
  page,
  person,
  source,
} from './deck.ts'

const WEEK_MS = 7 * 24 * 60 * MINUTE_MS
const secrets = createSecrets(Buffer.alloc(32, 7))

const pageId = (deck: Deck) => page(deck)?.id ?? deck.uuid()
const rule = ({ chance }: Deck) => chance.oneOf(['not-4me', 'bad-signature'])
const secret = ({ chance }: Deck) => `secret-${chance.between(1, 6)}`
const feedId = (deck: Deck) => oneOf(deck, deck.tables.calendar_feed.rows)?.id ?? deck.chance.between(0, 9)
const kind = ({ chance }: Deck) => chance.oneOf(['userIds', 'scheduleIds'])
const spans = ({ chance }: Deck) => chance.oneOf(['schedule_shift', 'schedule_override'] as const)
const viewName = ({ chance }: Deck) => chance.oneOf(['Mine', 'mine', 'Night', 'Über', 'über', 'alpha', 'Zulu', 'Beta'])

const viewer = ({ chance }: Deck) => {
  const sight = {
    sees: 'of-teams',
    personId: chance.oneOf([1, 2, 3, PEOPLE, PEOPLE, PEOPLE, PEOPLE + 1]),
    isOutsider: chance.percent(40),
  }
  const own = chance.percent(30) ? { sees: 'everything' } : { ...sight, seesPeople: true }
  return chance.percent(30) ? { ...own, context: chance.some([1, 2, 3], 2) } : own
}

const layers = ({ chance }: Deck) =>
  Array.from({ length: chance.between(0, 2) }, () => ({
    name: 'Layer',
    startsOn: '2026-03-01T09:00:00',
    endsOn: null,
    userIds: chance.some([1, 2, 3, 4], chance.between(1, 3)),
    rotation: 'P1D',
    restrictions: [],
    skipRestrictedTime: false,
  }))

const levels = (deck: Deck) => [
  {
    timeoutMinutes: deck.chance.between(1, 9),
    userIds: deck.chance.percent(70) ? [] : [person(deck)],
    ...(deck.chance.percent(50) ? { scheduleIds: [deck.chance.between(1, 2)] } : {}),
    ...(deck.chance.percent(20) ? { teamIds: [deck.chance.between(1, 2)] } : {}),
  },
]

const feedValues = (deck: Deck) => {
  const isOfPerson = deck.chance.percent(50)
  return {
    secret: secret(deck),
    personId: isOfPerson ? person(deck) : null,
    scheduleId: isOfPerson ? null : deck.chance.between(1, 2),
    ownerId: deck.chance.percent(30) ? null : person(deck),
  }
}

/** A page about an alert that was opened again, before or after it was written. */
function reopenedPage(deck: Deck) {
  const isReopened = (id: number) =>
    [...deck.tables.linesOfAlert.of(id)].some((line) => line.type === 'AlertReopenedLogEntry')
  const fitting = [...deck.tables.notification.rows].filter((row) => isReopened(row.alert_id))
  return fitting[deck.chance.between(0, fitting.length - 1)] ?? null
}

/** Who was asked last is told by the end of a page; where several ended at once, there is no order. */
function lastAsked(deck: Deck): unknown[] | null {
  const rows = [...deck.tables.notification.rows]
  const questions = rows.flatMap(({ contact_id, channel, alert_id }) =>
    [null, alert_id].flatMap((about) => {
      const fitting = rows
        .filter((row) => row.contact_id === contact_id && row.channel === channel)
        .filter((row) => (about === null ? row.status === 'SUCCESS' : row.alert_id === about))
      const ends = new Set(fitting.map((row) => row.finished_at?.getTime()))
      return ends.size === fitting.length ? [{ words: [contact_id, channel, about], count: fitting.length }] : []
    }),
  )
  // Where there is a choice, it is asked of that.
  const choices = questions.filter(({ count }) => count > 1)
  const asked = choices.length > 0 ? choices : questions
  return asked[deck.chance.between(0, asked.length - 1)]?.words ?? null
}

function deliveryQuery(deck: Deck) {
  const { chance } = deck
  const words = ['"ü', 'REQUEST', 'new ALERT', '100%', '\\', 'code=', 'a_b', ' ', '\0A', '303', '000', '\\000'] as const
  const known = delivery(deck)
  const filters = [
    { 'alert-source': source(deck) },
    { alert: alertId(deck) },
    { outcome: chance.oneOf(['NEW', 'APPLIED', 'IGNORED']) },
    { query: chance.oneOf(words) },
    { query: chance.oneOf(words) },
    ...(known ? [{ from: known.received_at.toISOString() }, { until: known.received_at.toISOString() }] : []),
  ]
  return {
    ...Object.assign({}, ...chance.some(filters, chance.oneOf([0, 1, 1, 2]))),
    'start-index': chance.oneOf([0, 0, 3]),
    'max-results': chance.between(1, 30),
  }
}

/** With instants of its own, so that no order is left to luck. */
function anew<Row extends object>(deck: Deck, row: Row): Row {
  const columns = Object.entries(row).map(([name, value]) => [name, value instanceof Date ? due(deck) : value])
  return Object.fromEntries(columns) as Row
}

/** A key that opens is compared by that: each side draws its own. */
function withoutChance(answer: unknown): unknown {
  const keys = answer as { publicId: string; text: string; alertSourceId: number; expiresAt: Date | null }[]
  return keys.map(({ publicId, text, ...key }) => ({ ...key, opens: readPublicId(text) === publicId }))
}

/** Answers, links and feeds, what a removal touches, what is looked at, and what is tried out. */
export const otherCalls: Record<string, Call> = {
  'savedViews.viewsOf': { draw: (deck) => [deck.chance.between(1, 2)] },
  'savedViews.saveView': {
    draw: (deck) => [
      deck.chance.between(1, 2),
      { name: viewName(deck), query: `page=${deck.chance.between(1, 9)}` },
      deck.now(),
    ],
  },
  'savedViews.deleteView': {
    draw: (deck) => {
      const known = oneOf(deck, deck.tables.saved_view.rows)
      return [known?.person_id ?? 1, deck.chance.percent(25) ? (known?.id ?? 0) : deck.chance.between(0, 9)]
    },
  },

  'refusals.addRefusal': {
    draw: (deck) => {
      const at = later(deck.now(), deck.chance.oneOf([0, 0, -WEEK_MS, WEEK_MS]))
      return [{ alertSourceId: source(deck), rule: rule(deck), reason: 'It is not from 4me.' }, at]
    },
  },
  'refusals.countRefusals': {
    draw: (deck) => [source(deck), rule(deck), later(deck.now(), -deck.chance.between(0, 2 * WEEK_MS))],
  },

  'feeds.insertFeed': { draw: (deck) => [feedValues(deck), deck.now()] },
  'feeds.feedBySecret': { draw: (deck) => [secret(deck)] },
  'feeds.feedsOf': {
    draw: (deck) => [deck.chance.percent(50) ? { personId: person(deck) } : { scheduleId: deck.chance.between(1, 2) }],
  },
  'feeds.feedById': { draw: (deck) => [feedId(deck)] },
  'feeds.deleteFeed': { draw: (deck) => [feedId(deck)] },
  'feeds.noteRead': { draw: (deck) => [feedId(deck), deck.now()] },

  'sourceKeys.insertKey': { draw: (deck) => [source(deck), secrets, deck.now()] },
  'sourceKeys.retireKeys': {
    draw: (deck) => [source(deck), later(deck.now(), deck.chance.oneOf([5, 120, 600]) * MINUTE_MS)],
  },
  // Seldom, so that some are left.
  'sourceKeys.deleteKeys': { draw: (deck) => [deck.chance.percent(80) ? 99 : source(deck)] },
  'sourceKeys.keysOfSources': {
    shape: withoutChance,
    draw: (deck) => [deck.chance.some([1, 2, 99], deck.chance.between(0, 3)), secrets, deck.now()],
  },

  'answerPage.answerOf': { draw: (deck) => [pageId(deck)] },
  'answers.isOfEarlierTime': { draw: (deck) => [reopenedPage(deck)?.id ?? deck.uuid()] },
  'answers.askedBy': { draw: (deck) => [pageId(deck)] },
  'answers.answererById': { draw: (deck) => [deck.chance.between(1, PEOPLE + 1)] },
  'answers.lastAskedAbout': { draw: lastAsked },
  'answers.standingOf': { draw: onAlert((_deck, id) => [id]) },

  'deliveries.findDeliveries': { draw: (deck) => [viewer(deck), deliveryQuery(deck)] },
  'deliveries.findDelivery': {
    draw: (deck) => {
      const id = delivery(deck)?.id
      // Two sources may have one of the same number: which comes first is left to luck.
      const isOnly = [...deck.tables.delivery.rows].filter((row) => row.id === id).length === 1
      return [isOnly ? id : deck.uuid()]
    },
  },

  'policies.policiesInUse': { draw: (deck) => [viewer(deck), deck.chance.between(1, 9)] },
  'policies.sourceCounts': { draw: (deck) => [[1, deck.chance.between(2, POLICIES + 3)]] },
  'status.readTroubles': { outside: true, draw: (deck) => [viewer(deck), deck.now()] },

  'trials.giveWay': { draw: () => [] },
  'trials.takenBack': {
    around: true,
    draw: (deck) => {
      const steps = TRIED.map((name) => ({ name, call: otherCalls[name] }))
      return deck.chance.some(steps, deck.chance.between(1, 3))
    },
  },
  'trials.standOf': { draw: onAlert((_deck, id) => [id]) },
  'trials.waitingPages': { unordered: true, draw: onAlert((_deck, id) => [id]) },
  'trials.putCopy': {
    draw: (deck) => {
      const about = alert(deck)
      if (!about) return null
      const climb = deck.tables.escalation.get(about.id)
      const pages = [...deck.tables.notificationsOfAlert.of(about.id)]
      return [
        { alert: anew(deck, about), climb: climb && anew(deck, climb) },
        pages.map((row) => ({ ...anew(deck, row), id: deck.uuid() })),
      ]
    },
  },
  'trials.dueOf': { draw: onAlert((_deck, id) => [id]) },
  'trials.laterRules': {
    draw: (deck) => {
      const about = alert(deck)
      return about && [about]
    },
  },
  'trials.putLaterRules': {
    draw: (deck) => {
      const about = alert(deck)
      const priority = deck.chance.oneOf(['HIGH', 'LOW', 'HIGH_DURING_SUPPORT_HOURS'])
      const ofSource = { alert_priority_rule: priority, support_hours_id: deck.chance.oneOf([null, 1]) }
      const policy = { levels: levels(deck), frequency: deck.chance.between(0, 3), delay_minutes: 2 }
      return about && [about, { source: ofSource, policy }]
    },
  },
  'trials.putAside': {
    draw: (deck) => {
      const known = page(deck)
      return known && [known, due(deck)]
    },
  },

  'removals.policiesNaming': {
    draw: (deck) => [kind(deck), deck.chance.between(1, PEOPLE), { lock: deck.chance.percent(50) }],
  },
  'removals.schedulesNaming': {
    draw: (deck) => [person(deck), later(deck.now(), deck.chance.oneOf([0, 2, 70, 70, 200]) * WEEK_MS)],
  },
  'removals.isLastResort': { draw: (deck) => [person(deck)] },
  'removals.replaceLastResort': {
    draw: (deck) => [person(deck), deck.chance.percent(30) ? null : person(deck)],
  },
  'removals.usesOfPolicy': { draw: (deck) => [deck.chance.between(1, POLICIES + 1)] },
  'removals.moveToPolicy': {
    unordered: true,
    draw: (deck) => [deck.chance.between(1, POLICIES), deck.chance.between(1, POLICIES), deck.now()],
  },
  'removals.climbsNaming': { draw: (deck) => [kind(deck), deck.chance.between(1, PEOPLE)] },
  'removals.saveClimbPolicy': {
    draw: (deck) => {
      const climb = oneOf(deck, deck.tables.escalation.rows)
      if (!climb) return null
      const { alert_source_id: alertSourceId, alert_id, policy } = climb
      return [
        { alertSourceId, alertId: alert_id },
        { ...policy, levels: levels(deck) },
      ]
    },
  },
  'removals.editionsOf': { draw: (deck) => [deck.chance.between(1, 3)] },
  'removals.changeEdition': {
    draw: (deck) => [oneOf(deck, deck.tables.schedule_edition.rows)?.id ?? 99, layers(deck)],
  },
  'removals.insertEdition': {
    draw: (deck) => {
      const known = oneOf(deck, deck.tables.schedule_edition.rows)
      const from = deck.chance.percent(20) ? known?.valid_from : null
      return [known?.schedule_id ?? 1, layers(deck), from ?? due(deck)]
    },
  },
  'removals.spansAhead': {
    draw: (deck) => [spans(deck), { scheduleId: deck.chance.between(1, 2), personId: person(deck) }, due(deck)],
  },
  'removals.giveSpan': {
    draw: (deck) => {
      const table = spans(deck)
      return [table, oneOf(deck, deck.tables[table].rows)?.id ?? 99, person(deck)]
    },
  },
  'removals.withdrawRequests': {
    draw: (deck) => [
      deck.chance.percent(80) ? { personId: deck.chance.between(1, PEOPLE + 3) } : { scheduleId: 2 },
      deck.now(),
    ],
  },
}

const TRIED = ['trials.putCopy', 'trials.putLaterRules', 'trials.putAside', 'trials.dueOf', 'removals.giveSpan']
