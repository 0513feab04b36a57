import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decideEvent,
  type EventDecision,
  type EventFacts,
  type EventSituation,
  groupFor,
  type KnownAlert,
  type KnownRecord,
  marksWith,
  NO_MARKS,
  priorityFor,
} from './decide.ts'
import type { AlertStatus } from './schema.ts'

const event = (more: Partial<EventFacts> = {}): EventFacts => ({
  type: 'ALERT',
  alertKey: 'wdc:request:1',
  version: null,
  birth: false,
  ...more,
})

const situation = (more: Partial<EventSituation> = {}): EventSituation => ({
  event: event(),
  tracksRecords: true,
  reopening: 'NEW_ALERT',
  record: null,
  alert: null,
  groupInto: null,
  othersStillOpen: 0,
  ...more,
})

const record = (more: Partial<KnownRecord> = {}): KnownRecord => ({
  version: 5,
  eventType: 'ALERT',
  alertId: 1,
  marks: NO_MARKS,
  ...more,
})

const pending: KnownAlert = { id: 1, status: 'PENDING' }
const accepted: KnownAlert = { id: 1, status: 'ACCEPTED' }
const resolved: KnownAlert = { id: 1, status: 'RESOLVED' }
const other: KnownAlert = { id: 9, status: 'PENDING' }

/** Whatever is decided stands on a timeline: it has the name of its rule, and a sentence. */
function decided(given: Partial<EventSituation>): EventDecision {
  const decision = decideEvent(situation(given))
  expect(decision.rule).toMatch(/^[a-z]+(-[a-z]+)*$/)
  expect(decision.reason).toMatch(/^[A-Z].+\.$/)
  return decision
}

describe('an event', () => {
  test.each<[string, Partial<EventSituation>, object]>([
    ['of a record never seen opens an alert', {}, { kind: 'open', status: 'PENDING', rule: 'opened' }],
    ['without a key opens an alert', { event: event({ alertKey: null }) }, { kind: 'open', rule: 'opened' }],
    ['joins the alert the grouping names', { groupInto: other }, { kind: 'join', alertId: 9, rule: 'grouped' }],
    [
      'joins the open alert of its own key before any group',
      { alert: pending, groupInto: other },
      { kind: 'join', alertId: 1, rule: 'same-key' },
    ],
    ['joins an accepted alert and does not page again', { alert: accepted }, { kind: 'join', alertId: 1 }],
    [
      'of a monitor opens a new alert after a resolve',
      { tracksRecords: false, record: record({ eventType: 'RESOLVE' }), alert: resolved },
      { kind: 'open', status: 'PENDING', previousAlertId: null },
    ],
    [
      'of a record whose alert was resolved here does not page again',
      { record: record(), alert: resolved, event: event({ version: 6 }) },
      { kind: 'record', rule: 'resolved-here' },
    ],
    [
      'newer than the resolve opens the record again, and names the alert before',
      { record: record({ eventType: 'RESOLVE' }), alert: resolved, event: event({ version: 6 }) },
      { kind: 'open', status: 'PENDING', rule: 'reopened', previousAlertId: 1 },
    ],
    [
      'older than the resolve changes nothing',
      { record: record({ eventType: 'RESOLVE' }), alert: resolved, event: event({ version: 4 }) },
      { kind: 'record', alertId: 1, rule: 'older-than-known' },
    ],
    [
      'without an order never reopens what is resolved',
      { record: record({ eventType: 'RESOLVE' }), alert: resolved },
      { kind: 'record', rule: 'terminal-wins' },
    ],
    [
      'with the version that is known is a duplicate',
      { record: record(), alert: pending, event: event({ version: 5 }) },
      { kind: 'duplicate', alertId: 1, rule: 'same-change' },
    ],
    [
      'that announces the birth again is a duplicate',
      { record: record({ version: null }), alert: pending, event: event({ birth: true }) },
      { kind: 'duplicate', alertId: 1, rule: 'born-once' },
    ],
    [
      'that arrives after its resolve is born resolved and pages nobody',
      {
        record: record({ eventType: 'RESOLVE', alertId: null, marks: { ...NO_MARKS, resolve: 5 } }),
        event: event({ version: 1, birth: true }),
      },
      { kind: 'open', status: 'RESOLVED', rule: 'resolved-before-created' },
    ],
    [
      'that arrives after its accept is born accepted and pages nobody',
      {
        record: record({ eventType: 'ACCEPT', alertId: null, marks: { ...NO_MARKS, accept: 5 } }),
        event: event({ version: 1, birth: true }),
      },
      { kind: 'open', status: 'ACCEPTED', rule: 'accepted-before-created' },
    ],
    [
      'without a status known to us changes nothing',
      { event: event({ type: 'NONE' }), alert: pending },
      { kind: 'record', alertId: 1, rule: 'status-without-effect' },
    ],
    [
      'that comments an open alert is added to it',
      { event: event({ type: 'COMMENT' }), alert: accepted },
      { kind: 'comment', alertId: 1, rule: 'comment' },
    ],
    [
      'that comments what is resolved changes nothing',
      { event: event({ type: 'COMMENT' }), alert: resolved },
      { kind: 'record', alertId: null, rule: 'no-open-alert', reason: 'There is no open alert to comment.' },
    ],
    [
      'that announces the birth again is a duplicate, although only now it has a version',
      { record: record({ version: null }), alert: pending, event: event({ birth: true, version: 6 }) },
      { kind: 'duplicate', alertId: 1, rule: 'born-once' },
    ],
    [
      'without an order that arrives after its resolve is born resolved',
      {
        record: record({ version: null, eventType: 'RESOLVE', alertId: null }),
        event: event({ birth: true }),
        groupInto: other,
      },
      { kind: 'open', status: 'RESOLVED', rule: 'resolved-before-created' },
    ],
    [
      'without an order that arrives after its accept is born accepted',
      {
        record: record({ version: null, eventType: 'ACCEPT', alertId: null }),
        event: event({ birth: true }),
        groupInto: other,
      },
      { kind: 'open', status: 'ACCEPTED', rule: 'accepted-before-created' },
    ],
    [
      'that arrives after a comment on its record still pages',
      { record: record({ version: null, eventType: 'COMMENT', alertId: null }), event: event({ birth: true }) },
      { kind: 'open', status: 'PENDING', rule: 'opened' },
    ],
    [
      'that is no alert opens none, although it announces the birth',
      { record: record({ version: null, alertId: null }), event: event({ type: 'NONE', birth: true }) },
      { kind: 'record', alertId: null, rule: 'status-without-effect' },
    ],
    [
      'after a resolve opens the record again where nothing has an order but arrival',
      { record: record({ version: null, eventType: 'RESOLVE' }), alert: resolved },
      { kind: 'open', status: 'PENDING', rule: 'reopened', previousAlertId: 1 },
    ],
    [
      'newer than the resolve of a record that never had an alert opens its first',
      { record: record({ eventType: 'RESOLVE', alertId: null }), event: event({ version: 6 }) },
      { kind: 'open', status: 'PENDING', rule: 'opened', previousAlertId: null },
    ],
    [
      'newer than the resolve of a record that never had an alert may join a group',
      { record: record({ eventType: 'RESOLVE', alertId: null }), event: event({ version: 6 }), groupInto: other },
      { kind: 'join', alertId: 9, rule: 'grouped' },
    ],
  ])('%s', (_title, given, expected) => {
    expect(decided(given)).toMatchObject(expected)
  })
})

describe('an accept', () => {
  const accept = event({ type: 'ACCEPT', version: 6 })
  test.each<[string, Partial<EventSituation>, object]>([
    ['accepts the pending alert', { alert: pending }, { kind: 'accept', alertId: 1, rule: 'accept' }],
    ['of what is accepted changes nothing', { alert: accepted }, { kind: 'record', rule: 'already-accepted' }],
    [
      'of an unknown key changes nothing',
      {},
      { kind: 'record', alertId: null, rule: 'no-open-alert', reason: 'There is no open alert to accept.' },
    ],
    [
      'that is late does not reopen what is solved',
      { alert: resolved, record: record({ eventType: 'RESOLVE', version: 7 }) },
      { kind: 'record', rule: 'older-than-known' },
    ],
    [
      'that a reopening overtook still accepts',
      {
        alert: pending,
        record: record({ version: 7, marks: { ...NO_MARKS, firstAlert: 1, lastAlert: 7 } }),
      },
      { kind: 'accept', alertId: 1, rule: 'accepted-late' },
    ],
    [
      'that a reopening overtook comes too late for what was resolved here',
      {
        alert: resolved,
        record: record({ version: 7, marks: { ...NO_MARKS, firstAlert: 1, lastAlert: 7 } }),
      },
      { kind: 'record', alertId: 1, rule: 'older-than-known' },
    ],
    [
      'that is late for a record whose alert is gone changes nothing',
      { record: record({ version: 7, marks: { ...NO_MARKS, firstAlert: 1, lastAlert: 7 } }) },
      { kind: 'record', alertId: 1, rule: 'older-than-known' },
    ],
    [
      'after the resolve of a record that never had an alert opens none',
      { record: record({ eventType: 'RESOLVE', alertId: null }) },
      { kind: 'record', alertId: null, rule: 'no-open-alert' },
    ],
    [
      "of a monitor's resolved alert opens none",
      { tracksRecords: false, alert: resolved, record: record({ eventType: 'RESOLVE' }) },
      { kind: 'record', alertId: null, rule: 'no-open-alert' },
    ],
    [
      'newer than the resolve reopens as accepted and pages nobody',
      { alert: resolved, record: record({ eventType: 'RESOLVE' }) },
      { kind: 'open', status: 'ACCEPTED', rule: 'reopened-accepted', previousAlertId: 1 },
    ],
  ])('%s', (_title, given, expected) => {
    expect(decided({ event: accept, ...given })).toMatchObject(expected)
  })
})

describe('a resolve', () => {
  const resolve = event({ type: 'RESOLVE', version: 6 })
  test.each<[string, Partial<EventSituation>, object]>([
    ['resolves the pending alert', { alert: pending }, { kind: 'resolve', alertId: 1, rule: 'resolve' }],
    ['resolves the accepted alert', { alert: accepted }, { kind: 'resolve', alertId: 1, rule: 'resolve' }],
    [
      'of what is resolved changes nothing',
      { alert: resolved },
      { kind: 'record', rule: 'no-open-alert', reason: 'There is no open alert to resolve.' },
    ],
    [
      'that a reopening overtook does not open again what was resolved here',
      {
        alert: resolved,
        record: record({ version: 7, marks: { ...NO_MARKS, firstAlert: 1, lastAlert: 7, accept: 2 } }),
      },
      { kind: 'record', alertId: 1, rule: 'older-than-known' },
    ],
    [
      'that is late for a record whose alert is gone changes nothing',
      { record: record({ version: 7, marks: { ...NO_MARKS, firstAlert: 1, lastAlert: 7, accept: 2 } }) },
      { kind: 'record', alertId: 1, rule: 'older-than-known' },
    ],
    [
      'that a reopening overtook ends the accepted alert and pages for the new one',
      {
        alert: accepted,
        record: record({ version: 7, marks: { ...NO_MARKS, firstAlert: 1, lastAlert: 7, accept: 2 } }),
      },
      { kind: 'open', status: 'PENDING', rule: 'reopened-late', previousAlertId: 1 },
    ],
    ['of an unknown key changes nothing', {}, { kind: 'record', alertId: null, rule: 'no-open-alert' }],
    [
      'leaves a group open while another of its records is',
      { alert: pending, othersStillOpen: 2 },
      {
        kind: 'record',
        alertId: 1,
        rule: 'group-still-open',
        reason: 'The alert stays open: 2 more of its records are not resolved.',
      },
    ],
    [
      'leaves a group open for the last of its records',
      { alert: accepted, othersStillOpen: 1 },
      {
        kind: 'record',
        alertId: 1,
        rule: 'group-still-open',
        reason: 'The alert stays open: 1 more of its records is not resolved.',
      },
    ],
  ])('%s', (_title, given, expected) => {
    expect(decided({ event: resolve, ...given })).toMatchObject(expected)
  })
})

describe('grouping', () => {
  const at = (clock: string) => new Date(`2026-11-24T${clock}Z`)
  const open = [
    { id: 3, status: 'ACCEPTED' as const, summary: 'Mail is down', reportTime: at('08:58:00') },
    { id: 2, status: 'PENDING' as const, summary: 'Disk is full', reportTime: at('08:50:00') },
  ]
  test.each<[string, { mode: string; window: string | null }, string, number | null]>([
    ['keeps alerts apart by default', { mode: 'ONE_ALERT_PER_EMAIL', window: null }, 'Mail is down', null],
    ['by subject finds the same subject', { mode: 'ONE_ALERT_PER_EMAIL_SUBJECT', window: null }, 'Disk is full', 2],
    ['by subject keeps another subject apart', { mode: 'ONE_ALERT_PER_EMAIL_SUBJECT', window: null }, 'Else', null],
    ['until accepted joins the pending alert', { mode: 'ONE_PENDING_ALERT_ALLOWED', window: null }, 'Else', 2],
    ['until resolved joins the newest open alert', { mode: 'ONE_OPEN_ALERT_ALLOWED', window: null }, 'Else', 3],
    [
      'per window joins an alert that is young enough',
      { mode: 'ONE_ALERT_GROUPED_PER_WINDOW', window: 'PT3M' },
      'Else',
      3,
    ],
    ['per window ends at the minute it ends', { mode: 'ONE_ALERT_GROUPED_PER_WINDOW', window: 'PT2M' }, 'Else', null],
    ['per window lasts five minutes unless told', { mode: 'ONE_ALERT_GROUPED_PER_WINDOW', window: null }, 'Else', 3],
  ])('%s', (_title, grouping, summary, expected) => {
    expect(groupFor(open, grouping, summary, at('09:00:00'))?.id ?? null).toBe(expected)
  })

  test('until resolved joins the newest open alert, however old it is', () => {
    const mode = { mode: 'ONE_OPEN_ALERT_ALLOWED', window: 'PT5M' }
    expect(groupFor(open, mode, 'Else', at('23:00:00'))?.id).toBe(3)
  })

  test('finds nothing where nothing is open', () => {
    for (const mode of [
      'ONE_ALERT_PER_EMAIL_SUBJECT',
      'ONE_PENDING_ALERT_ALLOWED',
      'ONE_OPEN_ALERT_ALLOWED',
      'ONE_ALERT_GROUPED_PER_WINDOW',
      'ONE_ALERT_PER_EMAIL',
    ]) {
      expect(groupFor([], { mode, window: null }, 'Mail is down', at('09:00:00'))).toBeNull()
    }
  })
})

test("an event's own priority counts only where the source's is high", () => {
  const plain = { mapped: null, honoursOwn: false, followsHours: false }
  const priority = (facts: Parameters<typeof priorityFor>[0]) => priorityFor(facts).priority
  expect(priority({ ofSource: 'HIGH', ofEvent: undefined, ...plain })).toBe('HIGH')
  expect(priority({ ofSource: 'HIGH', ofEvent: 'LOW', ...plain })).toBe('LOW')
  expect(priority({ ofSource: 'LOW', ofEvent: 'HIGH', ...plain })).toBe('LOW')
  expect(priority({ ofSource: 'LOW', ofEvent: 'HIGH', ...plain, honoursOwn: true })).toBe('HIGH')
  expect(priority({ ofSource: 'HIGH', ofEvent: undefined, ...plain, mapped: 'LOW', honoursOwn: true })).toBe('LOW')
  expect(priority({ ofSource: 'LOW', ofEvent: undefined, ...plain, honoursOwn: true })).toBe('LOW')
  // Support hours win over what an event says.
  expect(priority({ ofSource: 'HIGH', ofEvent: 'LOW', ...plain, followsHours: true })).toBe('HIGH')
})

describe('the marks of a record', () => {
  const marks = { firstAlert: 3, lastAlert: 7, accept: 4, resolve: 5 }
  test.each<[string, Pick<EventFacts, 'type' | 'version'>, object]>([
    ['keep its first alert', { type: 'ALERT', version: 2 }, { ...marks, firstAlert: 2 }],
    ['keep its last alert', { type: 'ALERT', version: 9 }, { ...marks, lastAlert: 9 }],
    ['keep its newest accept', { type: 'ACCEPT', version: 6 }, { ...marks, accept: 6 }],
    ['are not moved back by an older accept', { type: 'ACCEPT', version: 1 }, marks],
    ['keep its newest resolve', { type: 'RESOLVE', version: 6 }, { ...marks, resolve: 6 }],
    ['are not moved back by an older resolve', { type: 'RESOLVE', version: 1 }, marks],
    ['are not moved by a comment', { type: 'COMMENT', version: 9 }, marks],
    ['are not moved by what has no order', { type: 'ALERT', version: null }, marks],
  ])('%s', (_title, given, expected) => {
    expect(marksWith(marks, given)).toEqual(expected)
  })

  test('begin with the first change of each kind', () => {
    const first = marksWith(marksWith(NO_MARKS, { type: 'RESOLVE', version: 5 }), { type: 'ALERT', version: 3 })
    expect(first).toEqual({ firstAlert: 3, lastAlert: 3, accept: null, resolve: 5 })
  })
})

type Change = { version: number; type: 'ALERT' | 'ACCEPT' | 'RESOLVE' | 'NONE'; birth: boolean }

/** What the station keeps of one record; saves as `applyEvent` does. */
class Station {
  record: KnownRecord | null = null
  readonly alerts: { id: number; status: AlertStatus }[] = []
  pages = 0

  receive(change: Change): void {
    const alert =
      this.alerts.find((one) => one.status !== 'RESOLVED') ??
      this.alerts.find((one) => one.id === this.record?.alertId) ??
      null
    const decision = decideEvent(situation({ event: event(change), record: this.record, alert: alert && { ...alert } }))
    let alertId: number | null = null
    switch (decision.kind) {
      case 'open':
        alertId = this.alerts.length + 1
        if (decision.previousAlertId !== null) this.move(decision.previousAlertId, 'RESOLVED')
        this.alerts.push({ id: alertId, status: decision.status })
        if (decision.status === 'PENDING') this.pages++
        break
      case 'join':
        alertId = decision.alertId
        break
      case 'accept':
        this.move(decision.alertId, 'ACCEPTED')
        break
      case 'resolve':
        this.move(decision.alertId, 'RESOLVED')
        break
      case 'duplicate':
        return
    }
    const known = this.record
    const isStale = known !== null && known.version !== null && change.version < known.version
    this.record = {
      version: isStale || change.type === 'NONE' ? (known?.version ?? null) : change.version,
      eventType: isStale || (known && change.type === 'NONE') ? known.eventType : change.type,
      alertId: alertId ?? known?.alertId ?? null,
      marks: marksWith(known?.marks ?? NO_MARKS, change),
    }
  }

  private move(alertId: number, status: AlertStatus): void {
    const alert = this.alerts.find((one) => one.id === alertId)
    if (alert) alert.status = status
  }

  /** How the record stands: its latest alert is the one that counts. */
  get state(): AlertStatus | 'NONE' {
    return this.alerts.at(-1)?.status ?? 'NONE'
  }

  get open(): number {
    return this.alerts.filter((one) => one.status !== 'RESOLVED').length
  }
}

function received(changes: readonly Change[]): Station {
  const station = new Station()
  for (const change of changes) station.receive(change)
  return station
}

const changesOf = (types: readonly Change['type'][]): Change[] =>
  types.map((type, index) => ({ version: 10 * (index + 1), type, birth: index === 0 }))

/** Whatever a record may go through after it was created, statuses without effect among it. */
const lifecycle = fc
  .tuple(
    fc.constantFrom<Change['type']>('ALERT', 'ALERT', 'ACCEPT', 'NONE'),
    fc.array(fc.constantFrom<Change['type']>('ALERT', 'ACCEPT', 'RESOLVE', 'NONE'), { maxLength: 8 }),
  )
  .map(([first, others]) => changesOf([first, ...others]))

/** Every change at least once, some again, in any order. */
const disorder = (changes: readonly Change[]) =>
  fc
    .array(fc.constantFrom(...changes), { maxLength: 6 })
    .chain((again) => fc.shuffledSubarray([...changes, ...again], { minLength: changes.length + again.length }))

const lifecycleInDisorder = lifecycle.chain((changes) => fc.tuple(fc.constant(changes), disorder(changes)))
const RUNS = { numRuns: 2_000 }

describe('the changes of one record, in any order and however often they come', () => {
  test('end in the state they reach in their own order', () => {
    fc.assert(
      fc.property(lifecycleInDisorder, ([inOrder, arrived]) => {
        expect(received(arrived).state).toBe(received(inOrder).state)
      }),
      RUNS,
    )
  })

  test('end resolved when the last of them is a resolve, whatever lies before', () => {
    const anything = fc
      .array(fc.constantFrom<Change['type']>('ALERT', 'ACCEPT', 'RESOLVE'), { maxLength: 6 })
      .map((types) => changesOf(['ALERT', ...types, 'RESOLVE']))
      .chain(disorder)
    fc.assert(
      fc.property(anything, (arrived) => {
        expect(received(arrived).state).toBe('RESOLVED')
      }),
      RUNS,
    )
  })

  test('never have two open alerts', () => {
    fc.assert(
      fc.property(lifecycleInDisorder, ([, arrived]) => {
        const station = new Station()
        for (const change of arrived) {
          station.receive(change)
          expect(station.open).toBeLessThanOrEqual(1)
        }
      }),
      RUNS,
    )
  })

  test('open and page no more than once, and once more for each resolve', () => {
    fc.assert(
      fc.property(lifecycleInDisorder, ([inOrder, arrived]) => {
        const { alerts, pages } = received(arrived)
        const most = 1 + inOrder.filter((change) => change.type === 'RESOLVE').length
        expect(alerts.length).toBeLessThanOrEqual(most)
        expect(pages).toBeLessThanOrEqual(most)
      }),
      RUNS,
    )
  })

  test('change nothing when all of them come once more', () => {
    fc.assert(
      fc.property(lifecycleInDisorder, ([inOrder, arrived]) => {
        const once = received(arrived)
        const twice = received([...arrived, ...inOrder])
        expect(twice.alerts).toEqual(once.alerts)
      }),
      RUNS,
    )
  })

  test('page nobody once the last of them, a resolve, was there first', () => {
    fc.assert(
      fc.property(lifecycleInDisorder, ([inOrder, arrived]) => {
        const last = inOrder.at(-1)
        fc.pre(last?.type === 'RESOLVE')
        const station = received(last ? [last, ...arrived] : [])
        expect(station.pages).toBe(0)
        expect(station.state).toBe(received(inOrder).state)
      }),
      RUNS,
    )
  })
})
