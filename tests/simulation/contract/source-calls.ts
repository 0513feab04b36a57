import {
  alertId,
  type Call,
  claimed,
  type Deck,
  delivery,
  due,
  key,
  later,
  MINUTE_MS,
  onAlert,
  oneOf,
  SOURCES,
  source,
  verdict,
  version,
} from './deck.ts'

const BODIES = [
  Buffer.from('{"Ü":1,"ü":"100% a_b"}'),
  Buffer.from('{"callback":"https://acme.4me.com/verify?code=ab-1&x=y&code=c_d\\u0026code=e"}'),
  Buffer.from([0, 255, 92, 65]),
] as const

function someDeliveries(deck: Deck): [number, string[]] {
  const [one, other] = [delivery(deck), delivery(deck)]
  const ids = [one, other].flatMap((row) => (row && row.alert_source_id === one?.alert_source_id ? [row.id] : []))
  return [one?.alert_source_id ?? 1, ids.length > 0 ? [...new Set(ids)] : [deck.uuid()]]
}

/** Sources, what they send, and what is written back to them. */
export const sourceCalls: Record<string, Call> = {
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
  'intake.insertDeliveries': {
    outside: true,
    draw: (deck) => [
      [
        {
          alertSourceId: source(deck),
          id: deck.chance.percent(5) ? (delivery(deck)?.id ?? deck.uuid()) : deck.uuid(),
          answerStatus: 200,
          headers: { 'content-type': 'application/json' },
          body: deck.chance.oneOf(BODIES),
        },
      ],
      deck.now(),
    ],
  },
  'intake.sourcesWithNews': { outside: true, draw: (deck) => [deck.now(), deck.chance.between(1, 3)] },
  'intake.finishDelivery': {
    draw: (deck) => {
      const row = delivery(deck)
      return row && [row, verdict(deck), deck.now()]
    },
  },
  'intake.postponeDelivery': {
    draw: (deck) => {
      const row = delivery(deck)
      const more = deck.chance.oneOf<object>([{}, { attempts: 2, reason: 'Again.' }, { askingFor: 'a' }])
      return row && [row, { dueAt: due(deck), ...more }]
    },
  },
  'intake.claimIdempotencyKey': { draw: (deck) => [source(deck), `key-${key(deck)}`, deck.uuid(), deck.now()] },
  'intake.nextDeliveryAt': { outside: true, draw: () => [] },
  'intake.hasUnreadUntil': { outside: true, draw: (deck) => [due(deck), deck.now()] },
  'intake.addDeliveries': {
    draw: (deck) => {
      const replay = deck.chance.percent(50) ? {} : { replay: { of: deck.uuid(), by: 'Ann' } }
      const arrival = { alertSourceId: source(deck), id: deck.uuid(), answerStatus: 202, headers: {}, ...replay }
      return [[{ ...arrival, body: deck.chance.oneOf(BODIES) }], deck.now()]
    },
  },
  'intake.holdSource': { connection: true, draw: (deck) => [source(deck)] },
  'intake.releaseSource': { connection: true, draw: (deck) => [source(deck)] },
  'intake.peekUnread': { connection: true, draw: (deck) => [source(deck), deck.now(), deck.chance.between(1, 9)] },
  'intake.markBegun': {
    connection: true,
    draw: (deck) => [...someDeliveries(deck), { by: deck.uuid(), alone: deck.chance.between(0, 2) }],
  },
  'intake.takeBackMark': {
    connection: true,
    draw: (deck) => {
      const begun = [...deck.tables.delivery.rows].flatMap((row) => row.begun_by ?? [])
      const before = deck.chance.oneOf([
        { by: null, alone: 0 },
        { by: deck.uuid(), alone: 2 },
      ])
      return [...someDeliveries(deck), oneOf(deck, begun) ?? deck.uuid(), before]
    },
  },
  'intake.unreadDeliveries': { draw: (deck) => someDeliveries(deck) },
  'intake.lockDelivery': {
    draw: (deck) => {
      const row = oneOf(deck, deck.tables.delivery.rows)
      return row && [row.alert_source_id, row.id]
    },
  },
  'intake.deliveriesAskingFor': { draw: (deck) => [source(deck), key(deck)] },
  'intake.knownOf': { draw: (deck) => [source(deck), key(deck)] },

  'readings.saveReading': {
    draw: (deck) => [
      { alertSourceId: source(deck), folded: key(deck), alertKey: key(deck).toUpperCase() },
      { status: 'assigned', subject: `Read ${deck.chance.between(1, 9)}` },
      due(deck),
    ],
  },
  'readings.readingSince': { draw: (deck) => [source(deck), key(deck), due(deck)] },
  'sources.ensureOwnSource': { draw: (deck) => [{ type: 'SELF', name: 'Tocsin itself' }, 1, deck.now()] },
  'sourceRules.loadCounts': { draw: (deck) => [source(deck)] },
  'sourceRules.saveCounts': {
    draw: (deck) => [source(deck), { a: { b: { count: deck.chance.between(1, 9), endsAt: 'x' } } }],
  },

  'maintenance.activeWindow': { draw: (deck) => [source(deck), due(deck)] },
  'maintenance.insertWindow': {
    draw: (deck) => {
      const startsAt = due(deck)
      const endsAt = later(startsAt, deck.chance.between(1, 30) * MINUTE_MS)
      const values = { summary: 'Patching', description: '', timezone: 'Europe/Vienna', startsAt, endsAt }
      return [values, deck.chance.oneOf([null, 1]), deck.now()]
    },
  },
  'maintenance.replaceWindowSources': {
    draw: (deck) => {
      const window = oneOf(deck, deck.tables.maintenance_window.rows)
      return window && [window.id, deck.chance.percent(50) ? [source(deck)] : [1, 2]]
    },
  },
  'heartbeats.lockMonitorOfKey': { draw: (deck) => [`public-${deck.chance.between(1, 4)}`] },
  'heartbeats.notePing': { draw: (deck) => [deck.chance.between(1, 4), deck.now(), due(deck)] },
  'heartbeats.claimOverdue': { draw: (deck) => [deck.now(), deck.chance.between(1, 3)] },
  'heartbeats.extendAll': { draw: (deck) => [deck.chance.between(1, 90_000)] },
  'heartbeats.nextOverdueAt': { outside: true, draw: () => [] },

  'targets.planTarget': {
    draw: (deck) => {
      const known = oneOf(deck, deck.tables.target_timer.rows)
      const at = known && deck.chance.percent(40) ? known.target_at : due(deck)
      const target = deck.chance.percent(20) ? null : { at, warnAt: due(deck) }
      return [{ alertSourceId: source(deck), folded: key(deck), alertKey: key(deck).toUpperCase() }, target]
    },
  },
  'targets.dueTargets': { outside: true, draw: (deck) => [deck.now(), deck.chance.between(1, 3)] },
  'targets.claimTarget': { draw: (deck) => [source(deck), key(deck), deck.now()] },
  'targets.endTarget': {
    draw: (deck) => {
      const row = oneOf(deck, deck.tables.target_timer.rows)
      return row && [row, due(deck)]
    },
  },
  'targets.postponeTarget': {
    draw: (deck) => {
      const row = oneOf(deck, deck.tables.target_timer.rows)
      return row && [row, due(deck)]
    },
  },
  'targets.nextTargetAt': { outside: true, draw: () => [] },

  'writeback.insertWriteBack': {
    draw: (deck) => {
      const record = { alertSourceId: source(deck), alertId: alertId(deck), folded: key(deck), alertKey: 'A' }
      const base = { baseStatus: deck.chance.oneOf([null, 'assigned']), baseVersion: version(deck) }
      const times = { decidedAt: due(deck), giveUpAt: due(deck) }
      return [
        {
          ...record,
          ...base,
          ...times,
          deed: 'ACCEPT',
          details: { personId: 1, ...deck.chance.oneOf<object>([{}, { text: ' So. ' }, { text: null }]) },
        },
      ]
    },
  },
  'writeback.recordsOfAlert': { draw: onAlert((deck, id) => [source(deck), id]) },
  'writeback.claimRecord': { claims: 'write', draw: (deck) => [deck.now(), due(deck)] },
  'writeback.holdClaimed': { draw: claimed('write', (_deck, rows) => [rows]) },
  'writeback.finish': { draw: claimed('write', (deck, rows) => [rows, 'DONE', 'z'.repeat(2_001), deck.now()]) },
  'writeback.postpone': {
    draw: claimed('write', (deck, rows) => [rows, due(deck), 'Busy.', deck.chance.percent(50)]),
  },
  'writeback.rebase': {
    draw: (deck) => {
      const row = oneOf(deck, deck.tables.write_back.rows)
      return row && [row, 'in_progress']
    },
  },
  'reconciliation.compareSoon': { draw: (deck) => [source(deck), deck.now()] },
  'writeback.withdrawWriteBacks': {
    draw: onAlert((deck, id) => [source(deck), id, 'ACCEPT', 'Taken back.', deck.now()]),
  },
  'writeback.wordsWritten': { unordered: true, draw: onAlert((_deck, id) => [id]) },
  'writeback.nextWriteBackAt': { outside: true, draw: () => [] },

  'reconciliation.claimDue': { claims: 'comparison', draw: (deck) => [deck.now(), due(deck)] },
  'reconciliation.holdClaim': { draw: claimed('comparison', (_deck, row) => [row]) },
  'reconciliation.endComparison': {
    draw: claimed('comparison', (deck, row) => {
      const change = { dueAt: due(deck), failure: deck.chance.oneOf([null, 'Away.']), isOver: deck.chance.percent(50) }
      return [row, deck.chance.percent(50) ? change : { ...change, result: { at: deck.now(), json: { checked: 3 } } }]
    }),
  },
  'reconciliation.knownStates': {
    unordered: true,
    draw: (deck) => [source(deck), deck.chance.percent(40) ? [] : [key(deck), key(deck)]],
  },
  'reconciliation.hasUnread': { draw: (deck) => [source(deck), deck.now()] },
  'reconciliation.addHealed': { draw: (deck) => [source(deck), key(deck), 'It was opened.', deck.now()] },
  'reconciliation.nextReconciliationAt': { outside: true, draw: () => [] },
}
