import { TextStop } from '../runtime/text-error.ts'

export type Token =
  | { kind: 'word'; text: string; offset: number; end: number }
  | { kind: 'text'; text: string; offset: number; end: number }
  | { kind: 'sign'; text: string; offset: number; end: number }
  /** `[…]` or `{…}` where a value stands, as it is written. */
  | { kind: 'json'; text: string; offset: number; end: number }
  | { kind: 'end'; text: ''; offset: number; end: number }

const SIGNS = ['==', '!=', '>=', '<=', '>', '<', '(', ')'] as const
const WORD = /[^\s()[\]{}'"=<>!,]/
const BRACKET_LENGTH_MAX = 300

/** Splits a condition into words, quoted texts, signs and inline JSON. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    while (/\s/.test(text[at] ?? '')) at += 1
    const token = tokenAt(text, at)
    tokens.push(token)
    if (token.kind === 'end') return tokens
    at = token.end
  }
}

function tokenAt(text: string, at: number): Token {
  const character = text[at]
  if (character === undefined) return { kind: 'end', text: '', offset: at, end: at }
  if (character === "'" || character === '"') {
    const { value, end } = quotedAt(text, at)
    return { kind: 'text', text: value, offset: at, end }
  }
  if (character === '[' || character === '{') {
    const end = jsonEnd(text, at)
    return { kind: 'json', text: text.slice(at, end), offset: at, end }
  }
  const sign = SIGNS.find((one) => text.startsWith(one, at))
  if (sign) return { kind: 'sign', text: sign, offset: at, end: at + sign.length }
  if (!WORD.test(character)) throw new TextStop(`"${character}" does not belong here.`, at)
  return wordAt(text, at)
}

/** A word with the brackets of a path, which may hold anything: `event.customDetails[a\ key][0]`. */
function wordAt(text: string, offset: number): Token {
  let at = offset
  for (;;) {
    const character = text[at]
    if (character === undefined) break
    if (character === '[') at = bracketAt(text, at).end
    else if (WORD.test(character)) at += 1
    else break
  }
  return { kind: 'word', text: text.slice(offset, at), offset, end: at }
}

/** The key between `[` and `]`: a number, a quoted text, or a name with backslashes before what is special. */
export function bracketAt(text: string, offset: number): { key: string | number; end: number } {
  let at = offset + 1
  const quote = text[at]
  if (quote === "'" || quote === '"') {
    const { value, end } = quotedAt(text, at)
    if (text[end] !== ']') throw new TextStop('Expected ] here.', end)
    return { key: value, end: end + 1 }
  }
  let key = ''
  while (text[at] !== ']') {
    if (text[at] === '\\') at += 1
    if (text[at] === undefined || at - offset > BRACKET_LENGTH_MAX)
      throw new TextStop('This [ has no ] after it.', offset)
    key += text[at]
    at += 1
  }
  if (key === '') throw new TextStop('Between [ and ] stands a number or a name.', offset)
  return { key: /^\d{1,6}$/.test(key) ? Number(key) : key, end: at + 1 }
}

function quotedAt(text: string, offset: number): { value: string; end: number } {
  const quote = text[offset]
  let value = ''
  for (let at = offset + 1; at < text.length; at += 1) {
    const character = text[at]
    if (character === quote) return { value, end: at + 1 }
    const next = text[at + 1]
    if (character === '\\' && (next === quote || next === '\\')) {
      value += next
      at += 1
    } else value += character
  }
  throw new TextStop('This text has no closing quote.', offset)
}

function jsonEnd(text: string, offset: number): number {
  let depth = 0
  for (let at = offset; at < text.length; at += 1) {
    const character = text[at]
    if (character === '"' || character === "'") at = quotedAt(text, at).end - 1
    else if (character === '[' || character === '{') depth += 1
    else if (character === ']' || character === '}') {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  throw new TextStop(`This ${text[offset]} is not closed.`, offset)
}
