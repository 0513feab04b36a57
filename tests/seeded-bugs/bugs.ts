import type { Catcher, SeededBug } from './bug.ts'

const unit = (file: string, title: string): Catcher => ({ kind: 'unit', file, title })
const journey = (name: string, title: string): Catcher => ({
  kind: 'journeys',
  file: `tests/journeys/${name}.test.ts`,
  title,
})

const notifications = 'server/notifications/store.ts'
const schema = 'server/database/migrations/0001-spine.sql'
const rules = 'server/alerts/decide.ts'
const rulesTest = 'server/alerts/decide.test.ts'

/** The mistakes our tests must not let through. */
export const bugs: readonly SeededBug[] = [
  {
    name: 'sending-failed-on-deadline',
    summary: 'A page whose sender died counts as failed when its lease is over.',
    edits: [
      {
        file: 'server/notifications/sending.ts',
        find: '    const found = await findDuePage(tx, now)\n',
        replace: `    const late = await tx
      .updateTable('notification')
      .set({ status: 'ERROR', finished_at: now, lease_until: null, error: 'It took too long.' })
      .where('status', '=', 'SENDING')
      .where('lease_until', '<=', now)
      .returningAll()
      .execute()
    const failed = { decision: 'fail', status: 'ERROR', rule: 'given-up' } as const
    for (const row of late) await tellEnding(tx, row, failed, 'It took too long.', now)
    const found = await findDuePage(tx, now)
`,
      },
    ],
    caughtBy: journey(
      'several-nodes',
      'is sent when the lease is over and nothing was heard of that node: it does not count as failed',
    ),
  },
  {
    name: 'success-on-failing-answer',
    summary: 'A page counts as sent whatever the mail server answered.',
    edits: [
      {
        file: 'server/channels/email/send.ts',
        find: '    return outcomeOfFailure(error as SmtpFailure)\n',
        replace: "    return { kind: 'sent', receipt: (error as SmtpFailure).response ?? null }\n",
      },
    ],
    caughtBy: unit('server/channels/email/send.test.ts', 'onData 451 → retry'),
  },
  {
    name: 'accept-does-not-cancel',
    summary: 'The escalation of an accepted alert goes on.',
    edits: [
      {
        file: 'server/alerts/actions.ts',
        find: '  await stopEscalation(tx, alertSourceId, alertId, reason, now)\n',
        replace: '',
      },
      {
        file: 'server/escalation/store.ts',
        find: `    .where('alert.status', '=', 'PENDING')
    .$if(only !== undefined`,
        replace: `    .$if(only !== undefined`,
      },
    ],
    caughtBy: journey('paging', 'ends the escalation, once'),
  },
  {
    name: 'cancel-misses-step-in-flight',
    summary: 'A page that is on its way when somebody accepts, and fails, is tried again.',
    edits: [
      {
        file: notifications,
        find: "const isStillWanted = sql<boolean>`((alert.status = 'PENDING' and",
        replace: "const isStillWanted = sql<boolean>`((alert.status in ('PENDING', 'ACCEPTED') and",
      },
    ],
    caughtBy: journey('several-nodes', 'is called off when it fails after somebody answered, and is not tried again'),
  },
  {
    name: 'check-then-insert-dedupe',
    summary: 'A change is known again by looking for it first; nothing in the database forbids a second alert.',
    edits: [
      {
        file: schema,
        find: 'create unique index alert_open_key on alert',
        replace: 'create index alert_open_key on alert',
      },
      {
        file: schema,
        find: `  resolve_version bigint,
  updated_at timestamptz not null,
  primary key (alert_source_id, alert_key_folded)
`,
        replace: `  resolve_version bigint,
  updated_at timestamptz not null
`,
      },
    ],
    caughtBy: journey('several-nodes', 'is one alert when several nodes apply it at once'),
  },
  {
    name: 'dedupe-by-arrival-order',
    summary: 'The change that arrives last counts as the newest.',
    edits: [
      {
        file: rules,
        find: '    if (event.version > record.version) return null\n',
        replace: '    return null\n',
      },
    ],
    caughtBy: unit(rulesTest, 'end in the state they reach in their own order'),
  },
  {
    name: 'reopen-on-late-accept',
    summary: 'An accept that is told after the resolve opens the alert again.',
    edits: [
      {
        file: rules,
        find: '  const stale = situation.tracksRecords && record ? decideStale(situation, record) : null\n',
        replace:
          "  const stale = situation.tracksRecords && record && event.type !== 'ACCEPT' ? decideStale(situation, record) : null\n",
      },
    ],
    caughtBy: unit(rulesTest, 'that is late does not reopen what is solved'),
  },
  {
    name: 'tombstone-forgotten',
    summary: 'A resolve that comes before its creation leaves nothing behind.',
    edits: [
      {
        file: 'server/alerts/events.ts',
        find: "  if (decision.kind === 'duplicate') return\n  const isStale",
        replace: "  if (decision.kind === 'duplicate' || decision.rule === 'no-open-alert') return\n  const isStale",
      },
    ],
    caughtBy: journey('fourme', 'one that is resolved before its creation arrives is born resolved, and pages nobody'),
  },
  {
    name: 'lease-never-expires',
    summary: 'A page is left to the node that took it, even when that node is gone.',
    edits: [
      {
        file: notifications,
        find: `    .where((eb) => eb.or([eb('notification.lease_until', 'is', null), eb('notification.lease_until', '<=', now)]))
    .where(isStillWanted)
`,
        replace: `    .where('notification.lease_until', 'is', null)
    .where(isStillWanted)
`,
      },
    ],
    caughtBy: journey(
      'several-nodes',
      'is sent when the lease is over and nothing was heard of that node: it does not count as failed',
    ),
  },
  {
    name: 'lease-without-fencing',
    summary: 'A node that was frozen says how a page ended that another node has by now.',
    edits: [
      {
        file: notifications,
        find: `        : {}),
    }))
    .where('alert_source_id', '=', row.alert_source_id)
    .where('id', '=', row.id)
    .where('fence', '=', row.fence)
`,
        replace: `        : {}),
    }))
    .where('alert_source_id', '=', row.alert_source_id)
    .where('id', '=', row.id)
`,
      },
    ],
    caughtBy: journey(
      'several-nodes',
      'has one ending: a node that wakes when another has the page says nothing about it any more',
    ),
  },
  {
    name: 'due-from-app-clock',
    summary: "What is due is reckoned by the node's own clock.",
    edits: [
      {
        file: 'server/runtime/clock.ts',
        find: '  return { now: () => readClock(db), wait }\n',
        replace: '  return { now: async () => (db ? new Date() : readClock(db)), wait }\n',
      },
    ],
    caughtBy: journey('restart', 'is the database’s, though the clock of the node is an hour ahead'),
  },
  {
    name: 'catch-up-before-accepts',
    summary: 'After a start an overdue step pages before the accept that waits is read.',
    edits: [
      {
        file: 'server/flow.ts',
        find: `      name: 'escalation' satisfies BusyStation,
      slots: 1,
      waitsForCatchUp: true,
`,
        replace: `      name: 'escalation' satisfies BusyStation,
      slots: 1,
      waitsForCatchUp: false,
`,
      },
    ],
    caughtBy: journey('restart', 'reads the accept that waits before it takes the step that is overdue'),
  },
  {
    name: 'delay-from-planned-time',
    summary: 'After a late step the next one follows as if it had been in time.',
    edits: [
      {
        file: 'server/escalation/decide.ts',
        find: 'next: stepAfter(climb, addMinutes(now, level.timeoutMinutes))',
        replace: 'next: stepAfter(climb, addMinutes(climb.dueAt, level.timeoutMinutes))',
      },
    ],
    caughtBy: unit('server/escalation/decide.test.ts', 'that is late counts its timeout from when it was taken'),
  },
  {
    name: 'timer-of-thirty-days',
    summary: 'The engine sleeps until the next step, however far away; beyond 2^31 ms it does not sleep at all.',
    edits: [
      {
        file: 'server/engine/engine.ts',
        find: '  return Math.min(IDLE_MS, Math.max(BUSY_ELSEWHERE_MS, next.getTime() - now.getTime()))\n',
        replace: '  return Math.max(BUSY_ELSEWHERE_MS, next.getTime() - now.getTime())\n',
      },
    ],
    caughtBy: unit('server/engine/engine.test.ts', 'looks again within a second, also when it is 2592000 s away'),
  },
  {
    name: 'dst-duplicate-shift',
    summary: 'A turn is as long as it would be without the clock change: two have the same hour in spring.',
    edits: [
      {
        file: 'server/oncall/layers/decide.ts',
        find: '    const end = zone.instantOf(next)\n',
        replace: '    const end = start + next - begin\n',
      },
      {
        file: 'server/oncall/layers/decide.ts',
        find: '    start = end\n',
        replace: '    start = zone.instantOf(next)\n',
      },
    ],
    caughtBy: unit(
      'server/oncall/layers/decide.test.ts',
      'hand-over stays at its time of day, and nothing is doubled or left out',
    ),
  },
  {
    name: 'override-end-lost',
    summary: 'After an override the rotation does not come back.',
    edits: [
      {
        file: 'server/oncall/decide.ts',
        find: `    ? schedule.overrides.filter(touches).map((one) => claimOf(one, { kind: 'override', overrideId: one.id }))
`,
        replace: `    ? schedule.overrides
        .filter(({ start }) => start.getTime() < until)
        .map((one) => ({
          ...claimOf(one, { kind: 'override', overrideId: one.id }),
          end: Math.max(until, one.end.getTime()),
        }))
`,
      },
    ],
    caughtBy: unit(
      'server/oncall/decide.test.ts',
      'replaces exactly its time, and the rotation comes back the moment it ends',
    ),
  },
  {
    name: 'poison-blocks-neighbours',
    summary: 'A delivery that cannot be read holds up those that came with it.',
    edits: [
      {
        file: 'server/engine/in-order.ts',
        find: `    const failure = await attempt(tx, () => how.work(piece)).catch((cause) => {
      progress.failure = cause
      throw cause
    })
`,
        replace: `    await how.work(piece)
    const failure: unknown = null
`,
      },
    ],
    caughtBy: journey(
      'poison',
      'a delivery that cannot be processed is set aside within a minute, and its neighbours are paged at once',
    ),
  },
  {
    name: 'suppression-without-entry',
    summary: 'A page is held back and the timeline does not say so.',
    edits: [
      {
        file: 'server/notifications/sending.ts',
        find: "  await tellEnding(tx, row, { decision: 'bundle', status: 'BUNDLED', rule: verdict.rule }, text, now)\n",
        replace: '',
      },
    ],
    caughtBy: journey(
      'summaries',
      'three mails of a source, then one summary when the window ends; every page has its line',
    ),
  },
  {
    name: 'cap-delays-first-page',
    summary: 'The first page of high priority waits for a cap.',
    edits: [
      {
        file: 'server/notifications/decide-storm.ts',
        find: `  if (page.priority === 'HIGH' && !sent.some((one) => one.at > addSeconds(now, -FIRST_PAGE_SECONDS))) {
    return { kind: 'send' }
  }
`,
        replace: '',
      },
    ],
    caughtBy: unit(
      'server/notifications/decide-storm.test.ts',
      'the first high page to a person is sent whatever a cap says',
    ),
  },
  {
    name: 'echo-to-4me',
    summary: 'What 4me tells us is written back to 4me.',
    edits: [
      {
        file: 'server/alerts/actions.ts',
        find: "  if (by.kind !== 'person' && by.kind !== 'automation') return\n",
        replace: '',
      },
    ],
    caughtBy: journey('fourme-write-back', 'and what 4me tells us is not told back to 4me'),
  },
]
