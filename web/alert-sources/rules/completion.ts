import type { KnownField } from '../../../server/alert-sources/rules/schema.ts'

export type Language = 'template' | 'condition'

export type Suggestion = { insert: string; hint: string; kind: 'preset' | 'seen' | 'function' | 'word' }

/** What may stand where somebody types, and which part of the text it takes the place of. */
export type Completion = { from: number; to: number; suggestions: Suggestion[] }

const SHOWN_MAX = 8

/** The functions of the template language, as one would begin to write them. */
export const functionHints: Record<string, string> = {
  'lowerCase()': 'all small letters',
  'upperCase()': 'all capitals',
  'substring(0, 9)': 'from the first to the second place, both counted from 0',
  'replaceAll("a", "b")': 'every "a" becomes "b"',
  'splitTakeAt(",", 0)': 'a part of a list, counted from 0',
  'extractRegex("[0-9]+")': 'the first match of a pattern',
  'extractRegexGroups("id=([0-9]+)")': 'the groups of the first match',
  'join(", ")': 'a list in one line',
  'joinFromObjectArr("name", ", ")': 'one field of each element of a list',
  'formatUnixMs("M")': 'milliseconds as a date: F, L, M or S',
  'formatUnixSec("M")': 'seconds as a date: F, L, M or S',
  'formatDateString("M")': 'an ISO date in words: F, L, M or S',
  'equalsTake("a", "b")': '"b" if it is "a", itself otherwise',
  'equalsTakeOrDrop("a", "b")': '"b" if it is "a", nothing otherwise',
  'equalsElse("a", "b")': 'itself if it is "a", "b" otherwise',
  'equalsElseOrDrop("a", "b")': 'nothing if it is "a", "b" otherwise',
  'startsWithTake("a", "b")': '"b" if it starts with "a", itself otherwise',
  'startsWithTakeOrDrop("a", "b")': '"b" if it starts with "a", nothing otherwise',
  'startsWithElse("a", "b")': 'itself if it starts with "a", "b" otherwise',
  'startsWithElseOrDrop("a", "b")': 'nothing if it starts with "a", "b" otherwise',
  'endsWithTake("a", "b")': '"b" if it ends with "a", itself otherwise',
  'endsWithTakeOrDrop("a", "b")': '"b" if it ends with "a", nothing otherwise',
  'endsWithElse("a", "b")': 'itself if it ends with "a", "b" otherwise',
  'endsWithElseOrDrop("a", "b")': 'nothing if it ends with "a", "b" otherwise',
  'containsTake("a", "b")': '"b" if it contains "a", itself otherwise',
  'containsTakeOrDrop("a", "b")': '"b" if it contains "a", nothing otherwise',
  'containsElse("a", "b")': 'itself if it contains "a", "b" otherwise',
  'containsElseOrDrop("a", "b")': 'nothing if it contains "a", "b" otherwise',
}

const WORDS: Record<string, string> = {
  contains: 'one text in another',
  'not contains': 'the opposite',
  starts_with: 'the beginning of a text',
  ends_with: 'the end of a text',
  regex: 'a pattern in a text',
  in: 'one of a list: in ["a", "b"]',
  contains_any: 'one of several texts',
  and: 'both',
  or: 'one of them',
  'trigger_count.10m': 'how often within ten minutes',
}

/** Null where nothing can be completed. */
export function completionAt(
  text: string,
  caret: number,
  language: Language,
  fields: readonly KnownField[],
): Completion | null {
  const before = text.slice(0, caret)
  return language === 'template' ? inTemplate(before, fields) : inCondition(before, fields)
}

function inTemplate(before: string, fields: readonly KnownField[]): Completion | null {
  const open = before.lastIndexOf('{{')
  if (open === -1 || before.lastIndexOf('}}') > open) return null
  const [, lead = '', typed = ''] = /^\{\{(\s*[#^/]?\s*)((?:\\.|[^\s\\])*)$/.exec(before.slice(open)) ?? []
  const from = open + 2 + lead.length
  if (from + typed.length !== before.length) return null
  const suggestions = matching(
    typed,
    fields.map((field) => [field.template, field]),
  )
  const dot = typed.lastIndexOf('.')
  const path = typed.slice(0, Math.max(0, dot))
  if (dot > 0 && !lead.includes('#') && (/\)$/.test(path) || fields.some((field) => field.template === path))) {
    const begun = typed.slice(dot + 1).toLowerCase()
    // Within its arguments the function stands already.
    if (begun.includes('(')) return null
    const functions = Object.entries(functionHints)
      .filter(([call]) => call.toLowerCase().startsWith(begun))
      .map(([insert, hint]): Suggestion => ({ insert, hint, kind: 'function' }))
    if (functions.length > 0)
      return { from: from + dot + 1, to: before.length, suggestions: functions.slice(0, SHOWN_MAX) }
  }
  return suggestions.length > 0 ? { from, to: before.length, suggestions } : null
}

function inCondition(before: string, fields: readonly KnownField[]): Completion | null {
  // Inside a quoted text nothing is completed.
  if (((before.match(/'/g) ?? []).length - (before.match(/\\'/g) ?? []).length) % 2 === 1) return null
  const typed = /[\w.[\]'-]*$/.exec(before)?.[0] ?? ''
  const from = before.length - typed.length
  if (typed === '' && before !== '' && !/\s$/.test(before)) return null
  const isAfterPath = /event[\w.[\]'-]*\s+$/.test(before.slice(0, from))
  const words = Object.entries(WORDS)
    .filter(([word]) => typed !== '' && word.startsWith(typed.toLowerCase()) && word !== typed)
    .map(([insert, hint]): Suggestion => ({ insert, hint, kind: 'word' }))
  if (isAfterPath && typed === '')
    return {
      from,
      to: before.length,
      suggestions: Object.entries(WORDS)
        .slice(0, SHOWN_MAX)
        .map(([insert, hint]) => ({ insert, hint, kind: 'word' })),
    }
  const paths = matching(
    typed,
    fields.filter((field) => field.condition !== '').map((field) => [field.condition, field]),
  )
  const suggestions = [...words, ...paths].slice(0, SHOWN_MAX)
  return suggestions.length > 0 ? { from, to: before.length, suggestions } : null
}

/** Fields whose name begins with what was typed come first, then those that contain it. */
function matching(typed: string, named: readonly (readonly [string, KnownField])[]): Suggestion[] {
  const wanted = typed.toLowerCase()
  const rank = (name: string) => (name.toLowerCase().startsWith(wanted) ? 0 : 1)
  return named
    .filter(([name]) => name.toLowerCase().includes(wanted) && name !== typed)
    .sort(([one], [other]) => rank(one) - rank(other))
    .slice(0, SHOWN_MAX)
    .map(([insert, field]) => ({ insert, hint: field.sample, kind: field.isPreset ? 'preset' : 'seen' }))
}
