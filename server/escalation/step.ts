import type { Tx } from '../database/connection.ts'
import { tellLive } from '../database/notify.ts'
import { enqueueNotifications } from '../notifications/actions.ts'
import { callLastResort } from '../notifications/last-resort/actions.ts'
import { enqueueUpdates } from '../notifications/updates.ts'
import { addTimeline } from '../timeline/store.ts'
import { nextEvidence } from '../trace/evidence.ts'
import { addTrace, type TraceLine } from '../trace/store.ts'
import { decideStep, type NextStep } from './decide.ts'
import { decidePeople, type LevelPeople } from './people/decide.ts'
import { forPriority, loadPeople, saveTurn, turnsOfPolicy } from './people/store.ts'
import { LEVELS_MAX, ROUNDS_MAX } from './schema.ts'
import { type DueEscalation, endEscalation, moveEscalation } from './store.ts'

const SKIPS_MAX = LEVELS_MAX * ROUNDS_MAX

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

/** Nobody is left to ask: the climb ends loudly. `reason`: the end of a sentence. */
export async function giveUp(tx: Tx, row: Climb, reason: string, rule: string, now: Date): Promise<void> {
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

/** A line of the trace about a climb. */
export async function trace(
  tx: Tx,
  row: Pick<DueEscalation, 'alert_source_id' | 'alert_id'>,
  line: Omit<TraceLine, 'alertSourceId' | 'alertId' | 'station'>,
  now: Date,
): Promise<void> {
  await addTrace(tx, { alertSourceId: row.alert_source_id, alertId: row.alert_id, station: 'escalation', ...line }, now)
}
