import { compileRegex } from '../runtime/linear-regex.ts'
import { type Parsed, parsed, TextStop } from '../runtime/text-error.ts'
import { bracketAt, type Token, tokensOf } from './tokens.ts'
import {
  CONDITION_DEPTH_MAX,
  CONDITION_LENGTH_MAX,
  COUNT_SECONDS_MAX,
  COUNT_SECONDS_MIN,
  type Condition,
  type Counter,
  type ListOperator,
  type Literal,
  type Operand,
  type OrderOperator,
  PLACE_TYPES,
  type Place,
  type TextOperator,
} from './tree.ts'

const ROOTS = ['event', 'alert', 'context']
const ORDERS = ['>', '>=', '<', '<=']
const TEXTS = ['matches', 'contains', 'starts_with', 'ends_with', 'exact_matches', 'exact_contains']
const LISTS = ['contains_any', 'starts_with_any', 'ends_with_any']
const WORDS = [...TEXTS, ...LISTS, 'regex', 'in', 'is_in']
/** Words ilert keeps for itself. */
const RESERVED = new Set(
  'break at do as const continue def else end eq function for gte gt if import is let lte lt loop namespace package require return var void when while'.split(
    ' ',
  ),
)
const INTEGER = /^-?\d{1,40}$/
const FLOAT = /^-?\d+\.\d+$/
const INT64_MAX = 2n ** 63n - 1n
const JSON_DEPTH_MAX = 3

/** Reads a condition in ilert's condition language (ICL) whose paths begin with `root`; an error says where. Never throws. */
export function parseCondition(text: string, root: 'event' | 'alert' | 'context'): Parsed<Condition> {
  return parsed(text, () => {
    if (text.length > CONDITION_LENGTH_MAX)
      throw new TextStop(`A condition has at most ${CONDITION_LENGTH_MAX} characters.`, CONDITION_LENGTH_MAX)
    return new ConditionReader(tokensOf(text), root).read()
  })
}

/** Support hours and schedules a condition asks about. */
export function placesOf(condition: Condition): { place: Place; offset: number }[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts.flatMap(placesOf)
    case 'not':
      return placesOf(condition.part)
    case 'place':
      return [{ place: condition.place, offset: condition.offset }]
    default:
      return []
  }
}

class ConditionReader {
  readonly #tokens: readonly Token[]
  readonly #root: string
  #index = 0

  constructor(tokens: readonly Token[], root: string) {
    this.#tokens = tokens
    this.#root = root
  }

  read(): Condition {
    if (this.#next().kind === 'end') throw new TextStop('Write a condition, e.g. event.priority == HIGH.', 0)
    const condition = this.#either(0)
    const rest = this.#next()
    if (rest.kind !== 'end') throw new TextStop(`Expected and, or, or the end; found ${shown(rest)}.`, rest.offset)
    return condition
  }

  #next(): Token {
    return this.#tokens[this.#index] ?? { kind: 'end', text: '', offset: 0, end: 0 }
  }

  #take(): Token {
    const token = this.#next()
    if (token.kind !== 'end') this.#index += 1
    return token
  }

  #isWord(...words: string[]): boolean {
    const token = this.#next()
    return token.kind === 'word' && words.includes(token.text)
  }

  #isSign(sign: string): boolean {
    const token = this.#next()
    return token.kind === 'sign' && token.text === sign
  }

  #either(depth: number): Condition {
    return this.#chain('or', () => this.#chain('and', () => this.#negatable(depth)))
  }

  #chain(word: 'and' | 'or', part: () => Condition): Condition {
    const first = part()
    const parts = [first]
    while (this.#isWord(word)) {
      this.#take()
      parts.push(part())
    }
    return parts.length === 1 ? first : { kind: word, parts }
  }

  #negatable(depth: number): Condition {
    const { offset } = this.#next()
    if (depth > CONDITION_DEPTH_MAX)
      throw new TextStop(`Conditions are nested at most ${CONDITION_DEPTH_MAX} deep.`, offset)
    if (this.#isWord('not')) {
      this.#take()
      return { kind: 'not', part: this.#negatable(depth + 1) }
    }
    if (!this.#isSign('(')) return this.#comparison()
    this.#take()
    const inner = this.#either(depth + 1)
    if (!this.#isSign(')')) throw new TextStop('This ( is not closed.', offset)
    this.#take()
    return inner
  }

  #comparison(): Condition {
    const start = this.#next()
    const counter = counterOf(start)
    if (counter) {
      this.#take()
      return this.#count(counter, start.offset)
    }
    const left = this.#operand()
    const operator = this.#operator()
    if (operator === null) {
      if (left.kind !== 'path' && !(left.kind === 'literal' && typeof left.value === 'boolean'))
        throw new TextStop('Compare it with something: event.summary contains disk.', this.#next().offset)
      return { kind: 'truth', operand: left, offset: start.offset }
    }
    const condition = this.#relation(left, operator.name, operator.offset)
    return operator.isNegated ? { kind: 'not', part: condition } : condition
  }

  /** The operator that follows, with `not` before it or `not_` in it; null when the operand stands alone. */
  #operator(): { name: string; isNegated: boolean; offset: number } | null {
    const token = this.#next()
    const { offset } = token
    if (token.kind === 'sign') {
      if (token.text === ')') return null
      if (token.text === '(') throw new TextStop('Expected an operator such as == or contains; found (.', offset)
      this.#take()
      return { name: token.text, isNegated: false, offset }
    }
    if (token.kind === 'end' || this.#isWord('and', 'or')) return null
    if (token.kind !== 'word')
      throw new TextStop(`Expected an operator such as == or contains; found ${shown(token)}.`, offset)
    this.#take()
    if (token.text === 'not') return this.#negated(offset)
    const isNegated = token.text.startsWith('not_')
    const name = isNegated ? token.text.slice('not_'.length) : token.text
    if (!WORDS.includes(name)) throw new TextStop(`There is no operator ${token.text}.`, offset)
    return { name, isNegated, offset }
  }

  #negated(offset: number): { name: string; isNegated: boolean; offset: number } {
    const operator = this.#operator()
    if (!operator) throw new TextStop('Expected an operator after not.', this.#next().offset)
    return { name: operator.name, isNegated: !operator.isNegated, offset }
  }

  #relation(left: Operand, name: string, offset: number): Condition {
    const at = this.#next().offset
    if (name === 'regex') return this.#regex(left, offset)
    if (name === 'is_in') return { kind: 'place', time: left, place: this.#place(), offset: at }
    const counter = counterOf(this.#next())
    if (counter) throw new TextStop(`${counter.name} stands on the left side: ${counter.name} >= 3.`, at)
    const right = this.#operand()
    if (name === '==') return { kind: 'equal', left, right, offset }
    if (name === '!=') return { kind: 'not', part: { kind: 'equal', left, right, offset } }
    if (isOneOf<OrderOperator>(ORDERS, name)) return { kind: 'order', operator: name, left, right, offset }
    if (isOneOf<TextOperator>(TEXTS, name)) return { kind: 'text', operator: name, left, right, offset }
    if (right.kind === 'literal' && !Array.isArray(right.value))
      throw new TextStop(`${name} takes a list: ["one", "two"].`, at)
    if (isOneOf<ListOperator>(LISTS, name)) return { kind: 'list', operator: name, left, right, offset }
    return { kind: 'in', left, right, offset }
  }

  #regex(left: Operand, offset: number): Condition {
    const token = this.#take()
    if (token.kind !== 'text' && token.kind !== 'word')
      throw new TextStop('After regex stands a pattern in quotes.', token.offset)
    const compiled = compileRegex(token.text, { ignoreCase: true })
    if (!compiled.ok) throw new TextStop(compiled.reason, token.offset)
    return { kind: 'regex', left, regex: compiled.regex, offset }
  }

  #place(): Place {
    const token = this.#take()
    const wanted = 'After is_in stands {"id": 1, "type": "SUPPORT_HOUR"} or one of type ON_CALL_SCHEDULE.'
    if (token.kind !== 'json') throw new TextStop(wanted, token.offset)
    const { id, type } = (jsonOf(token) ?? {}) as { id?: unknown; type?: unknown }
    const known = PLACE_TYPES.find((one) => one === type)
    if (!known || typeof id !== 'number' || !Number.isSafeInteger(id) || id < 1)
      throw new TextStop(wanted, token.offset)
    return { type: known, id }
  }

  #count(counter: Counter, offset: number): Condition {
    const sign = this.#take()
    const operator = sign.kind === 'sign' ? sign.text : ''
    if (operator !== '==' && operator !== '!=' && !isOneOf<OrderOperator>(ORDERS, operator))
      throw new TextStop(`After ${counter.name} stands one of >=, >, <=, <, == and a number.`, sign.offset)
    const number = this.#take()
    if (number.kind !== 'word' || !/^\d{1,9}$/.test(number.text))
      throw new TextStop('How often? Expected a whole number.', number.offset)
    return { kind: 'count', counter, operator, limit: Number(number.text), offset }
  }

  #operand(): Operand {
    const token = this.#take()
    const { offset } = token
    switch (token.kind) {
      case 'text':
        return { kind: 'literal', value: token.text }
      case 'json':
        return { kind: 'literal', value: listOf(token) }
      case 'word':
        return this.#word(token.text, offset)
      default:
        throw new TextStop(`Expected a path or a value; found ${shown(token)}.`, offset)
    }
  }

  #word(text: string, offset: number): Operand {
    if (text === 'now') return { kind: 'now' }
    if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true' }
    if (text === 'nil') return { kind: 'literal', value: null }
    if (INTEGER.test(text)) return { kind: 'literal', value: integer(text, offset) }
    if (FLOAT.test(text)) return { kind: 'literal', value: Number(text) }
    const [first = ''] = /^[^.[]*/.exec(text) ?? []
    if (first === this.#root) return { kind: 'path', root: first, keys: keysOf(text, offset, first.length) }
    if (ROOTS.includes(first) && first !== text)
      throw new TextStop(`Here a path begins with ${this.#root}, not ${first}.`, offset)
    if (RESERVED.has(text) || WORDS.includes(text) || text === 'and' || text === 'or' || text === 'not')
      throw new TextStop(`Write '${text}' in quotes.`, offset)
    if (/[.[]/.test(text))
      throw new TextStop(`Write it in quotes if it is a text, or begin it with ${this.#root}. if it is a path.`, offset)
    return { kind: 'literal', value: text }
  }
}

function keysOf(text: string, offset: number, from: number): (string | number)[] {
  const keys: (string | number)[] = []
  let at = from
  while (at < text.length) {
    if (text[at] === '[') {
      const { key, end } = bracketAt(text, at)
      keys.push(key)
      at = end
      continue
    }
    const name = /^\.([\w-]+)/.exec(text.slice(at))
    if (!name?.[1])
      throw new TextStop("A name with other characters stands in brackets: event.customDetails['a name'].", offset + at)
    keys.push(name[1])
    at += name[0].length
  }
  return keys
}

function integer(text: string, offset: number): bigint {
  const value = BigInt(text)
  if (value > INT64_MAX || value < -INT64_MAX - 1n) throw new TextStop('This number is too large.', offset)
  return value
}

/** `trigger_count.10m` and `resetting_trigger_count.PT10M`. */
function counterOf(token: Token): Counter | null {
  if (token.kind !== 'word') return null
  const [, resetting, said] = /^(resetting_)?trigger_count\b\.?(.*)$/.exec(token.text) ?? []
  if (said === undefined) return null
  const seconds = secondsOf(said)
  if (seconds === null || seconds < COUNT_SECONDS_MIN || seconds > COUNT_SECONDS_MAX)
    throw new TextStop('A trigger count has a duration of 5 seconds to 2 days: trigger_count.10m.', token.offset)
  return { name: token.text, seconds, resets: resetting !== undefined }
}

const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 }

function secondsOf(text: string): number | null {
  const short = /^(\d{1,6})([smhd])$/.exec(text)
  if (short) return Number(short[1]) * (UNIT_SECONDS[short[2] ?? ''] ?? 0)
  const iso = /^P(?:(\d{1,2})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?$/.exec(text)
  if (!iso) return null
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = iso
  return Number(days) * 86_400 + Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)
}

function jsonOf(token: Token): unknown {
  try {
    return JSON.parse(token.text)
  } catch {
    try {
      // ilert's strings are in single quotes, and so people write them in lists too.
      return JSON.parse(
        token.text.replace(/'((?:[^'\\]|\\.)*)'/g, (_all, inner: string) =>
          JSON.stringify(inner.replace(/\\(.)/g, '$1')),
        ),
      )
    } catch {
      throw new TextStop('This is not valid JSON.', token.offset)
    }
  }
}

function listOf(token: Token): Literal {
  const value = jsonOf(token)
  if (!Array.isArray(value)) throw new TextStop('An object stands only after is_in.', token.offset)
  return literalOf(value, token.offset, 0)
}

function literalOf(value: unknown, offset: number, depth: number): Literal {
  if (Array.isArray(value) && depth < JSON_DEPTH_MAX) return value.map((one) => literalOf(one, offset, depth + 1))
  if (value !== null && typeof value === 'object') throw new TextStop('A list holds texts and numbers.', offset)
  return value as Literal
}

function shown(token: Token): string {
  return token.kind === 'end' ? 'the end' : `"${token.text.slice(0, 40)}"`
}

function isOneOf<T extends string>(list: readonly string[], value: string): value is T {
  return list.includes(value)
}
