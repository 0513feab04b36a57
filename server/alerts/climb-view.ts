import type { PolicySnapshot } from '../database/tables.ts'
import type { PersonReference } from '../directory/schema.ts'
import { decideStep } from '../escalation/decide.ts'
import { LEVELS_MAX, ROUNDS_MAX } from '../escalation/schema.ts'
import { type AskedRow, statusShown } from '../notifications/view.ts'
import type { EscalationState, Priority } from './schema.ts'

/** A climb as stored. */
export interface StoredClimb {
  policy: PolicySnapshot
  levelIndex: number
  round: number
  dueAt: Date | null
  reason: string | null
  climb: number
  leftOut: readonly number[]
}

/** Who is who, and whom a level would ask. */
export interface Reach {
  person(id: number): PersonReference | undefined
  /** Whom the level asks when its turn comes at this instant. */
  peopleOf(
    policy: PolicySnapshot,
    levelIndex: number,
    at: Date,
    takenOff: readonly number[],
    priority: Priority,
  ): number[]
}

/** Who was asked, who is next and when: the panel and the countdown of an alert's page. */
export function climbView(
  climb: StoredClimb,
  priority: Priority,
  asked: readonly AskedRow[],
  reach: Reach,
): EscalationState {
  const known = askedView(asked, reach)
  const shared = {
    // The row names the step that comes; the round that runs is the one asked last.
    round: known.findLast((step) => step.levelIndex >= 0 && step.climb === climb.climb)?.round ?? 1,
    rounds: climb.policy.rounds,
    climb: climb.climb,
    policyName: climb.policy.policyName,
    asked: known,
  }
  if (climb.dueAt === null) {
    return { ...shared, status: wasAnswered(climb.reason) ? 'STOPPED' : 'ENDED', reason: climb.reason, next: null }
  }
  const next = comingStep({ ...climb, dueAt: climb.dueAt }, priority, reach)
  return { ...shared, status: 'RUNNING', reason: next ? null : lastWord(known.length > 0), next }
}

function askedView(asked: readonly AskedRow[], reach: Reach): EscalationState['asked'] {
  const steps = new Map<string, EscalationState['asked'][number]>()
  for (const row of asked) {
    const user = reach.person(row.person_id)
    if (!user) continue
    const key = `${row.climb}/${row.round}/${row.level_index}/${row.person_id}`
    const before = steps.get(key)
    const notification = statusShown(row.status)
    steps.set(key, {
      user,
      levelIndex: row.level_index,
      climb: row.climb,
      round: row.round,
      at: before?.at ?? row.created_at.toISOString(),
      notification: before ? better(before.notification, notification) : notification,
    })
  }
  return [...steps.values()]
}

const BEST_FIRST = ['SUCCESS', 'SCHEDULED', 'BUNDLED', 'ERROR', 'CANCELLED'] as const
type Shown = (typeof BEST_FIRST)[number]

/** Of a person's several contacts the one that got furthest counts. */
function better(one: Shown, other: Shown): Shown {
  return BEST_FIRST.indexOf(one) <= BEST_FIRST.indexOf(other) ? one : other
}

/** The step the engine would take if it came now: its own rule is asked, passing over levels that reach nobody. */
function comingStep(climb: StoredClimb & { dueAt: Date }, priority: Priority, reach: Reach): EscalationState['next'] {
  const { levels, rounds } = climb.policy
  const reachable = (levelIndex: number) =>
    reach.peopleOf(climb.policy, levelIndex, climb.dueAt, climb.leftOut, priority)
  let step = { levelIndex: climb.levelIndex, round: climb.round, dueAt: climb.dueAt }
  for (let skips = 0; skips <= LEVELS_MAX * ROUNDS_MAX; skips++) {
    const decision = decideStep({ levels, rounds, ...step }, reachable, priority, climb.dueAt)
    if (decision.kind === 'skip') {
      step = decision.next
      continue
    }
    if (decision.kind === 'ask') {
      const users = decision.people.map(reach.person).filter((person) => person !== undefined)
      return { at: climb.dueAt.toISOString(), levelIndex: step.levelIndex, round: step.round, users }
    }
    break
  }
  return null
}

/** What is said while only the last wait runs. */
function lastWord(wasAsked: boolean): string {
  return wasAsked
    ? 'Nobody else: everybody was asked. Without an answer the alert counts as unattended.'
    : 'Nobody on this policy can be reached: the alert counts as unattended.'
}

/** Answers, a merge and the end of a low priority stop a climb; every other reason means that it found nobody. */
function wasAnswered(reason: string | null): boolean {
  return reason !== null && /^(accepted by |resolved by |merged into |low priority: )/.test(reason)
}
