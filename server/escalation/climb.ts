import type { Database, Tx } from '../database/connection.ts'
import { isConnectionLoss } from '../database/failures.ts'
import { wakeEngine } from '../database/notify.ts'
import { contained } from '../database/savepoint.ts'
import type { BatchSize } from '../engine/batch-size.ts'
import { doInOrder, startProgress } from '../engine/in-order.ts'
import { decideAfterFailure } from '../engine/poison.ts'
import type { Suspects } from '../engine/suspects.ts'
import type { Clock } from '../runtime/clock.ts'
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

/** So many of those that failed in passing are looked for in a pass; in other hands, or over, they have no turn. */
const SUSPECTS_LOOKED_FOR = 5

export interface ClimbContext {
  db: Database
  /** How many climbs go on in one transaction. */
  climbAtOnce: BatchSize
  /** Climbs whose step failed in passing. */
  suspectClimbs: Suspects<number>
  clock: Pick<Clock, 'now'>
  log: Log
}

/** One pass of the escalation station: claim, decide, save, hand on. Returns how many climbs it moved. */
export async function advanceEscalations(context: ClimbContext, now: Date): Promise<number> {
  const suspects = context.suspectClimbs.all(now)
  const all = await climbOn(context, { but: suspects }, now)
  let moved = all.moved + (await hurryUnheard(context, now))
  let { failure } = all
  // One of them in a pass, since it may take its time to fail.
  for (const id of suspects.slice(0, SUSPECTS_LOOKED_FOR)) {
    // A sentence stands that could not be carried out at once, as the database was away.
    const sentence = context.suspectClimbs.sentenceOn(id)
    const one = sentence ? await punish(context, id, sentence.cause) : await climbOn(context, { only: [id] }, now)
    moved += one.moved
    failure ??= one.failure
    if (one.taken > 0) break
    context.suspectClimbs.missed(id)
  }
  if (moved === 0 && failure !== null) throw failure
  if (failure !== null) context.log.error({ err: failure }, 'escalation.held-up')
  return moved
}

/** What came of climbs that were taken together. */
interface Pass {
  taken: number
  moved: number
  /** What ended it, or what one of the steps failed by in passing; null when nothing did. */
  failure: unknown
}

/** Climbs go on in one transaction, as far as the first one that fails in passing. Throws when none could be taken. */
async function climbOn(
  context: ClimbContext,
  which: { only: readonly number[] } | { but: readonly number[] },
  now: Date,
): Promise<Pass> {
  const { db, climbAtOnce, suspectClimbs, log } = context
  const progress = startProgress<DueEscalation>()
  let taken = 0
  try {
    await db.transaction().execute(async (tx) => {
      const due = await claimDueEscalations(tx, now, climbAtOnce.now, which)
      taken = due.length
      await doInOrder(tx, due, progress, {
        work: (climb) => advance(tx, climb, now),
        setAside: (climb, cause) => setAside(tx, climb, cause, log, now),
      })
      if (progress.through.length > 0) await wakeEngine(tx, 'notifications')
    })
    if (progress.through.length > 0) climbAtOnce.grow()
  } catch (cause) {
    if (isConnectionLoss(cause)) climbAtOnce.shrink()
    if (taken === 0) throw cause
    progress.failure ??= cause
    progress.through = []
  }
  const { through, inHand, failure } = progress
  suspectClimbs.acquit(through.map(({ alert_id }) => alert_id))
  const pass = { taken, moved: through.length, failure }
  if (inHand === null) return pass
  suspectClimbs.note(inHand.alert_id, failure, inHand.failures > 0, now)
  if (!suspectClimbs.sentenceOn(inHand.alert_id)) return pass
  const { moved } = await punish(context, inHand.alert_id, failure)
  return { ...pass, moved: pass.moved + moved }
}

/** A climb over which a connection is lost, or time runs out, again and again has failed as if its step had said so. */
async function punish({ db, suspectClimbs, clock, log }: ClimbContext, id: number, cause: unknown): Promise<Pass> {
  // Failing took its time.
  const now = await clock.now()
  const onceTaken = (work: (tx: Tx, row: DueEscalation) => Promise<void>) =>
    db.transaction().execute(async (tx) => {
      const [row] = await claimDueEscalations(tx, now, 1, { only: [id] })
      if (row) await work(tx, row)
      return row ? 1 : 0
    })
  let moved: number
  try {
    moved = await onceTaken((tx, row) => setAside(tx, row, cause, log, now))
  } catch (failure) {
    log.error({ err: failure, alertId: id }, 'escalation.giving-up-failed')
    const dueAt = addSeconds(now, GIVE_UP_AGAIN_SECONDS)
    moved = await onceTaken((tx, row) => postpone(tx, row, { dueAt, failures: row.failures }, now))
  }
  if (moved > 0) suspectClimbs.punished(id, now)
  return { taken: moved, moved, failure: cause }
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
async function hurryUnheard({ db, climbAtOnce, clock, log }: ClimbContext, now: Date): Promise<number> {
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
      const at = addSeconds(await clock.now(), HURRY_AGAIN_SECONDS)
      await db.transaction().execute((tx) => postponeUnheard(tx, later, at))
      return hurried
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
