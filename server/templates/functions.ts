import { firstMatch, regexCost } from '../runtime/linear-regex.ts'
import { TextStop, type WorkBudget } from '../runtime/text-error.ts'
import { type Call, OUTPUT_LENGTH_MAX } from './tree.ts'
import { ownValue, textOf } from './values.ts'

type Kind = 'text' | 'number' | 'pattern'

interface TemplateFunction {
  /** What it takes; those from `required` on may be left out. */
  takes: readonly Kind[]
  required: number
  apply(value: unknown, call: Call, budget: WorkBudget): unknown
}

type Choice = (text: string, wanted: string) => boolean

const MATCHES: Record<string, Choice> = {
  startsWith: (text, wanted) => text.startsWith(wanted),
  equals: (text, wanted) => text === wanted,
  endsWith: (text, wanted) => text.endsWith(wanted),
  contains: (text, wanted) => text.includes(wanted),
}

const text = (call: Call, index: number): string => String(call.args[index] ?? '')
const number = (call: Call, index: number): number => Number(call.args[index] ?? 0)

/** A function of the value as text. */
function ofText(
  takes: readonly Kind[],
  required: number,
  apply: (value: string, call: Call, budget: WorkBudget) => string,
): TemplateFunction {
  return {
    takes,
    required,
    apply: (value, call, budget) => {
      const subject = textOf(value)
      budget.spendOnText(subject, call.offset)
      return apply(subject, call, budget)
    },
  }
}

/** `…Take`, `…TakeOrDrop`, `…Else` and `…ElseOrDrop` of one way to match. */
function choices(name: string, matches: Choice): [string, TemplateFunction][] {
  const choose = (
    whenMatched: (value: string, other: string) => string,
    when: (value: string, other: string) => string,
  ) =>
    ofText(['text', 'text'], 2, (value, call) => {
      const other = text(call, 1)
      return matches(value, text(call, 0)) ? whenMatched(value, other) : when(value, other)
    })
  const itself = (value: string) => value
  const theOther = (_value: string, other: string) => other
  const nothing = () => ''
  return [
    [`${name}Take`, choose(theOther, itself)],
    [`${name}TakeOrDrop`, choose(theOther, nothing)],
    [`${name}Else`, choose(itself, theOther)],
    [`${name}ElseOrDrop`, choose(nothing, theOther)],
  ]
}

/** The end counts as inside, as in ilert's example: `"Test result".substring(5, 7)` is `res`. */
function substring(value: string, call: Call): string {
  const end = call.args.length > 1 ? number(call, 1) + 1 : value.length
  return value.slice(Math.max(0, number(call, 0)), Math.max(0, end))
}

function splitTakeAt(value: string, call: Call, budget: WorkBudget): string {
  budget.spend(value.length / 10, call.offset)
  return value.split(text(call, 0))[number(call, 1)] ?? ''
}

function replaceAll(value: string, call: Call, budget: WorkBudget): string {
  const wanted = text(call, 0)
  if (wanted === '') return value
  const parts = value.split(wanted)
  budget.spend(parts.length / 10, call.offset)
  const length = value.length + (parts.length - 1) * (text(call, 1).length - wanted.length)
  if (length > OUTPUT_LENGTH_MAX)
    throw new TextStop(`The text becomes longer than ${OUTPUT_LENGTH_MAX} characters.`, call.offset)
  return parts.join(text(call, 1))
}

const STYLES = { F: 'full', L: 'long', M: 'medium', S: 'short' } as const

/** US English and UTC, as ilert prints it; what is no time is left as it is. */
function formatInstant(value: unknown, ms: number, call: Call): string {
  const instant = new Date(ms)
  if (Number.isNaN(instant.getTime())) return textOf(value)
  const letter = text(call, 0)
  const style = letter === 'F' || letter === 'L' || letter === 'S' ? STYLES[letter] : STYLES.M
  // The narrow space before AM and PM is news of later Unicode tables.
  return formatter(style).format(instant).replaceAll('\u202f', ' ')
}

const formatters = new Map<string, Intl.DateTimeFormat>()
function formatter(style: 'full' | 'long' | 'medium' | 'short'): Intl.DateTimeFormat {
  const known = formatters.get(style)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', { dateStyle: style, timeStyle: style, timeZone: 'UTC' })
  formatters.set(style, made)
  return made
}

function formatUnix(factor: number): TemplateFunction {
  return {
    takes: ['text'],
    required: 0,
    apply: (value, call, budget) => {
      budget.spend(20, call.offset)
      const said = textOf(value).trim()
      return said === '' ? '' : formatInstant(value, Number(said) * factor, call)
    },
  }
}

function joined(values: readonly unknown[], delimiter: string, call: Call, budget: WorkBudget): string {
  let length = 0
  const texts = values.map((value) => {
    const one = textOf(value)
    budget.spendOnText(one, call.offset)
    length += one.length + delimiter.length
    if (length > OUTPUT_LENGTH_MAX)
      throw new TextStop(`The text becomes longer than ${OUTPUT_LENGTH_MAX} characters.`, call.offset)
    return one
  })
  return texts.join(delimiter)
}

const join: TemplateFunction = {
  takes: ['text'],
  required: 0,
  apply: (value, call, budget) =>
    Array.isArray(value) ? joined(value, call.args.length > 0 ? text(call, 0) : ', ', call, budget) : value,
}

const joinFromObjects: TemplateFunction = {
  takes: ['text', 'text'],
  required: 1,
  apply: (value, call, budget) => {
    if (!Array.isArray(value)) return ''
    budget.spend(value.length / 3, call.offset)
    const fields = value.map((item) => ownValue(item, text(call, 0))).filter((field) => field !== undefined)
    return joined(fields, call.args.length > 1 ? text(call, 1) : '\n', call, budget)
  },
}

function extract(pick: (match: { whole: string; groups: string[] }) => string): TemplateFunction {
  return ofText(['pattern'], 1, (value, call, budget) => {
    if (!call.regex) return ''
    budget.spend(regexCost(call.regex, value), call.offset)
    const match = firstMatch(call.regex, value)
    return match ? pick(match) : ''
  })
}

/** Every function of the language, by name. */
export const templateFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['substring', ofText(['number', 'number'], 1, substring)],
  ['lowerCase', ofText([], 0, (value) => value.toLowerCase())],
  ['upperCase', ofText([], 0, (value) => value.toUpperCase())],
  ['replaceAll', ofText(['text', 'text'], 2, replaceAll)],
  ['splitTakeAt', ofText(['text', 'number'], 2, splitTakeAt)],
  ...Object.entries(MATCHES).flatMap(([name, matches]) => choices(name, matches)),
  ['formatUnixMs', formatUnix(1)],
  ['formatUnixSec', formatUnix(1_000)],
  [
    'formatDateString',
    {
      takes: ['text'],
      required: 0,
      apply: (value, call, budget) => {
        budget.spend(20, call.offset)
        const said = textOf(value).trim()
        return said === '' ? '' : formatInstant(value, Date.parse(said), call)
      },
    },
  ],
  ['join', join],
  ['joinFromObjectArr', joinFromObjects],
  // The name ilert's heading gives it; its examples have the short one.
  ['joinFromObjectArray', joinFromObjects],
  ['extractRegex', extract((match) => match.whole)],
  ['extractRegexGroups', extract((match) => match.groups.join(''))],
])
