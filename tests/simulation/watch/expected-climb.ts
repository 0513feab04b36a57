/** What an alert's policy said when its climb began. */
export interface ExpectedPolicy {
  levels: readonly { timeoutMinutes: number }[]
  rounds: number
  delayMinutes: number
}

/** One level that is asked, by the people who can be reached at that moment. */
export interface Firing {
  round: number
  levelIndex: number
  people: number[]
}

export type ClimbEnd = 'answered' | 'unattended' | 'low-priority'

/** Where a climb stands after what was owed at an instant. */
export type Standing = { round: number; levelIndex: number; dueMs: number } | { end: ClimbEnd }

const MINUTE_MS = 60_000

/**
 * Who must be asked when, as a list of steps that is walked from its start to its end. It was written from
 * docs and invariants, not from the product's code, so that the two can disagree.
 */
export class ExpectedClimb {
  readonly policy: ExpectedPolicy
  readonly #steps: readonly { round: number; levelIndex: number }[]
  #position = 0
  /** Nobody may be asked before. */
  dueMs: number
  end: ClimbEnd | null = null

  constructor(policy: ExpectedPolicy, dueMs: number) {
    this.policy = policy
    this.dueMs = dueMs
    this.#steps = Array.from({ length: policy.rounds }, (_, index) => index + 1).flatMap((round) =>
      policy.levels.map((_, levelIndex) => ({ round, levelIndex })),
    )
  }

  /** True until the first level was asked or passed over. */
  get isUnstarted(): boolean {
    return this.#position === 0 && this.end === null
  }

  get isOver(): boolean {
    return this.end !== null
  }

  /** The longest wait that the policy has. */
  get longestWaitMs(): number {
    return Math.max(this.policy.delayMinutes, ...this.policy.levels.map((level) => level.timeoutMinutes)) * MINUTE_MS
  }

  answer(): void {
    this.end ??= 'answered'
  }

  /** Everything owed at the instant, by whom each level reaches just then; afterwards the climb stands where it must. */
  advance(nowMs: number, priority: string, reach: (levelIndex: number) => number[]): Firing[] {
    const fired: Firing[] = []
    while (this.end === null && this.dueMs <= nowMs) {
      const step = this.#steps[this.#position]
      const people = step === undefined ? [] : reach(step.levelIndex)
      if (step === undefined || !this.policy.levels.some((_, index) => reach(index).length > 0)) {
        this.end = 'unattended'
      } else if (people.length > 0) {
        fired.push({ ...step, people })
        if (priority === 'LOW') this.end = 'low-priority'
        this.#position++
        this.dueMs = nowMs + (this.policy.levels[step.levelIndex]?.timeoutMinutes ?? 0) * MINUTE_MS
      } else if (priority === 'LOW') {
        this.end = 'unattended'
      } else {
        // There is nobody to wait for.
        this.#position++
      }
    }
    return fired
  }

  get standing(): Standing {
    if (this.end !== null) return { end: this.end }
    const step = this.#steps[this.#position]
    // Past the last step the product's row names the level after the last one of the last round.
    const { round, levelIndex } = step ?? { round: this.policy.rounds, levelIndex: this.policy.levels.length }
    return { round, levelIndex, dueMs: this.dueMs }
  }
}
