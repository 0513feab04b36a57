import { describe, expect, test } from 'vitest'
import { templateFunctions } from '../../../server/templates/functions.ts'
import { parseTemplate } from '../../../server/templates/parse.ts'
import { completionAt, functionHints, type Language } from './completion.ts'

const field = (template: string, condition: string, isPreset = false) => ({
  template,
  condition,
  sample: 'x',
  isPreset,
})
const fields = [
  field('summary', 'event.summary', true),
  field('payload.status', 'event.customDetails.payload.status'),
  field('payload.team\\ name', "event.customDetails.payload['team name']"),
]
/** The text with its caret at the bar. */
const at = (text: string, language: Language = 'template') => {
  const caret = text.indexOf('|')
  const found = completionAt(text.replace('|', ''), caret, language, fields)
  return found && { ...found, suggestions: found.suggestions.map((one) => one.insert) }
}

describe('in a template', () => {
  test.each<[string, string[] | null]>([
    ['Hello |', null],
    ['{{ | }}', ['summary', 'payload.status', 'payload.team\\ name']],
    ['{{ sta| }}', ['payload.status']],
    ['{{#pay|', ['payload.status', 'payload.team\\ name']],
    ['{{ summary.lo| }}', ['lowerCase()']],
    ['{{ summary.lowerCase().up| }}', ['upperCase()']],
    ['{{ summary }} |', null],
    ['{{ summary.replaceAll("a|', null],
  ])('%s', (text, names) => {
    expect(at(text)?.suggestions ?? null).toEqual(names)
  })
  test('the part that is replaced is what was typed', () => {
    expect(at('{{ sta| }}')).toMatchObject({ from: 3, to: 6 })
    expect(at('{{ summary.lo| }}')).toMatchObject({ from: 11, to: 13 })
  })
})

describe('in a condition', () => {
  test.each<[string, string[] | null]>([
    ['sum|', ['event.summary']],
    ['event.payl|', []],
    ['payload|', ['event.customDetails.payload.status', "event.customDetails.payload['team name']"]],
    ["event.summary contains 'sum|", null],
    ['event.summary cont|', ['contains', 'contains_any']],
  ])('%s', (text, names) => {
    expect(at(text, 'condition')?.suggestions ?? (names === null ? null : [])).toEqual(names)
  })
  test('after a path come the operators', () => {
    expect(at('event.summary |', 'condition')?.suggestions[0]).toBe('contains')
  })
})

test('every function of the language has a hint that can be inserted as it is', () => {
  const named = Object.keys(functionHints).map((call) => call.slice(0, call.indexOf('(')))
  const known = [...templateFunctions.keys()].filter((name) => name !== 'joinFromObjectArray')
  expect([...named].sort()).toEqual(known.sort())
  for (const call of Object.keys(functionHints)) expect(parseTemplate(`{{ a.${call} }}`).ok, call).toBe(true)
})
