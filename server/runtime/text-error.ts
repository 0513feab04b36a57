/** What is wrong with a text somebody wrote, and exactly where; line and column count from 1. */
export interface TextError {
  message: string
  offset: number
  line: number
  column: number
}

export type Parsed<T> = { ok: true; tree: T } | { ok: false; error: TextError }

/** The error of a place in a text. */
export function textError(text: string, offset: number, message: string): TextError {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { message, offset, line, column: offset - (before.lastIndexOf('\n') + 1) + 1 }
}

/** Ends a parse or an evaluation at a place; never leaves the language's own module. */
export class TextStop extends Error {
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

/** Runs a parser; where it stopped becomes an error with its place. */
export function parsed<T>(text: string, parse: () => T): Parsed<T> {
  try {
    return { ok: true, tree: parse() }
  } catch (cause) {
    if (cause instanceof TextStop) return { ok: false, error: textError(text, cause.offset, cause.message) }
    throw cause
  }
}

/** Work a text from outside may cause, counted instead of timed: one unit is about a microsecond. */
export class WorkBudget {
  #left: number

  constructor(units: number) {
    this.#left = units
  }

  /** Takes so many units; ends the evaluation at `offset` when none are left. */
  spend(units: number, offset: number): void {
    this.#left -= units
    if (this.#left < 0) throw new TextStop('It takes too long to work out.', offset)
  }

  /** Takes what looking through a text costs. */
  spendOnText(text: string, offset: number): void {
    this.spend(1 + text.length / 200, offset)
  }
}
