const KEPT_MAX = 20

/** Promises that were broken, as sentences that begin with the invariant's name. */
export class Verdicts {
  readonly sentences: string[] = []
  #count = 0
  #isStuck = false
  readonly #whenMs: () => number

  constructor(whenMs: () => number) {
    this.#whenMs = whenMs
  }

  get count(): number {
    return this.#count
  }

  /** True when there is nothing more to learn from this world. */
  get isHopeless(): boolean {
    return this.#count >= KEPT_MAX || this.#isStuck
  }

  /** Nothing goes on: what is due stays undone, or code runs in circles. */
  stuck(sentence: string): void {
    this.#isStuck = true
    this.broken('no progress', sentence)
  }

  broken(invariant: string, sentence: string): void {
    this.#count++
    if (this.sentences.length < KEPT_MAX)
      this.sentences.push(`${invariant} at ${timeText(this.#whenMs())}: ${sentence}`)
  }

  unless(holds: boolean, invariant: string, sentence: () => string): void {
    if (!holds) this.broken(invariant, sentence())
  }
}

/** Virtual time as people read it. */
export function timeText(ms: number): string {
  const days = Math.floor(ms / 86_400_000)
  return `day ${days} ${new Date(ms % 86_400_000).toISOString().slice(11, 23)}`
}
