/** One change of a file of ours: `find` stands in it exactly once. */
export interface Edit {
  file: string
  find: string
  replace: string
}

/** A test of ours, by its kind (a project of vitest.config.ts), its file and its own title. */
export interface Catcher {
  kind: 'unit' | 'journeys' | 'faults'
  file: string
  title: string
}

/** A mistake that a system of our kind has really been shipped with (invariants.md 3.7). */
export interface SeededBug {
  name: string
  /** What the product then does, as a sentence. */
  summary: string
  edits: readonly Edit[]
  caughtBy: Catcher
}
