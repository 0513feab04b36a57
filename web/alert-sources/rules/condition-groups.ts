export type Comparison =
  | '=='
  | '!='
  | 'contains'
  | 'not contains'
  | 'starts_with'
  | 'ends_with'
  | 'regex'
  | '>'
  | '>='
  | '<'
  | '<='
  | 'is set'
  | 'is not set'

/** One line of a condition as a form shows it. */
export type Line =
  | { kind: 'field'; path: string; comparison: Comparison; value: string }
  | { kind: 'count'; within: string; resets: boolean; limit: string }
  | { kind: 'place'; type: 'SUPPORT_HOUR' | 'ON_CALL_SCHEDULE'; id: number; isInside: boolean }

/** Lines that all hold; of the groups one is enough. */
export type Group = Line[]

export const comparisons: Record<Comparison, string> = {
  '==': 'is',
  '!=': 'is not',
  contains: 'contains',
  'not contains': 'does not contain',
  starts_with: 'starts with',
  ends_with: 'ends with',
  regex: 'matches the pattern',
  '>': 'is more than',
  '>=': 'is at least',
  '<': 'is less than',
  '<=': 'is at most',
  'is set': 'is there',
  'is not set': 'is missing',
}

/** What a new line begins as. */
export const freshLine: Line & { kind: 'field' } = {
  kind: 'field',
  path: 'event.summary',
  comparison: 'contains',
  value: '',
}

const SIGNS: readonly string[] = ['==', '!=', '>=', '<=', '>', '<']
const PLAIN = /^(-?\d{1,15}(\.\d{1,15})?|true|false)$/

/** Groups as a condition in ilert's condition language. */
export function textOfGroups(groups: readonly Group[]): string {
  const texts = groups.filter((group) => group.length > 0).map((group) => group.map(textOfLine))
  const wraps = texts.length > 1
  return texts
    .map((lines) => (wraps && lines.length > 1 ? `(${lines.join(' and ')})` : lines.join(' and ')))
    .join(' or ')
}

function textOfLine(line: Line): string {
  switch (line.kind) {
    case 'count':
      return `${line.resets ? 'resetting_' : ''}trigger_count.${line.within} >= ${line.limit}`
    case 'place':
      return `now ${line.isInside ? '' : 'not '}is_in {"id": ${line.id}, "type": "${line.type}"}`
    case 'field':
      if (line.comparison === 'is set') return `${line.path} != nil`
      if (line.comparison === 'is not set') return `${line.path} == nil`
      return `${line.path} ${line.comparison} ${textOfValue(line.comparison, line.value)}`
  }
}

/** Numbers and truths stand as they are where values are compared, texts in quotes. */
function textOfValue(comparison: Comparison, value: string): string {
  if (SIGNS.includes(comparison) && PLAIN.test(value)) return value
  return `'${value.replace(/[\\']/g, '\\$&')}'`
}

/** A condition as groups; null when it says more than the forms can. */
export function groupsOfText(text: string): Group[] | null {
  if (text.trim() === '') return []
  const tokens = tokensOf(text)
  return tokens && new GroupReader(tokens).read()
}

type Token = { kind: 'word' | 'text' | 'sign' | 'json'; text: string; raw: string }

const TOKEN =
  /\s*(?:(?<quoted>'(?:[^'\\]|\\[\\'])*'|"(?:[^"\\]|\\[\\"])*")|(?<json>\{[^{}]*\})|(?<sign>==|!=|>=|<=|>|<|\(|\))|(?<word>(?:[^\s()[\]{}'"=<>!,]|\[(?:\d+|'(?:[^'\\]|\\[\\'])*')\])+))/y

function tokensOf(text: string): Token[] | null {
  const tokens: Token[] = []
  const trimmed = text.trim()
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < trimmed.length) {
    const { quoted, json, sign, word } = TOKEN.exec(trimmed)?.groups ?? {}
    if (quoted !== undefined)
      tokens.push({ kind: 'text', text: quoted.slice(1, -1).replace(/\\(.)/g, '$1'), raw: quoted })
    else if (json !== undefined) tokens.push({ kind: 'json', text: json, raw: json })
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, raw: sign })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, raw: word })
    else return null
  }
  return tokens
}

/** Reads groups: lines joined by `and`, groups of them joined by `or`, each in parentheses or not. */
class GroupReader {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  read(): Group[] | null {
    const groups: Group[] = []
    do {
      const group = this.#group()
      if (!group) return null
      groups.push(group)
    } while (this.#takes('or'))
    return this.#at === this.#tokens.length ? groups : null
  }

  #takes(text: string): boolean {
    const token = this.#tokens[this.#at]
    const is = token !== undefined && token.kind !== 'text' && token.text === text
    if (is) this.#at += 1
    return is
  }

  #take(kind?: Token['kind']): Token | null {
    const token = this.#tokens[this.#at]
    if (!token || (kind && token.kind !== kind)) return null
    this.#at += 1
    return token
  }

  #group(): Group | null {
    const isWrapped = this.#takes('(')
    const lines: Line[] = []
    do {
      const line = this.#line()
      if (!line) return null
      lines.push(line)
    } while (this.#takes('and'))
    return isWrapped && !this.#takes(')') ? null : lines
  }

  #line(): Line | null {
    const first = this.#take('word')
    if (!first) return null
    if (/^(resetting_)?trigger_count\./.test(first.text)) return this.#count(first.text)
    if (first.text === 'now') return this.#place()
    if (!/^event[.[]/.test(first.text)) return null
    const isNegated = this.#takes('not')
    const comparison = this.#comparison(isNegated)
    const value = comparison && this.#value(comparison)
    return value ? { kind: 'field', path: first.text, ...value } : null
  }

  #comparison(isNegated: boolean): Comparison | null {
    const token = this.#take()
    if (!token) return null
    const name = token.text === 'not_contains' && !isNegated ? 'not contains' : token.text
    if (isNegated) return name === 'contains' ? 'not contains' : null
    if (name === 'is set' || name === 'is not set' || token.kind === 'text') return null
    return Object.hasOwn(comparisons, name) ? (name as Comparison) : null
  }

  /** Null where another value than a plain one stands, or one that would be written otherwise. */
  #value(comparison: Comparison): { comparison: Comparison; value: string } | null {
    const token = this.#take()
    if (!token || (token.kind !== 'word' && token.kind !== 'text')) return null
    if (token.kind === 'text') {
      const isKept = !(SIGNS.includes(comparison) && PLAIN.test(token.text))
      return isKept ? { comparison, value: token.text } : null
    }
    if (token.text === 'nil') {
      if (comparison === '==') return { comparison: 'is not set', value: '' }
      return comparison === '!=' ? { comparison: 'is set', value: '' } : null
    }
    if (SIGNS.includes(comparison) && PLAIN.test(token.text)) return { comparison, value: token.text }
    // A bare word is a text, unless it means something by itself.
    const isText = /^[A-Za-z][A-Za-z_]*$/.test(token.text) && !/^(true|false|now|and|or|not)$/.test(token.text)
    return isText ? { comparison, value: token.text } : null
  }

  #count(word: string): Line | null {
    const [, resetting, within = ''] = /^(resetting_)?trigger_count\.(\w+)$/.exec(word) ?? []
    if (within === '' || !this.#takes('>=')) return null
    const limit = this.#take('word')
    if (!limit || !/^\d{1,9}$/.test(limit.text)) return null
    return { kind: 'count', within, resets: resetting !== undefined, limit: limit.text }
  }

  #place(): Line | null {
    const isInside = !this.#takes('not')
    if (!this.#takes('is_in')) return null
    const json = this.#take('json')
    const found = json && /^\{\s*"id":\s*(\d{1,9}),\s*"type":\s*"(SUPPORT_HOUR|ON_CALL_SCHEDULE)"\s*\}$/.exec(json.text)
    if (!found) return null
    return { kind: 'place', type: found[2] as 'SUPPORT_HOUR', id: Number(found[1]), isInside }
  }
}
