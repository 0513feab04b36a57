import type { Database, Tx } from '../database/connection.ts'
import { isConnectionLoss } from '../database/failures.ts'
import { wakeEngine } from '../database/notify.ts'
import { contained } from '../database/savepoint.ts'
import type { BatchSize } from '../engine/batch-size.ts'
import { decideAfterFailure } from '../engine/poison.ts'
import type { Suspects } from '../engine/suspects.ts'
import type { Log } from '../runtime/log.ts'
import { addSeconds } from '../runtime/time.ts'
import { nextEvidence } from '../trace/evidence.ts'
import { decideUnheard } from './decide.ts'
import { advance, giveUp, trace } from './step.ts'
import {
  claimDueEscalations,
  claimUnheard,
  type DueEscalation,
  endUnheard,
  lockClimb,
  moveEscalation,
  postponeStep,
  postponeUnheard,
  type UnheardStep,
} from './store.ts'

/** A climb that cannot even be given up is looked at again after this long. */
const GIVE_UP_AGAIN_SECONDS = 60
/** What follows from a step that nobody heard is tried again after this long. */
const HURRY_AGAIN_SECONDS = 5

export interface ClimbContext {
  db: Database
  /** How many climbs go on in one transaction. */
  climbAtOnce: BatchSize
  /** One of these ends its transaction each time. */
  suspectClimbs: Suspects<number>
  log: Log
}

/** One pass of the escalation station: claim, decide, save, hand on. Returns how many climbs it moved. */
export async function advanceEscalations(context: ClimbContext, now: Date): Promise<number> {
  const groups = context.suspectClimbs.groups(now)
  let moved = await climbOn(context, { but: groups.flat() }, now)
  moved += await hurryUnheard(context, now)
  let trouble: unknown = null
  for (const group of groups) {
    try {
      moved += await climbOn(context, { only: group }, now)
    } catch (cause) {
      context.log.error({ err: cause, alertIds: group }, 'escalation.suspects-failed')
      trouble ??= cause
    }
  }
  if (moved === 0 && trouble !== null) throw trouble
  return moved
}

/** Climbs go on in one transaction: those that are due, or those that one of them may have held up. */
async function climbOn(
  context: ClimbContext,
  which: { only: readonly number[] } | { but: readonly number[] },
  now: Date,
): Promise<number> {
  const { db, climbAtOnce, suspectClimbs, log } = context
  let due: DueEscalation[] = []
  try {
    await db.transaction().execute(async (tx) => {
      due = await claimDueEscalations(tx, now, climbAtOnce.now, which)
      for (const climb of due) {
        const failure = await contained(tx, () => advance(tx, climb, now))
        if (failure !== null) await setAside(tx, climb, failure, log, now)
      }
      if (due.length > 0) await wakeEngine(tx, 'notifications')
    })
    suspectClimbs.acquit(due.map(({ alert_id }) => alert_id))
    if (due.length > 0) climbAtOnce.grow()
    return due.length
  } catch (cause) {
    if (isConnectionLoss(cause)) climbAtOnce.shrink()
    const [first] = due
    const ids = due.map(({ alert_id }) => alert_id)
    if (!first || !suspectClimbs.note(ids, cause, first.failures > 0, now)) throw cause
    await convict(context, first.alert_id, cause, now)
    return 1
  }
}

/** A climb that ended its transaction each time, alone, has failed as if its step had said so. */
async function convict({ db, suspectClimbs, log }: ClimbContext, id: number, cause: unknown, now: Date): Promise<void> {
  try {
    await db.transaction().execute(async (tx) => {
      for (const climb of await claimDueEscalations(tx, now, 1, { only: [id] })) {
        await setAside(tx, climb, cause, log, now)
      }
    })
  } catch (failure) {
    // Its giving-up ends the transaction as well.
    log.error({ err: failure, alertId: id }, 'escalation.giving-up-failed')
    await db.transaction().execute(async (tx) => {
      for (const climb of await claimDueEscalations(tx, now, 1, { only: [id] })) {
        await postpone(tx, climb, { dueAt: addSeconds(now, GIVE_UP_AGAIN_SECONDS), failures: climb.failures }, now)
      }
    })
  }
  suspectClimbs.acquit([id])
}

/** A step that fails is tried again, and in the end given up loudly; the other climbs go on (invariants.md ING-5). */
async function setAside(tx: Tx, climb: DueEscalation, cause: unknown, log: Log, now: Date): Promise<void> {
  const failures = climb.failures + 1
  log.error({ err: cause, alertId: climb.alert_id, attempt: failures }, 'escalation.step-failed')
  const next = decideAfterFailure(failures, now)
  if (next.kind === 'set-aside') {
    const failure = await contained(tx, () =>
      giveUp(tx, climb, `the next step failed ${failures} times`, 'step-failed', now),
    )
    if (failure === null) return
    log.error({ err: failure, alertId: climb.alert_id }, 'escalation.giving-up-failed')
  }
  const dueAt = next.kind === 'again' ? next.dueAt : addSeconds(now, GIVE_UP_AGAIN_SECONDS)
  await postpone(tx, climb, { dueAt, failures }, now)
}

async function postpone(
  tx: Tx,
  climb: DueEscalation,
  { dueAt, failures }: { dueAt: Date; failures: number },
  now: Date,
): Promise<void> {
  await postponeStep(tx, climb.alert_id, { dueAt, failures })
  const next = nextEvidence({ levelIndex: climb.level_index, round: climb.round, dueAt })
  const reason = `The step failed and is tried again (attempt ${failures}).`
  await trace(tx, climb, { decision: 'postpone', reason, rule: 'step-failed', evidence: { next } }, now)
}

/** Steps whose every page was refused: there is nobody to wait for, so the next level is asked now. Each by itself. */
async function hurryUnheard({ db, climbAtOnce, log }: ClimbContext, now: Date): Promise<number> {
  for (let hurried = 0; hurried < climbAtOnce.now; hurried++) {
    let step: UnheardStep | undefined
    try {
      await db.transaction().execute(async (tx) => {
        ;[step] = await claimUnheard(tx, now, 1)
        if (!step) return
        await hurry(tx, step, now)
        await endUnheard(tx, step)
      })
    } catch (cause) {
      if (!step) throw cause
      const later = step
      log.error({ err: cause, alertId: later.alert_id }, 'escalation.hurry-failed')
      await db.transaction().execute((tx) => postponeUnheard(tx, later, addSeconds(now, HURRY_AGAIN_SECONDS)))
    }
    if (!step) return hurried
  }
  return climbAtOnce.now
}

async function hurry(tx: Tx, step: UnheardStep, now: Date): Promise<void> {
  const climb = await lockClimb(tx, step.alert_id)
  // Another climb began since and waits for its own pages, or people are asked about another alert instead.
  if (!climb || climb.climb !== step.climb || climb.alert_merged_into_id !== null) return
  const stand = {
    levels: climb.policy.levels,
    levelIndex: climb.level_index,
    round: climb.round,
    isRunning: climb.due_at !== null,
    isPending: climb.alert_status === 'PENDING',
    isUnattended: climb.alert_unattended_since !== null,
  }
  switch (decideUnheard(stand, { levelIndex: step.level_index, round: step.round })) {
    case 'nothing':
      return
    case 'give-up':
      return giveUp(tx, climb, 'no message to anybody got through', 'nobody-heard', now)
    case 'hurry': {
      const next = { levelIndex: climb.level_index, round: climb.round, dueAt: now }
      await moveEscalation(tx, climb.alert_id, next)
      const reason = `No message to level ${step.level_index + 1} got through, so nobody is waited for.`
      const evidence = { next: nextEvidence(next) }
      return trace(tx, climb, { decision: 'hurry', reason, rule: 'nobody-heard', evidence }, now)
    }
  }
}
