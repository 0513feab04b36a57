/** A mistake that somebody might make, written into the code while it is loaded. */
export interface SeededBug {
  name: string
  file: string
  /** Text that the file has exactly once, and what stands there instead. */
  from: string
  to: string
}

const TWINS = 'tests/simulation/twins'

/** Mistakes that the simulation must find. Those in a twin stand for the same mistake in the store's SQL. */
export const seededBugs: readonly SeededBug[] = [
  {
    name: 'news-of-the-source-is-written-back',
    file: 'server/alerts/actions.ts',
    from: "  if (by.kind !== 'person' && by.kind !== 'automation') return\n",
    to: '',
  },
  {
    name: 'last-resort-is-not-told',
    file: 'server/notifications/last-resort/actions.ts',
    from: '  await enqueueNotifications(tx, { ...alert, ...LAST_RESORT_STEP, recipients }, now)\n',
    to: '',
  },
  {
    name: 'first-page-is-capped',
    file: 'server/notifications/decide-storm.ts',
    from: "if (page.priority === 'HIGH' && !sent.some(",
    to: "if (page.priority === 'HIGH' && sent.length === 0 && !sent.some(",
  },
  {
    name: 'receipt-moves-backwards',
    file: 'server/notifications/receipts/decide.ts',
    from: 'return RANK.indexOf(news) > before',
    to: 'return RANK.indexOf(news) !== before',
  },
  {
    name: 'second-way-is-not-taken',
    file: 'server/notifications/second-way.ts',
    from: '  if (at === null) return\n',
    to: '  if (at === null || row.attempts > 0) return\n',
  },
  {
    name: 'climb-moves-without-evidence',
    file: 'server/escalation/step.ts',
    from: 'evidence: next ? { next: nextEvidence(next) }',
    to: 'evidence: next ? {}',
  },
  {
    name: 'unheard-level-begins-anew',
    file: 'server/escalation/climb.ts',
    from: 'const next = { levelIndex: climb.level_index, round: climb.round, dueAt: now }',
    to: 'const next = { levelIndex: 0, round: climb.round, dueAt: now }',
  },
  {
    name: 'hold-outlives-its-reader',
    file: 'server/intake/actions.ts',
    from: '    await releaseSource(connection, sourceId).catch(',
    to: '    if (sourceId < 0) await releaseSource(connection, sourceId).catch(',
  },
  {
    name: 'vanished-reader-blocks-its-source',
    file: 'server/intake/decide.ts',
    from: '  if (isSuspect(first)) {\n',
    to: '  if (isSuspect(first)) {\n    if (first.begunAlone > 0) return null\n',
  },
  {
    name: 'returned-alert-asks-nobody',
    file: 'server/alerts/timers/actions.ts',
    from: "  await askAnewFromTheFirst(tx, alert, { reason: text, rule: 'accept-timeout', callsOff: null }, now)\n",
    to: "  const { setWaiting } = await import('../verbs/store.ts')\n  await setWaiting(tx, { alertSourceId: alert.alert_source_id, alertId: alert.id }, { assignedTo: null })\n",
  },
  {
    name: 'accept-leaves-the-climb',
    file: 'server/alerts/actions.ts',
    from: '  await stopEscalation(tx, alertSourceId, alertId, reason, now)\n',
    to: '',
  },
  {
    name: 'accept-leaves-pages',
    file: 'server/alerts/actions.ts',
    from: '  await cancelNotifications(tx, alertSourceId, alertId, reason, now)\n',
    to: '',
  },
  {
    name: 'failure-counts-as-sent',
    file: 'server/notifications/decide.ts',
    from: "if (outcome.kind === 'sent') return { kind: 'sent', receipt: outcome.receipt }",
    to: "if (outcome.kind !== 'refused') return { kind: 'sent', receipt: null }",
  },
  {
    name: 'temporary-failure-is-final',
    file: 'server/notifications/decide.ts',
    from: "  return { kind: 'again',",
    to: "  if (now) return { kind: 'failed', reason: outcome.reason }\n  return { kind: 'again',",
  },
  {
    name: 'given-up-too-soon',
    file: 'server/notifications/decide.ts',
    from: 'export const GIVE_UP_HOURS = 24',
    to: 'export const GIVE_UP_HOURS = 0.1',
  },
  {
    name: 'order-of-arrival-counts',
    file: 'server/alerts/decide.ts',
    from: '    if (event.version > record.version) return null\n',
    to: '    if (event.version !== record.version) return null\n',
  },
  {
    name: 'late-accept-reopens',
    file: 'server/alerts/decide.ts',
    from: '    if (event.version > record.version) return null\n',
    to: "    if (event.version > record.version || event.type === 'ACCEPT') return null\n",
  },
  {
    name: 'tombstone-forgotten',
    file: 'server/alerts/events.ts',
    from: 'if (folded !== null) await remember(',
    to: 'if (folded !== null && alertId !== null) await remember(',
  },
  {
    name: 'reopening-does-not-page',
    file: 'server/alerts/events.ts',
    from: "  if (decision.status === 'PENDING') {",
    to: "  if (decision.status === 'PENDING' && decision.previousAlertId === null) {",
  },
  {
    name: 'lease-never-expires',
    file: `${TWINS}/notifications/store.ts`,
    from: '(row.lease_until === null || row.lease_until <= now)) yield row',
    to: 'row.lease_until === null) yield row',
  },
  {
    name: 'lease-is-not-looked-at',
    file: `${TWINS}/notifications/store.ts`,
    from: 'if (row.due_at <= now && (row.lease_until === null || row.lease_until <= now)) yield row',
    to: 'if (row.due_at <= now) yield row',
  },
  {
    name: 'lease-without-fence',
    file: `${TWINS}/notifications/store.ts`,
    from: "known?.fence === row.fence && known.status === 'SENDING' ? known : null",
    to: "known?.status === 'SENDING' ? known : null",
  },
  {
    name: 'ended-twice',
    file: `${TWINS}/notifications/store.ts`,
    from: "known?.fence === row.fence && known.status === 'SENDING' ? known : null",
    to: 'known?.fence === row.fence ? known : null',
  },
  {
    name: 'lease-is-not-renewed',
    file: 'server/notifications/outbox.ts',
    from: 'const RENEW_MS = 3_000\n',
    to: 'const RENEW_MS = 3_000_000\n',
  },
  {
    name: 'answered-pages-stay-due',
    file: 'server/notifications/sending.ts',
    from: 'cancelUnwanted(tx, now, 50)',
    to: 'cancelUnwanted(tx, now, 0)',
  },
  {
    name: 'retry-is-not-recorded',
    file: 'server/notifications/sending.ts',
    from: 'if (outcome !== null) await record(',
    to: "if (outcome !== null && outcome.kind !== 'retry') await record(",
  },
  {
    name: 'next-delay-from-the-planned-time',
    file: 'server/escalation/decide.ts',
    from: 'addMinutes(now, level.timeoutMinutes)',
    to: 'addMinutes(climb.dueAt, level.timeoutMinutes)',
  },
  {
    name: 'empty-level-is-waited-for',
    file: 'server/escalation/decide.ts',
    from: "return { kind: 'skip', next: stepAfter(climb, now) }",
    to: "return { kind: 'skip', next: stepAfter(climb, addMinutes(now, level.timeoutMinutes)) }",
  },
  {
    name: 'last-round-forgotten',
    file: 'server/escalation/decide.ts',
    from: 'climb.round < climb.rounds)',
    to: 'climb.round < climb.rounds - 1)',
  },
  {
    name: 'low-priority-climbs-on',
    file: 'server/escalation/decide.ts',
    from: "if (priority === 'LOW') {",
    to: "if (priority === 'LOW' && people.length === 0) {",
  },
  {
    name: 'unattended-in-silence',
    file: 'server/notifications/last-resort/actions.ts',
    from: '  await markUnattended(tx, alert.alertId, now)\n',
    to: '',
  },
  {
    name: 'facts-hurry-the-first-page',
    file: 'server/escalation/actions.ts',
    from: 'later(now, addMinutes(climb.started_at, climb.policy.delayMinutes))',
    to: 'now',
  },
  {
    name: 'edit-changes-a-climb',
    file: 'server/escalation/step.ts',
    from: "  const priority = row.alert_priority === 'LOW' ? 'LOW' : 'HIGH'\n  // Whoever",
    to: "  const { policySnapshot } = await import('./policies/store.ts')\n  row.policy = await policySnapshot(tx, row.policy.policyId)\n  const priority = row.alert_priority === 'LOW' ? 'LOW' : 'HIGH'\n  // Whoever",
  },
  {
    name: 'steps-come-early',
    file: `${TWINS}/escalation/store.ts`,
    from: 'row.due_at > now) continue',
    to: 'row.due_at.getTime() > now.getTime() + 60_000) continue',
  },
  {
    name: 'overdue-steps-overtake-answers',
    file: 'server/flow.ts',
    from: "name: 'escalation' satisfies BusyStation,\n      slots: 1,\n      waitsForCatchUp: true",
    to: "name: 'escalation' satisfies BusyStation,\n      slots: 1,\n      waitsForCatchUp: false",
  },
  {
    name: 'poison-blocks-its-source',
    file: 'server/engine/in-order.ts',
    from: 'if (failure !== null) await how.setAside(piece, failure)',
    to: 'if (failure !== null) throw failure',
  },
  {
    name: 'slow-poison-blocks-its-source',
    file: 'server/engine/suspects.ts',
    from: 'const isConvicted = against >= ',
    to: 'const isConvicted = against > 1e9 * ',
  },
  {
    name: 'promise-before-the-commit',
    file: 'server/intake/batch.ts',
    from: '      await this.#write(batch.map((waiting) => waiting.item))\n',
    to: '      for (const waiting of batch) waiting.resolve()\n      await this.#write(batch.map((waiting) => waiting.item))\n',
  },
  {
    name: 'repeat-key-forgotten',
    file: `${TWINS}/intake/store.ts`,
    from: 'if (holder) return holder.delivery_id === deliveryId',
    to: 'if (holder) return true',
  },
  {
    name: 'second-outcome',
    file: `${TWINS}/intake/store.ts`,
    from: "  if (row?.outcome !== 'NEW') return\n  tables.delivery.update(row, {\n    outcome",
    to: '  if (!row) return\n  tables.delivery.update(row, {\n    outcome',
  },
  {
    name: 'failed-reading-is-kept',
    file: `${TWINS}/database/savepoint.ts`,
    from: 'session.rollBackTo(savepoint)',
    to: 'session.rollBackTo(session.savepoint())',
  },
  {
    name: 'trouble-ends-the-engine',
    file: 'server/engine/engine.ts',
    from: 'bell.wakeAnother(relays - 1)\n        waitMs = TROUBLE_MS\n',
    to: 'bell.wakeAnother(relays - 1)\n        return\n',
  },
  {
    name: 'run-goes-though-resolved-in-time',
    file: 'server/alert-actions/decide.ts',
    from: "trigger === 'v-alert-not-resolved' && status === 'RESOLVED'",
    to: "trigger === 'v-alert-not-resolved' && status === 'ACCEPTED'",
  },
  {
    name: 'run-fails-for-a-busy-place',
    file: 'server/alert-actions/runs/sending.ts',
    from: 'if (again < row.give_up_at) {',
    to: 'if (again < row.give_up_at && row.attempts < 2) {',
  },
  {
    name: 'answer-plans-no-run',
    file: 'server/alerts/actions.ts',
    from: "verb === 'Accepted' ? ('alert-acknowledged' as const)",
    to: "verb === 'Accepted' ? ('alert-assigned' as const)",
  },
  {
    name: 'run-is-claimed-under-a-lease',
    file: `${TWINS}/alert-actions/runs/store.ts`,
    from: 'isFree(run.lease_until) &&',
    to: 'isFree(run.triggered_at) &&',
  },
  {
    name: 'shift-that-begins-is-not-told',
    file: 'server/duties/reminders/decide.ts',
    from: 'addMinutes(shift.start, LATE_MINUTES_MAX) <= now',
    to: 'shift.start <= now',
  },
  {
    name: 'next-reminder-is-missed',
    file: 'server/duties/reminders/actions.ts',
    from: 'next === null ? later : earlier(next, later)',
    to: 'later',
  },
]

/** The code with the mistake in it. Throws when the code has changed so that the mistake does not fit any more. */
export function withBug(source: string, bug: SeededBug): string {
  const parts = source.split(bug.from)
  if (parts.length !== 2) throw new Error(`${bug.file} does not have the place of ${bug.name} exactly once.`)
  return parts.join(bug.to)
}
