/** What arrived and is unread, and how the starts before this one fared with it. */
export interface Backlog {
  /** True while something that arrived by `mark` is due and unread. */
  isUnread(mark: Date, now: Date): Promise<boolean>
  /** A start finds a backlog. Returns how many have in a row without getting through, this one included. */
  begin(now: Date): Promise<number>
  /** A start got through. */
  end(now: Date): Promise<void>
}

/** A delivery that cannot be read must not hold up every page for ever. */
const HELD_MS_MAX = 30_000
/** So many in a row are no sign of crashes yet: the nodes of an installation may start side by side. */
const STARTS_IN_FULL = 5

/**
 * How long a start holds back what is overdue, in milliseconds. Where start follows start and none gets through, each
 * holds back half as long as the one before, or nobody would be paged for as long as the process crashes again and again.
 */
export function heldMs(starts: number): number {
  return HELD_MS_MAX / 2 ** Math.max(0, starts - STARTS_IN_FULL)
}

/** What arrived while nobody listened is read first: an accept that waits there counts before an overdue step (invariants.md ESC-8). */
export class CatchUp {
  readonly #backlog: Backlog
  #mark: Date | null = null
  #starts: Promise<number> | null = null
  #isDone = false

  constructor(backlog: Backlog) {
    this.#backlog = backlog
  }

  /** Whether what is overdue may go on at `now`. */
  async isDone(now: Date): Promise<boolean> {
    if (this.#isDone) return true
    // The clock of the database may be set back meanwhile.
    if (this.#mark === null || now < this.#mark) this.#mark = now
    const heldFor = now.getTime() - this.#mark.getTime()
    // Whatever the questions below say, or do not say.
    if (heldFor > HELD_MS_MAX) this.#isDone = true
    else if (!(await this.#backlog.isUnread(this.#mark, now))) {
      this.#isDone = true
      if (this.#starts !== null) await this.#backlog.end(now)
    } else if (heldFor > heldMs(await this.#begin(now))) this.#isDone = true
    return this.#isDone
  }

  /** Once for all who ask; what failed is asked for again. */
  #begin(now: Date): Promise<number> {
    this.#starts ??= this.#backlog.begin(now).catch((cause) => {
      this.#starts = null
      throw cause
    })
    return this.#starts
  }
}
