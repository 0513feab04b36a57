import {
  alert,
  alertId,
  type Call,
  claimed,
  type Deck,
  due,
  ending,
  intent,
  key,
  later,
  MINUTE_MS,
  onAlert,
  PEOPLE,
  page,
  person,
  place,
  source,
} from './deck.ts'

type Page = NonNullable<ReturnType<typeof page>>

const onPage = (draw: (deck: Deck, row: Page) => unknown[]) => (deck: Deck) => {
  const row = page(deck)
  return row && draw(deck, row)
}

const mark = ({ chance }: Deck) => chance.oneOf(['auditor', 'alarms', 'alarm/late'])

/** Of each alert one bundle, as lines that are added to several alerts at once come in no order. */
const bundleOf = (alert: number) => `00000000-0000-4000-9000-${String(alert).padStart(12, '0')}`

/** Pages of an audited alert come in no order. */
function withoutOrder(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(withoutOrder)
  const row = answer as { intents: { id: string }[] } | null
  return row && { ...row, intents: row.intents.toSorted((one, other) => (one.id < other.id ? -1 : 1)) }
}

/** Pages and other messages, and what is watched of them. */
export const pageCalls: Record<string, Call> = {
  'notifications.insertIntents': {
    draw: (deck) => {
      const one = intent(deck)
      return one && [deck.chance.percent(5) ? [] : [one], deck.now()]
    },
  },
  'notifications.renewLease': { outside: true, draw: claimed('notification', (deck, row) => [row, due(deck)]) },
  'notifications.saveEnding': { draw: claimed('notification', (deck, row) => [row, ending(deck), deck.now()]) },
  'notifications.cancelUnwanted': { unordered: true, draw: (deck) => [deck.now(), 1_000] },
  'notifications.nextPageAt': { outside: true, draw: () => [] },
  'notifications.findDuePage': { draw: (deck) => [deck.now()] },
  'notifications.takePage': { claims: 'notification', draw: onPage((deck, row) => [row, due(deck)]) },
  'notifications.confirmPage': { outside: true, draw: claimed('notification', (deck, row) => [row, due(deck)]) },
  'notifications.seenBy': {
    unordered: true,
    draw: onPage((deck, row) => [row, later(deck.now(), -4 * MINUTE_MS), deck.now()]),
  },
  'notifications.sentTo': {
    unordered: true,
    draw: onPage((deck, row) => [row, later(deck.now(), -4 * MINUTE_MS), deck.now()]),
  },
  'notifications.setBundled': {
    draw: onPage((deck, row) => [row, deck.chance.percent(20) ? null : bundleOf(row.alert_id), 'Many.', deck.now()]),
  },
  'notifications.setWaiting': { draw: onPage((deck, row) => [row, due(deck), 'A call was just made.']) },
  'notifications.lockStepPages': { draw: onPage((_deck, row) => [row]) },
  'notifications.hurryPage': { draw: onPage((deck, row) => [row, due(deck)]) },
  'notifications.cancelOne': { draw: onPage((deck, row) => [row, 'Got through.', deck.now()]) },
  'receipts.lockPage': { draw: (deck) => [page(deck)?.id ?? deck.uuid()] },
  'receipts.setReceipt': {
    draw: onPage((deck, row) => [
      row,
      deck.chance.oneOf<object>([
        { receipt_due_at: null },
        { receipt_state: 'DELIVERED', receipt_due_at: null },
        { receipt_state: null, receipt_due_at: due(deck) },
        { receipt_state: 'UNDELIVERED', receipt_due_at: null, status: 'ERROR', error: 'Off.' },
      ]),
    ]),
  },
  'receipts.overdueReceipts': { outside: true, draw: (deck) => [deck.now(), deck.chance.between(1, 5)] },
  'receipts.nextReceiptAt': { outside: true, draw: () => [] },
  'receipts.isPending': { draw: onAlert((_deck, id) => [id]) },
  'notifications.pageFacts': {
    outside: true,
    draw: (deck) => {
      const about = alert(deck)
      return about && [{ alert_id: about.id, person_id: person(deck), contact_id: deck.chance.between(1, 3 * PEOPLE) }]
    },
  },
  'notifications.recipientFacts': {
    outside: true,
    draw: (deck) => [{ person_id: person(deck), contact_id: deck.chance.between(1, 3 * PEOPLE) }],
  },
  'notifications.recipientOf': { draw: (deck) => [person(deck)] },
  'notifications.noteUnheard': { draw: onPage((deck, row) => [row, deck.now()]) },
  'notifications.cancelUnsent': {
    unordered: true,
    draw: (deck) => {
      const about = place(deck)
      const whom = deck.chance.oneOf<unknown>(['everybody', 'climb', { personId: 1 }])
      return about && [about.alertSourceId, about.alertId, { reason: 'accepted by Ann', whom }, deck.now()]
    },
  },
  'notifications.peopleAsked': { unordered: true, draw: onAlert((_deck, id) => [id]) },
  'notifications.summaryOfAlert': { draw: onAlert((_deck, id) => [id]) },

  'notices.insertNotice': {
    draw: (deck) => {
      const contact = deck.tables.contact.get(deck.chance.between(1, 3 * PEOPLE))
      if (!contact) return null
      const { person_id: personId, id: contactId, target } = contact
      const about = deck.chance.percent(50) ? {} : { alertSourceId: source(deck), alertId: alertId(deck) }
      const bundle = deck.chance.percent(50) ? {} : { bundleKey: `bundle-${key(deck)}`, dueAt: due(deck) }
      const notice = { personId, contactId, channel: 'EMAIL', target, facts: { a: 1 }, ...about, ...bundle }
      const known = bundleOf(alertId(deck))
      const id = deck.tables.notice.get(known) || deck.chance.percent(50) ? deck.uuid() : known
      return [{ ...notice, id, kind: deck.chance.oneOf(['SUMMARY', 'UPDATE', 'BROKEN']) }, deck.now()]
    },
  },
  'notices.lockWaiting': { draw: (deck) => [`bundle-${key(deck)}`] },
  'notices.claimNotice': { claims: 'notice', draw: (deck) => [deck.now(), due(deck)] },
  'notices.renewNotice': { outside: true, draw: claimed('notice', (deck, row) => [row, due(deck)]) },
  'notices.saveNoticeEnding': {
    draw: claimed('notice', (deck, row) => [
      row,
      deck.chance.percent(20) ? { status: 'CANCELLED', error: 'Answered.' } : ending(deck),
      deck.now(),
    ]),
  },
  'notices.nextNoticeAt': { outside: true, draw: () => [] },
  'notices.bundledAlerts': { draw: (deck) => [bundleOf(alertId(deck))] },
  'notices.tellBundled': { draw: (deck) => [bundleOf(alertId(deck)), 'Handed over.', deck.now()] },

  'notices.lockLostPages': { draw: () => [50] },
  'notices.failLostPage': { draw: onPage((deck, row) => [row, 'Its summary failed.', deck.now()]) },

  'marks.claimRound': { draw: (deck) => [mark(deck), due(deck), deck.now()] },
  'marks.setMark': { draw: (deck) => [mark(deck), deck.chance.between(0, 3), deck.now()] },
  'marks.countMark': { outside: true, draw: (deck) => [mark(deck), due(deck), deck.now()] },
  'marks.lockMark': { draw: (deck) => [mark(deck)] },
  'marks.markedAt': { outside: true, draw: (deck) => [mark(deck)] },
  'marks.levels': { draw: () => [] },
  'alarms.readWatchFacts': { draw: (deck) => [deck.now()] },
  'auditor.alertsToAudit': {
    outside: true,
    shape: withoutOrder,
    draw: (deck) => [deck.chance.between(0, 9), deck.chance.between(1, 9)],
  },
  'auditor.alertsWithTimerLeft': { outside: true, shape: withoutOrder, draw: (deck) => [deck.chance.between(1, 9)] },
  'auditor.lockAudited': { shape: withoutOrder, draw: onAlert((_deck, id) => [id]) },
  'auditor.restoreClimb': {
    draw: (deck) => {
      const about = place(deck)
      const next = { levelIndex: 1, round: 1, dueAt: due(deck).toISOString() }
      const policy = { policyId: 1, policyName: 'Default', levels: [] }
      const climb = { policy, startedAt: deck.now(), climb: deck.chance.between(1, 3), next }
      return about && [{ id: about.alertId, alertSourceId: about.alertSourceId }, climb]
    },
  },
  'auditor.restorePage': {
    draw: (deck) => {
      const known = page(deck)
      const wanted = intent(deck)
      if (!known || !wanted) return null
      const { alertSourceId: _source, alertId: _alert, dueAt, standsInFor: _other, ...plan } = wanted
      const about = { id: known.alert_id, alertSourceId: known.alert_source_id }
      const isGone = deck.chance.percent(30)
      const ended = deck.chance.oneOf([null, 'SUCCESS', 'CANCELLED'])
      const planned = deck.chance.percent(50) ? {} : { dueAt: dueAt.toISOString() }
      return [about, { ...plan, ...planned, ...(isGone ? {} : { id: known.id }) }, ended, deck.now()]
    },
  },
  'auditor.insertFinding': {
    draw: (deck) => {
      const about = place(deck)
      const finding = { kind: 'page-missing', text: 'It was gone.' }
      return about && [{ ...finding, alert_source_id: about.alertSourceId, alert_id: about.alertId }, deck.now()]
    },
  },
}
