import type { Database, Tx } from '../database/connection.ts'
import { isConnectionLoss } from '../database/failures.ts'
import { tellLive, wakeEngine } from '../database/notify.ts'
import { contained } from '../database/savepoint.ts'
import type { BatchSize } from '../engine/batch-size.ts'
import { decideAfterFailure } from '../engine/poison.ts'
import type { Suspects } from '../engine/suspects.ts'
import { enqueueNotifications } from '../notifications/actions.ts'
import { callLastResort } from '../notifications/last-resort/actions.ts'
import { enqueueUpdates } from '../notifications/updates.ts'
import type { Log } from '../runtime/log.ts'
import { addSeconds } from '../runtime/time.ts'
import { addTimeline } from '../timeline/store.ts'
import { nextEvidence } from '../trace/evidence.ts'
import { addTrace, type TraceLine } from '../trace/store.ts'
import { decideStep, decideUnheard, type NextStep } from './decide.ts'
import { decidePeople, type LevelPeople } from './people/decide.ts'
import { forPriority, loadPeople, saveTurn, turnsOfPolicy } from './people/store.ts'
import { LEVELS_MAX, ROUNDS_MAX } from './schema.ts'
import {
  claimDueEscalations,
  claimUnheard,
  type DueEscalation,
  endEscalation,
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
const SKIPS_MAX = LEVELS_MAX * ROUNDS_MAX

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

/** Where it is kept whom the levels of a policy that ask in turn asked last. */
export interface TurnBook {
  of(tx: Tx, policyId: number): Promise<Map<number, number>>
  save(tx: Tx, policyId: number, levelIndex: number, personId: number): Promise<void>
}

const KEPT_TURNS: TurnBook = { of: turnsOfPolicy, save: saveTurn }

/** Takes the step of one climb that is due: whom to ask, why, and what follows. The caller has claimed it. */
export async function advance(tx: Tx, row: DueEscalation, now: Date, book: TurnBook = KEPT_TURNS): Promise<void> {
  const priority = row.alert_priority === 'LOW' ? 'LOW' : 'HIGH'
  // Whoever is asked by name is reached as for high priority, whatever the alert's.
  const reachedAs = row.policy.isByHand ? 'HIGH' : priority
  const known = forPriority(await loadPeople(tx, row.policy.levels, { from: now, until: now }), reachedAs)
  const isInTurn = row.policy.levels.some((level) => level.inTurn)
  const turns = isInTurn ? await book.of(tx, row.policy.policyId) : new Map<number, number>()
  const peopleAt = (levelIndex: number): LevelPeople => {
    const level = row.policy.levels[levelIndex]
    if (!level) return { people: [], leftOut: [] }
    const named = { ...level, name: `level ${levelIndex + 1}`, takenOff: row.left_out }
    return decidePeople(named, known, now, turns.get(levelIndex) ?? null)
  }
  const reachable = (levelIndex: number) => peopleAt(levelIndex).people.map(({ personId }) => personId)

  let step: NextStep = { levelIndex: row.level_index, round: row.round, dueAt: row.due_at }
  for (let skips = 0; skips <= SKIPS_MAX; skips++) {
    const climb = { levels: row.policy.levels, rounds: row.policy.rounds, ...step }
    const decision = decideStep(climb, reachable, priority, now)
    if (decision.kind === 'wait') break
    const { people, leftOut } = peopleAt(step.levelIndex)
    for (const { rule, reason, people: whom } of leftOut) {
      await trace(tx, row, { decision: 'leave-out', reason, rule, people: whom }, now)
    }
    if (decision.kind === 'end') return giveUp(tx, row, decision.reason, decision.rule, now)
    if (decision.kind === 'skip') {
      await tellNobody(tx, row, step, decision.next, now)
      step = decision.next
      continue
    }
    const asked = people.map(({ personId, by }) => ({ id: personId, name: known.name(personId), by }))
    await tellAsked(tx, row, step, asked, decision.next, decision.reason, now)
    if (step.levelIndex > 0 || step.round > 1) await tellEscalated(tx, row, step, asked, now)
    await enqueueNotifications(
      tx,
      {
        alertSourceId: row.alert_source_id,
        alertId: row.alert_id,
        climb: row.climb,
        round: step.round,
        levelIndex: step.levelIndex,
        priority: reachedAs,
        subject: row.alert_summary,
        recipients: asked.flatMap(({ id, name }) => {
          const ways = known.ways(id, reachedAs)
          return ways ? [{ personId: id, name, ways }] : []
        }),
        ...(row.policy.isByHand ? { note: row.policy.policyName } : {}),
      },
      now,
    )
    const [first] = decision.people
    if (first !== undefined && row.policy.levels[step.levelIndex]?.inTurn) {
      turns.set(step.levelIndex, first)
      await book.save(tx, row.policy.policyId, step.levelIndex, first)
    }
    if (!decision.next) {
      await endEscalation(tx, row.alert_id, decision.reason ?? 'done', now)
      return finish(tx, row)
    }
    step = decision.next
  }
  await moveEscalation(tx, row.alert_id, step)
  await finish(tx, row)
}

async function finish(tx: Tx, row: Pick<DueEscalation, 'alert_id'>): Promise<void> {
  await tellLive(tx, { kind: 'alert', id: row.alert_id })
}

type Climb = Pick<
  DueEscalation,
  'alert_source_id' | 'alert_id' | 'climb' | 'policy' | 'alert_summary' | 'alert_priority'
>

async function giveUp(tx: Tx, row: Climb, reason: string, rule: string, now: Date): Promise<void> {
  await endEscalation(tx, row.alert_id, reason, now)
  await addTimeline(
    tx,
    {
      alertSourceId: row.alert_source_id,
      alertId: row.alert_id,
      type: rule === 'every-level-asked' ? 'AlertEscalationEndedLogEntry' : 'NobodyOnCallLogEntry',
      text: `Nobody is asked any more: ${reason}. The alert is unattended.`,
      filterTypes: ['NOTIFICATIONS', 'ALERT_UPDATES'],
      vars: { policy: row.policy.policyName, reason },
      trigger: 'alert-escalation-ended',
    },
    now,
  )
  await trace(
    tx,
    row,
    {
      decision: 'end',
      reason: `Nobody is left to ask: ${reason}.`,
      rule,
      evidence: { next: null, stopped: reason },
    },
    now,
  )
  await callLastResort(
    tx,
    {
      alertSourceId: row.alert_source_id,
      alertId: row.alert_id,
      climb: row.climb,
      priority: row.alert_priority === 'LOW' ? 'LOW' : 'HIGH',
      subject: row.alert_summary,
      why: reason,
    },
    now,
  )
  await tellLive(tx, { kind: 'status' })
  await finish(tx, row)
}

async function tellNobody(tx: Tx, row: DueEscalation, step: NextStep, next: NextStep, now: Date): Promise<void> {
  const text = `Nobody can be reached at level ${step.levelIndex + 1} of ${row.policy.policyName}: the next level is asked at once.`
  await addTimeline(
    tx,
    {
      alertSourceId: row.alert_source_id,
      alertId: row.alert_id,
      type: 'NobodyOnCallLogEntry',
      text,
      filterTypes: ['NOTIFICATIONS'],
      vars: { levelIndex: step.levelIndex },
    },
    now,
  )
  await trace(
    tx,
    row,
    { decision: 'skip', reason: text, rule: 'level-reaches-nobody', evidence: { next: nextEvidence(next) } },
    now,
  )
}

interface Asked {
  id: number
  name: string
  by: string | null
}

/** The step as people say it. */
function stepName({ policy }: Pick<DueEscalation, 'policy'>, step: NextStep): string {
  return policy.isByHand ? policy.policyName : `level ${step.levelIndex + 1} of ${policy.policyName}`
}

async function tellAsked(
  tx: Tx,
  row: DueEscalation,
  step: NextStep,
  asked: readonly Asked[],
  next: NextStep | null,
  lastWord: string | null,
  now: Date,
): Promise<void> {
  const round = row.policy.rounds > 1 ? `, round ${step.round} of ${row.policy.rounds}` : ''
  const names = asked.map(({ name }) => name).join(', ')
  const why = asked.map(({ name, by }) => (by === null ? name : `${name} (${by})`)).join(', ')
  await addTimeline(
    tx,
    {
      alertSourceId: row.alert_source_id,
      alertId: row.alert_id,
      type:
        step.levelIndex === 0 && step.round === 1 ? 'AlertAssignedBySystemLogEntry' : 'AlertEscalatedToLevelLogEntry',
      text: row.policy.isByHand
        ? `Asked by hand: ${names}`
        : `Level ${step.levelIndex + 1} of ${row.policy.policyName} is asked${round}: ${names}`,
      filterTypes: ['ALERT_UPDATES'],
      vars: { levelIndex: step.levelIndex, round: step.round },
    },
    now,
  )
  await trace(
    tx,
    row,
    {
      decision: 'ask',
      reason: `It is the turn of ${stepName(row, step)}${round}: ${why}. ${whatFollows(row, step, next, lastWord)}`,
      rule: next ? 'level-due' : 'low-priority-first-level',
      people: asked.map((person) => person.id),
      evidence: next ? { next: nextEvidence(next) } : { next: null, stopped: lastWord ?? 'done' },
    },
    now,
  )
}

/** Those who were asked before and want to know hear who is asked now. */
async function tellEscalated(
  tx: Tx,
  row: DueEscalation,
  step: NextStep,
  asked: readonly Asked[],
  now: Date,
): Promise<void> {
  const by = { personId: null, name: `level ${step.levelIndex + 1}, ${asked.map(({ name }) => name).join(', ')}` }
  const alert = { alertSourceId: row.alert_source_id, alertId: row.alert_id }
  await enqueueUpdates(tx, { ...alert, type: 'ALERT_ESCALATED', by }, now)
}

function whatFollows(row: DueEscalation, step: NextStep, next: NextStep | null, lastWord: string | null): string {
  if (!next) return `Nobody else is asked: ${lastWord}.`
  const minutes = row.policy.levels[step.levelIndex]?.timeoutMinutes ?? 0
  const isLast = next.levelIndex >= row.policy.levels.length
  return isLast
    ? `Unless somebody answers within ${minutes} min the alert is unattended.`
    : `Unless somebody answers within ${minutes} min, level ${next.levelIndex + 1} is asked${next.round === step.round ? '' : ` in round ${next.round}`}.`
}

async function trace(
  tx: Tx,
  row: Pick<DueEscalation, 'alert_source_id' | 'alert_id'>,
  line: Omit<TraceLine, 'alertSourceId' | 'alertId' | 'station'>,
  now: Date,
): Promise<void> {
  await addTrace(tx, { alertSourceId: row.alert_source_id, alertId: row.alert_id, station: 'escalation', ...line }, now)
}
