import { firstMatch, regexCost } from '../runtime/linear-regex.ts'
import { type TextError, TextStop, textError, WorkBudget } from '../runtime/text-error.ts'
import { type Counts, counted } from './counts.ts'
import { CONDITION_WORK_MAX, type Condition, type Operand, type OrderOperator, type Place } from './tree.ts'
import { compare, equal, type Found, foundAt, instantOf, textFor } from './values.ts'

/** What a condition is about. */
export interface ConditionContext {
  /** What paths lead into, by root: `event`, `alert` or `context`. */
  roots: Readonly<Record<string, unknown>>
  now: Date
  /** Null: there are no such hours, and the condition cannot be worked out. */
  isIn(place: Place, at: Date): boolean | null
  /** How often what was counted, as the last evaluation left it. */
  counts: Counts
}

export interface Verdict {
  holds: boolean
  /** The counts from now on. */
  counts: Counts
  /** Why it could not be worked out to its end; `holds` is false then. */
  problem: TextError | null
}

/** Works out a condition. Pure; never throws. A comparison of things that do not compare is false, as in ilert. */
export function evaluate(condition: Condition, context: ConditionContext, source: string): Verdict {
  const evaluation = new Evaluation(context)
  try {
    return { holds: evaluation.holds(condition), counts: evaluation.counts, problem: null }
  } catch (cause) {
    const offset = cause instanceof TextStop ? cause.offset : 0
    const message = cause instanceof TextStop ? cause.message : 'It cannot be worked out.'
    return { holds: false, counts: evaluation.counts, problem: textError(source, offset, message) }
  }
}

class Evaluation {
  counts: Counts
  readonly #context: ConditionContext
  readonly #budget = new WorkBudget(CONDITION_WORK_MAX)

  constructor(context: ConditionContext) {
    this.#context = context
    this.counts = context.counts
  }

  holds(condition: Condition): boolean {
    switch (condition.kind) {
      case 'and':
        return condition.parts.every((part) => this.holds(part))
      case 'or':
        return condition.parts.some((part) => this.holds(part))
      case 'not':
        return !this.holds(condition.part)
      case 'truth': {
        const value = this.#value(condition.operand, condition.offset)
        return value === true || (typeof value === 'string' && value.toLowerCase() === 'true')
      }
      case 'equal':
        return this.#equal(condition.left, condition.right, condition.offset)
      case 'order':
        return this.#inOrder(condition)
      case 'text':
        return this.#text(condition)
      case 'list':
        return this.#anyOf(condition)
      case 'in':
        return this.#isIn(condition)
      case 'regex':
        return this.#regex(condition)
      case 'place':
        return this.#isInPlace(condition)
      case 'count':
        return this.#count(condition)
    }
  }

  #value(operand: Operand, offset: number): Found {
    this.#budget.spend(1, offset)
    if (operand.kind === 'literal') return operand.value
    if (operand.kind === 'now') return this.#context.now.toISOString()
    return foundAt(this.#context.roots[operand.root], operand.keys)
  }

  #equal(left: Operand, right: Operand, offset: number): boolean {
    const [one, other] = [this.#value(left, offset), this.#value(right, offset)]
    this.#spendOn(one, offset)
    this.#spendOn(other, offset)
    return equal(one, other)
  }

  #spendOn(value: Found, offset: number): void {
    if (typeof value === 'string') this.#budget.spendOnText(value, offset)
    // A structure is compared as it would be printed.
    else if (typeof value === 'object' && value !== null) this.#budget.spend(1_000, offset)
  }

  #inOrder({ left, right, operator, offset }: Condition & { kind: 'order' }): boolean {
    const order = compare(this.#value(left, offset), this.#value(right, offset))
    return order !== null && isOrdered(operator, order)
  }

  #textOf(operand: Operand, offset: number): string | null {
    const text = textFor(this.#value(operand, offset))
    if (text !== null) this.#budget.spendOnText(text, offset)
    return text
  }

  #text({ left, right, operator, offset }: Condition & { kind: 'text' }): boolean {
    if (operator === 'matches') return this.#equal(left, right, offset)
    const [subject, wanted] = [this.#textOf(left, offset), this.#textOf(right, offset)]
    if (subject === null || wanted === null) return false
    switch (operator) {
      case 'exact_matches':
        return subject === wanted
      case 'exact_contains':
        return subject.includes(wanted)
      case 'contains':
        return subject.toLowerCase().includes(wanted.toLowerCase())
      case 'starts_with':
        return subject.toLowerCase().startsWith(wanted.toLowerCase())
      case 'ends_with':
        return subject.toLowerCase().endsWith(wanted.toLowerCase())
    }
  }

  #anyOf({ left, right, operator, offset }: Condition & { kind: 'list' }): boolean {
    const subject = this.#textOf(left, offset)?.toLowerCase()
    const list = this.#value(right, offset)
    if (subject === undefined || !Array.isArray(list)) return false
    return list.some((one) => {
      const wanted = textFor(one as Found)?.toLowerCase()
      this.#budget.spendOnText(subject, offset)
      if (wanted === undefined) return false
      if (operator === 'contains_any') return subject.includes(wanted)
      return operator === 'starts_with_any' ? subject.startsWith(wanted) : subject.endsWith(wanted)
    })
  }

  #isIn({ left, right, offset }: Condition & { kind: 'in' }): boolean {
    const value = this.#value(left, offset)
    const list = this.#value(right, offset)
    if (!Array.isArray(list) || value === null || value === undefined) return false
    return list.some((one) => {
      this.#spendOn(value, offset)
      this.#budget.spend(1, offset)
      return equal(value, one as Found)
    })
  }

  #regex({ left, regex, offset }: Condition & { kind: 'regex' }): boolean {
    const subject = this.#textOf(left, offset)
    if (subject === null) return false
    this.#budget.spend(regexCost(regex, subject), offset)
    return firstMatch(regex, subject) !== null
  }

  #isInPlace({ time, place, offset }: Condition & { kind: 'place' }): boolean {
    const at = time.kind === 'now' ? this.#context.now : instantOf(this.#value(time, offset))
    if (at === null) return false
    const isIn = this.#context.isIn(place, at)
    if (isIn !== null) return isIn
    const what = place.type === 'SUPPORT_HOUR' ? 'are no support hours' : 'is no schedule'
    throw new TextStop(`There ${what} ${place.id} any more.`, offset)
  }

  #count({ counter, operator, limit, offset }: Condition & { kind: 'count' }): boolean {
    this.#budget.spend(1, offset)
    const { count, counts } = counted(this.counts, counter, limit, this.#context.now)
    this.counts = counts
    if (operator === '==') return count === limit
    if (operator === '!=') return count !== limit
    return isOrdered(operator, Math.sign(count - limit))
  }
}

function isOrdered(operator: OrderOperator, order: number): boolean {
  switch (operator) {
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
  }
}
