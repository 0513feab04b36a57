import { deleteEndedSessions } from './access/store.ts'
import { runAlertAction } from './alert-actions/runs/sending.ts'
import { nextRunAt } from './alert-actions/runs/store.ts'
import { answerVerification } from './alert-sources/verifications/actions.ts'
import { nextVerificationAt } from './alert-sources/verifications/store.ts'
import { autoResolve } from './alerts/actions.ts'
import { nextAutoResolution } from './alerts/store.ts'
import { raiseAtEdge, returnUnworked } from './alerts/timers/actions.ts'
import { nextTimer } from './alerts/timers/store.ts'
import type { Databases } from './database/connection.ts'
import type { BusyStation } from './database/notify.ts'
import { remindOfShifts } from './duties/reminders/actions.ts'
import { nextLookAt as nextShiftLookAt } from './duties/reminders/store.ts'
import { BatchSize } from './engine/batch-size.ts'
import type { Station } from './engine/engine.ts'
import { Life } from './engine/life.ts'
import { Suspects } from './engine/suspects.ts'
import { advanceEscalations } from './escalation/climb.ts'
import { nextStepAt } from './escalation/store.ts'
import { lookForSilence, nextLookAt } from './heartbeats/actions.ts'
import { readDeliveries } from './intake/actions.ts'
import { runLookup } from './intake/lookups/actions.ts'
import { nextLookupAt } from './intake/lookups/store.ts'
import { nextDeliveryAt } from './intake/store.ts'
import type { Outbound } from './integrations/contract.ts'
import type { AnswerLinks } from './notifications/answers.ts'
import type { ChannelBook } from './notifications/channels/book.ts'
import { tellPeople } from './notifications/news.ts'
import { sendNotice } from './notifications/notices/sending.ts'
import { nextNoticeAt } from './notifications/notices/store.ts'
import { chaseReceipts, nextChaseAt } from './notifications/receipts/actions.ts'
import { sendPage } from './notifications/sending.ts'
import { nextPageAt } from './notifications/store.ts'
import { reconcileDue } from './reconciliation/actions.ts'
import { nextReconciliationAt } from './reconciliation/store.ts'
import type { Clock } from './runtime/clock.ts'
import type { Log } from './runtime/log.ts'
import type { Secrets } from './runtime/secrets.ts'
import { warnOfTargets } from './targets/actions.ts'
import { nextTargetAt } from './targets/store.ts'
import { raiseAlarms } from './watch/alarms/actions.ts'
import { auditAlerts } from './watch/auditor/actions.ts'
import { writeOut } from './writeback/actions.ts'
import { nextWriteBackAt } from './writeback/store.ts'

export interface FlowContext {
  databases: Pick<Databases, 'engine' | 'writeback' | 'housekeeping'>
  clock: Clock
  secrets: Secrets
  outbound: Outbound
  channels: ChannelBook
  stormPages: number
  links: AnswerLinks
  enrichmentWaitMs: number
  random: () => number
  /** Names this run of the program. */
  process: string
  log: Log
}

const SESSIONS_AT_ONCE = 1_000
const [READ_AT_ONCE, READ_AT_ONCE_MAX] = [20, 100]
const [CLIMB_AT_ONCE, CLIMB_AT_ONCE_MAX] = [10, 50]

/** The journey of a delivery, as the list the engine runs: what arrived → alert → who is asked → message. */
export function createFlow(context: FlowContext): Station[] {
  const { databases, ...rest } = context
  const paging = {
    ...rest,
    db: databases.engine,
    readAtOnce: new BatchSize(READ_AT_ONCE, READ_AT_ONCE_MAX),
    climbAtOnce: new BatchSize(CLIMB_AT_ONCE, CLIMB_AT_ONCE_MAX),
    suspects: new Map<number, Suspects<string>>(),
    suspectClimbs: new Suspects<number>(),
    life: new Life(context.process),
    interrupted: new Map(),
    busy: new Set<number>(),
  }
  const outside = { ...rest, db: databases.writeback }
  const housekeeping = databases.housekeeping
  return [
    {
      name: 'intake' satisfies BusyStation,
      slots: 2,
      waitsForCatchUp: false,
      advance: (now) => readDeliveries(paging, now),
      nextAt: () => nextDeliveryAt(paging.db),
    },
    {
      name: 'lookups' satisfies BusyStation,
      slots: 4,
      waitsForCatchUp: false,
      advance: (now) => runLookup(paging, now),
      nextAt: () => nextLookupAt(paging.db),
    },
    {
      name: 'verifications',
      slots: 1,
      waitsForCatchUp: false,
      advance: (now) => answerVerification(paging, now),
      nextAt: () => nextVerificationAt(paging.db),
    },
    {
      name: 'escalation' satisfies BusyStation,
      slots: 1,
      waitsForCatchUp: true,
      advance: (now) => advanceEscalations(paging, now),
      nextAt: () => nextStepAt(paging.db),
    },
    {
      name: 'notifications' satisfies BusyStation,
      slots: 6,
      waitsForCatchUp: true,
      advance: (now) => sendPage(paging, now),
      nextAt: () => nextPageAt(paging.db),
    },
    {
      name: 'receipts',
      slots: 1,
      waitsForCatchUp: true,
      advance: (now) => chaseReceipts(paging, now),
      nextAt: () => nextChaseAt(paging.db),
    },
    {
      // With slots of their own: however many they are, no page waits for them (invariants.md NOT-8).
      name: 'notices',
      slots: 2,
      waitsForCatchUp: true,
      advance: (now) => sendNotice(paging, now),
      nextAt: () => nextNoticeAt(paging.db),
    },
    {
      name: 'reminders',
      slots: 1,
      waitsForCatchUp: true,
      advance: (now) => remindOfShifts({ db: housekeeping, log: rest.log }, now),
      nextAt: () => nextShiftLookAt(housekeeping),
    },
    {
      name: 'write-back' satisfies BusyStation,
      slots: 2,
      waitsForCatchUp: false,
      advance: (now) => writeOut({ ...outside, tellPeople }, now),
      nextAt: () => nextWriteBackAt(outside.db),
    },
    {
      // On connections of their own: whatever place hangs, no page waits for it.
      name: 'alert-actions' satisfies BusyStation,
      slots: 4,
      waitsForCatchUp: true,
      advance: (now) => runAlertAction(outside, now),
      nextAt: () => nextRunAt(outside.db),
    },
    {
      name: 'reconciliation',
      slots: 1,
      waitsForCatchUp: true,
      advance: (now) => reconcileDue(outside, now),
      nextAt: () => nextReconciliationAt(outside.db),
    },
    {
      name: 'targets',
      slots: 1,
      waitsForCatchUp: true,
      advance: (now) => warnOfTargets(paging, now),
      nextAt: () => nextTargetAt(paging.db),
    },
    {
      name: 'auto-resolution',
      slots: 1,
      waitsForCatchUp: true,
      advance: (now) => autoResolve({ db: housekeeping, log: rest.log }, now),
      nextAt: () => nextAutoResolution(housekeeping),
    },
    {
      name: 'heartbeats',
      slots: 1,
      waitsForCatchUp: false,
      advance: (now) => lookForSilence({ db: housekeeping, log: rest.log }, now),
      nextAt: () => nextLookAt(housekeeping),
    },
    {
      name: 'raises',
      slots: 1,
      waitsForCatchUp: true,
      advance: (now) => raiseAtEdge({ db: paging.db, log: rest.log }, now),
      nextAt: () => nextTimer(paging.db, 'raise_at'),
    },
    {
      name: 'returns',
      slots: 1,
      waitsForCatchUp: true,
      advance: (now) => returnUnworked({ db: paging.db, log: rest.log }, now),
      nextAt: () => nextTimer(paging.db, 'return_at'),
    },
    {
      name: 'auditor',
      slots: 1,
      waitsForCatchUp: true,
      advance: (now) => auditAlerts({ db: housekeeping, log: rest.log }, now),
      nextAt: async () => null,
    },
    {
      name: 'alarms',
      slots: 1,
      waitsForCatchUp: false,
      advance: (now) => raiseAlarms({ db: housekeeping, log: rest.log }, now),
      nextAt: async () => null,
    },
    {
      name: 'sessions',
      slots: 1,
      waitsForCatchUp: false,
      advance: (now) => deleteEndedSessions(housekeeping, now, SESSIONS_AT_ONCE),
      nextAt: async () => null,
    },
  ]
}
