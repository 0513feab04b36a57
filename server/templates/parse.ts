import { compileRegex, type LinearRegex } from '../runtime/linear-regex.ts'
import { type Parsed, parsed, TextStop } from '../runtime/text-error.ts'
import { templateFunctions } from './functions.ts'
import {
  type Argument,
  CALLS_MAX,
  type Call,
  type Path,
  TEMPLATE_DEPTH_MAX,
  TEMPLATE_LENGTH_MAX,
  TEMPLATE_TAGS_MAX,
  type Template,
  type TemplateNode,
} from './tree.ts'

/** Reads a text in ilert's template language (ITL); an error says where. Never throws. */
export function parseTemplate(text: string): Parsed<Template> {
  return parsed(text, () => {
    if (text.length > TEMPLATE_LENGTH_MAX)
      throw new TextStop(`A template has at most ${TEMPLATE_LENGTH_MAX} characters.`, TEMPLATE_LENGTH_MAX)
    return { nodes: new TemplateReader(text).read() }
  })
}

interface OpenSection {
  path: Path
  isInverted: boolean
  nodes: TemplateNode[]
  offset: number
  name: string
}

const OPEN = '{{'
const CLOSE = '}}'
const BLANK = /^[ \t\r]*$/
/** What ends a name unless a backslash stands before it. */
const NOT_IN_NAME = /[\s.[\](){}]/

class TemplateReader {
  readonly #text: string
  #at = 0
  #tags = 0

  constructor(text: string) {
    this.#text = text
  }

  read(): TemplateNode[] {
    const root: TemplateNode[] = []
    const open: OpenSection[] = []
    const nodes = () => open.at(-1)?.nodes ?? root
    for (;;) {
      const start = this.#text.indexOf(OPEN, this.#at)
      if (start === -1) break
      const from = this.#at
      this.#at = start + OPEN.length
      this.#tags += 1
      if (this.#tags > TEMPLATE_TAGS_MAX) throw new TextStop(`A template has at most ${TEMPLATE_TAGS_MAX} tags.`, start)
      this.#blanks()
      const sign = this.#sign()
      const path = this.#path()
      const calls = sign === null ? this.#calls(path) : []
      this.#end(start)
      addText(nodes(), this.#text.slice(from, sign === null ? start : this.#lineStart(start, from)))
      if (sign === null) nodes().push({ kind: 'value', path, calls, offset: start })
      else this.#section(sign, path, start, open, root)
    }
    const unclosed = open.at(-1)
    if (unclosed)
      throw new TextStop(`The section ${unclosed.name} is not closed: write {{ /${unclosed.name} }}.`, unclosed.offset)
    addText(root, this.#text.slice(this.#at))
    return root
  }

  #section(sign: '#' | '^' | '/', path: Path, start: number, open: OpenSection[], root: TemplateNode[]): void {
    const name = nameOf(path)
    if (sign !== '/') {
      if (open.length >= TEMPLATE_DEPTH_MAX)
        throw new TextStop(`Sections are nested at most ${TEMPLATE_DEPTH_MAX} deep.`, start)
      open.push({ path, isInverted: sign === '^', nodes: [], offset: start, name })
    } else {
      const section = open.pop()
      if (!section) throw new TextStop(`There is no open section ${name} to close.`, start)
      if (section.name !== name)
        throw new TextStop(`This closes ${name}, but the open section is ${section.name}.`, start)
      const parent = open.at(-1)?.nodes ?? root
      const { isInverted, nodes, offset } = section
      parent.push({ kind: 'section', path: section.path, isInverted, nodes, offset })
    }
    this.#at = this.#lineEnd(start, this.#at)
  }

  /** Where the text before a section tag ends: a line that holds only the tag vanishes, its blanks too. */
  #lineStart(start: number, from: number): number {
    if (!this.#isAlone(start, this.#at)) return start
    return Math.max(from, this.#text.lastIndexOf('\n', start - 1) + 1)
  }

  #lineEnd(start: number, end: number): number {
    if (!this.#isAlone(start, end)) return end
    const newline = this.#text.indexOf('\n', end)
    return newline === -1 ? this.#text.length : newline + 1
  }

  #isAlone(start: number, end: number): boolean {
    const before = start === 0 ? 0 : this.#text.lastIndexOf('\n', start - 1) + 1
    const newline = this.#text.indexOf('\n', end)
    const after = newline === -1 ? this.#text.length : newline
    return BLANK.test(this.#text.slice(before, start)) && BLANK.test(this.#text.slice(end, after))
  }

  #sign(): '#' | '^' | '/' | null {
    const sign = this.#text[this.#at]
    if (sign !== '#' && sign !== '^' && sign !== '/') return null
    this.#at += 1
    this.#blanks()
    return sign
  }

  #blanks(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1
  }

  #end(start: number): void {
    this.#blanks()
    if (this.#text.startsWith(CLOSE, this.#at)) {
      this.#at += CLOSE.length
      return
    }
    if (this.#text.indexOf(CLOSE, this.#at) === -1) throw new TextStop('This {{ has no }} after it.', start)
    throw new TextStop(
      `Here is ${this.#shown()} where }} should be. A space inside a name is written with a backslash before it.`,
      this.#at,
    )
  }

  #shown(): string {
    const character = this.#text[this.#at]
    return character === undefined ? 'the end of the text' : `"${character}"`
  }

  #path(): Path {
    const isOwn = this.#text[this.#at] === '.'
    if (isOwn) this.#at += 1
    const keys: (string | number)[] = []
    if (isOwn && !this.#isNameNext()) return { keys, isOwn }
    if (isOwn && this.#isCallNext()) return { keys, isOwn }
    keys.push(this.#name(), ...this.#indexes())
    while (this.#text[this.#at] === '.') {
      this.#at += 1
      if (this.#isCallNext()) {
        this.#at -= 1
        break
      }
      keys.push(this.#name(), ...this.#indexes())
    }
    if (this.#text[this.#at] === '(')
      throw new TextStop('A function stands after a value: {{ value.lowerCase() }}.', this.#at)
    return { keys, isOwn }
  }

  #isNameNext(): boolean {
    const next = this.#text[this.#at]
    return next !== undefined && (next === '\\' || !NOT_IN_NAME.test(next))
  }

  #name(): string {
    const from = this.#at
    let name = ''
    while (this.#isNameNext()) {
      if (this.#text[this.#at] === '\\') this.#at += 1
      name += this.#text[this.#at] ?? ''
      this.#at += 1
    }
    if (name === '') throw new TextStop(`A name is missing here: found ${this.#shown()}.`, from)
    return name
  }

  #indexes(): number[] {
    const indexes: number[] = []
    while (this.#text[this.#at] === '[') {
      const digits = /^\[(\d{1,6})\]/.exec(this.#text.slice(this.#at, this.#at + 8))
      if (!digits) throw new TextStop('Between [ and ] stands the number of an element, counted from 0.', this.#at)
      indexes.push(Number(digits[1]))
      this.#at += digits[0].length
    }
    return indexes
  }

  /** True before `name(`. */
  #isCallNext(): boolean {
    const at = this.#at
    while (this.#isNameNext()) this.#at += this.#text[this.#at] === '\\' ? 2 : 1
    const isCall = this.#at > at && this.#text[this.#at] === '('
    this.#at = at
    return isCall
  }

  #calls(path: Path): Call[] {
    const calls: Call[] = []
    const isFirstBare = path.isOwn && path.keys.length === 0 && this.#isCallNext()
    if (isFirstBare) calls.push(this.#call())
    while (this.#text[this.#at] === '.') {
      this.#at += 1
      if (!this.#isCallNext()) throw new TextStop('After a function, only another function can stand.', this.#at)
      if (calls.length >= CALLS_MAX) throw new TextStop(`At most ${CALLS_MAX} functions in a row.`, this.#at)
      calls.push(this.#call())
    }
    return calls
  }

  #call(): Call {
    const offset = this.#at
    const name = this.#name()
    const known = templateFunctions.get(name)
    if (!known) throw new TextStop(`There is no function ${name}.`, offset)
    const { args, offsets } = this.#args()
    if (args.length < known.required || args.length > known.takes.length)
      throw new TextStop(`${name} takes ${countWord(known.required, known.takes.length)}, not ${args.length}.`, offset)
    let regex: LinearRegex | null = null
    args.forEach((arg, index) => {
      const kind = known.takes[index]
      const at = offsets[index] ?? offset
      if (kind === 'number' && typeof arg !== 'number')
        throw new TextStop(`${name} takes a whole number here, without quotes.`, at)
      if (kind !== 'number' && typeof arg === 'number') throw new TextStop(`${name} takes a text in quotes here.`, at)
      if (kind !== 'pattern') return
      const compiled = compileRegex(String(arg), { ignoreCase: false })
      if (!compiled.ok) throw new TextStop(compiled.reason, at)
      regex = compiled.regex
    })
    return { name, args, regex, offset }
  }

  #args(): { args: Argument[]; offsets: number[] } {
    const args: Argument[] = []
    const offsets: number[] = []
    this.#at += 1
    this.#blanks()
    while (this.#text[this.#at] !== ')') {
      if (args.length > 0) {
        if (this.#text[this.#at] !== ',') throw new TextStop(`Expected a comma or ), found ${this.#shown()}.`, this.#at)
        this.#at += 1
        this.#blanks()
      }
      offsets.push(this.#at)
      args.push(this.#arg())
      this.#blanks()
    }
    this.#at += 1
    return { args, offsets }
  }

  #arg(): Argument {
    const quote = this.#text[this.#at]
    if (quote === '"' || quote === "'") return this.#quoted(quote)
    const number = /^-?\d{1,9}(?![\d.])/.exec(this.#text.slice(this.#at, this.#at + 12))
    if (!number) throw new TextStop(`Expected a text in quotes or a whole number, found ${this.#shown()}.`, this.#at)
    this.#at += number[0].length
    return Number(number[0])
  }

  /** A backslash makes a quote, a backslash, a line break (`\n`) or a tab (`\t`); before anything else it is itself, as patterns need it. */
  #quoted(quote: string): string {
    const from = this.#at
    let value = ''
    this.#at += 1
    for (;;) {
      const character = this.#text[this.#at]
      if (character === undefined) throw new TextStop('This text has no closing quote.', from)
      this.#at += 1
      if (character === quote) return value
      if (character !== '\\') {
        value += character
        continue
      }
      const escaped = this.#text[this.#at] ?? ''
      this.#at += 1
      value += ESCAPES[escaped] ?? (escaped === quote || escaped === '\\' ? escaped : `\\${escaped}`)
    }
  }
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r' }

function addText(nodes: TemplateNode[], text: string): void {
  if (text !== '') nodes.push({ kind: 'text', text })
}

/** A path as one would write it. */
export function nameOf(path: Path): string {
  const said = path.keys.map((key, index) => {
    if (typeof key === 'number') return `[${key}]`
    return `${index === 0 ? '' : '.'}${key.replace(/[\s.[\](){}\\]/g, '\\$&')}`
  })
  return `${path.isOwn ? '.' : ''}${said.join('')}`
}

function countWord(required: number, all: number): string {
  if (required === all) return all === 1 ? 'one argument' : `${all === 0 ? 'no' : all} arguments`
  return `${required} to ${all} arguments`
}
