/** One run of the program. */
export class Life {
  /** Told apart from every other run. */
  readonly id: string
  #since: Date | null = null

  constructor(id: string) {
    this.id = id
  }

  /** Seconds from when it was first asked until `now`; from anew when the clock was set back. */
  secondsAt(now: Date): number {
    if (this.#since === null || now < this.#since) this.#since = now
    return (now.getTime() - this.#since.getTime()) / 1_000
  }
}
