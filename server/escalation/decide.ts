import { addMinutes } from '../runtime/time.ts'

/** A climb: `levelIndex` and `round` name the step that is due next. */
export interface Climb {
  levels: readonly { timeoutMinutes: number }[]
  rounds: number
  levelIndex: number
  round: number
  dueAt: Date
}

export type StepDecision =
  | { kind: 'wait' }
  /** Ask these people; `next` null: there is no step after this one, and `reason` says why. */
  | { kind: 'ask'; people: number[]; next: NextStep | null; reason: string | null }
  /** Nobody can be reached at this level, so there is nobody to wait for. */
  | { kind: 'skip'; next: NextStep }
  | { kind: 'end'; reason: string; rule: string }

export interface NextStep {
  levelIndex: number
  round: number
  dueAt: Date
}

/** What a climb owes at `now`. `reachable` gives the people of a level who can be notified. */
export function decideStep(
  climb: Climb,
  reachable: (levelIndex: number) => number[],
  priority: 'HIGH' | 'LOW',
  now: Date,
): StepDecision {
  if (now < climb.dueAt) return { kind: 'wait' }

  const isNobody = climb.levels.every((_, index) => reachable(index).length === 0)
  if (isNobody) return { kind: 'end', reason: 'nobody on this policy can be reached', rule: 'policy-reaches-nobody' }

  const level = climb.levels[climb.levelIndex]
  if (!level) return { kind: 'end', reason: 'every level was asked and nobody answered', rule: 'every-level-asked' }

  const people = [...new Set(reachable(climb.levelIndex))]
  if (priority === 'LOW') {
    return people.length > 0
      ? { kind: 'ask', people, next: null, reason: onlyThisLevel(climb.levelIndex) }
      : {
          kind: 'end',
          reason: 'low priority asks only the first level, and nobody there can be reached',
          rule: 'low-priority-first-level',
        }
  }
  if (people.length === 0) return { kind: 'skip', next: stepAfter(climb, now) }
  return { kind: 'ask', people, next: stepAfter(climb, addMinutes(now, level.timeoutMinutes)), reason: null }
}

function onlyThisLevel(levelIndex: number): string {
  return `low priority: only ${levelIndex === 0 ? 'the first level' : 'this level'} is asked`
}

/** The step that follows; past the last level of the last round it is the end, once its own wait is over. */
function stepAfter(climb: Climb, dueAt: Date): NextStep {
  const isLastLevel = climb.levelIndex === climb.levels.length - 1
  if (isLastLevel && climb.round < climb.rounds) return { levelIndex: 0, round: climb.round + 1, dueAt }
  return { levelIndex: climb.levelIndex + 1, round: climb.round, dueAt }
}

/** Where a climb stands, and how its alert does. */
export interface ClimbStand {
  levels: readonly unknown[]
  /** The step that is due next. */
  levelIndex: number
  round: number
  isRunning: boolean
  isPending: boolean
  isUnattended: boolean
}

/**
 * What follows when no page of `step` got through. Nobody is waited for, so the next step is due at once; where none
 * follows, nobody heard at all. A step that another one followed already changes nothing.
 */
export function decideUnheard(
  climb: ClimbStand,
  step: { levelIndex: number; round: number },
): 'hurry' | 'give-up' | 'nothing' {
  if (!climb.isPending || climb.isUnattended) return 'nothing'
  if (!climb.isRunning) return 'give-up'
  const isLastLevel = step.levelIndex === climb.levels.length - 1
  const isNext =
    (climb.round === step.round && climb.levelIndex === step.levelIndex + 1) ||
    (isLastLevel && climb.round === step.round + 1 && climb.levelIndex === 0)
  return isNext ? 'hurry' : 'nothing'
}
