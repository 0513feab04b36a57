import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Counts } from './counts.ts'
import { type ConditionContext, evaluate } from './evaluate.ts'
import { parseCondition, placesOf } from './parse.ts'
import { CONDITION_DEPTH_MAX, CONDITION_LENGTH_MAX } from './tree.ts'

const NOW = new Date('2026-03-02T09:00:00.000Z')

function verdict(source: string, event: unknown, more: Partial<ConditionContext> = {}) {
  const parsed = parseCondition(source, 'event')
  if (!parsed.ok) throw new Error(`${source}: ${JSON.stringify(parsed.error)}`)
  return evaluate(parsed.tree, { roots: { event }, now: NOW, isIn: () => null, counts: {}, ...more }, source)
}
const holds = (source: string, event: unknown, more: Partial<ConditionContext> = {}) =>
  verdict(source, event, more).holds

// The example event of ilert's documentation.
const event = {
  summary: 'An alert summary',
  priority: 'HIGH',
  customDetails: {
    locationX: 0.54,
    location: 'DE',
    'key wi:th spaces': { some_field: 'Hello there' },
    count: '12',
    big: 9007199254740992,
    on: true,
    yes: 'TRUE',
    tags: ['red', 'Blue', 3],
  },
  links: [{ href: 'https://awebsite.de/some/page', text: 'A title' }],
}

test.each<[string, boolean]>([
  ["event.summary == 'an ALERT summary'", true],
  ["event.summary matches 'An alert summary'", true],
  ["event.summary exact_matches 'an alert summary'", false],
  ["event.summary exact_matches 'An alert summary'", true],
  ['event.customDetails.locationX == 0.54', true],
  ["event.customDetails[key\\ wi:th\\ spaces].some_field == 'hello there'", true],
  ["event.customDetails['key wi:th spaces'].some_field contains HELLO", true],
  ["event.links[0].href starts_with 'https://'", true],
  ['event.links[1].href == nil', true],
  ['event.customDetails.dontExist == nil', true],
  ['event.customDetails.dontExist != nil', false],
  ["event.customDetails.dontExist != 'x'", true],
  ['event.constructor == nil and event.__proto__ == nil', true],
  ["'1' == 1", true],
  ["'1.0' == 1", true],
  ['event.customDetails.count > 11', true],
  ['event.customDetails.count >= 12.0 and event.customDetails.count <= 12', true],
  ["event.customDetails.on == 'true' and event.customDetails.yes == true", true],
  ['event.customDetails.on', true],
  ['event.summary', false],
  ['not event.summary', true],
  ['event.priority == HIGH', true],
  ["event.priority not matches 'LOW'", true],
  ["event.priority not_matches 'high'", false],
  ["event.summary not contains 'dev stage'", true],
  ["event.missing not contains 'x'", true],
  ["event.missing contains 'x'", false],
  ["event.summary exact_contains 'alert'", true],
  ["event.summary exact_contains 'ALERT'", false],
  ["event.summary ends_with 'SUMMARY'", true],
  ["event.summary regex '^an .* sum+ary$'", true],
  ["event.summary regex '^sum'", false],
  ['event.customDetails.location in ["DE", "CH", "AT"]', true],
  ["event.customDetails.location in ['DE', 'CH']", true],
  ['event.customDetails.location not in ["FR"]', true],
  ["'blue' in event.customDetails.tags", true],
  ['3 in event.customDetails.tags', true],
  ["'green' in event.customDetails.tags", false],
  ["'x' in event.summary", false],
  ['event.summary contains_any ["disk", "ALERT"]', true],
  ['event.summary starts_with_any ["hey", "an"]', true],
  ['event.summary ends_with_any ["hey"]', false],
  ['event.customDetails.tags == event.customDetails.tags', true],
  // ilert's edge cases.
  ["3 > 'three'", false],
  ["3 >= 'three' or 3 < 9", true],
  ["3 <= 'three' and 3 < 9", false],
  ['9007199254740992 == 9007199254740992.0', true],
  ['9007199254740992 == 9007199254740993.0', true],
  ['9007199254740992 == 9007199254740994.0', false],
  ['9007199254740992 == 9007199254740993', false],
  ['event.customDetails.big == 9007199254740992', true],
  ['event.customDetails.count > 1 and (event.customDetails.count < 2 or event.priority == HIGH)', true],
  ['1 == 2 and 1 == 1 or 1 == 1', true],
  ['1 == 1 or 1 == 1 and 1 == 2', true],
  ['not (1 == 1 or 1 == 2)', false],
  ["event.summary == 'it\\'s \\\\'", false],
])('%s', (source, expected) => {
  expect(holds(source, event)).toBe(expected)
})

describe('an error says where', () => {
  test.each<[string, number, RegExp]>([
    ['', 0, /Write a condition/],
    ['event.summary contains', 22, /Expected a path or a value; found the end/],
    ['event.summary like x', 14, /no operator like/],
    ["event.summary == 'open", 17, /closing quote/],
    ['(event.a == 1', 0, /not closed/],
    ['event.a == 1)', 12, /Expected and, or/],
    ['event.a == 1 event.b == 2', 13, /Expected and, or/],
    ['event.a == b.c', 11, /begin it with event/],
    ['alert.priority == HIGH', 0, /begins with event, not alert/],
    ['event.a == for', 11, /in quotes/],
    ['event.a.b c == 1', 10, /no operator c/],
    ['event.a:b == 1', 7, /in brackets/],
    ["event.a regex '(?=x)'", 14, /pattern cannot be read/],
    ["event.a regex '('", 14, /pattern cannot be read/],
    ['event.a in 3', 11, /takes a list/],
    ['event.a in [1,', 11, /not closed/],
    ['event.a in [1,,]', 11, /not valid JSON/],
    ['now is_in {"id": 1}', 10, /After is_in/],
    ['now is_in {"id": 1, "type": "TEAM"}', 10, /After is_in/],
    ['trigger_count.3s >= 2', 0, /5 seconds to 2 days/],
    ['trigger_count.10m', 17, /After trigger_count.10m/],
    ['trigger_count.10m >= x', 21, /whole number/],
    ['3 <= trigger_count.10m', 5, /left side/],
    ['event.a == 99999999999999999999', 11, /begin|large|quotes|end/],
    ['Platin', 6, /Compare it/],
    ['event.a == 1 and and', 17, /in quotes/],
    ['event.a == 1,', 12, /does not belong/],
    ['event.[0] == 1', 5, /in brackets/],
  ])('%s', (source, offset, message) => {
    expect(parseCondition(source, 'event')).toMatchObject({
      ok: false,
      error: { offset, message: expect.stringMatching(message) },
    })
  })
})

describe('trigger counts', () => {
  /** The verdicts of one evaluation every `step` seconds. */
  function series(source: string, times: number, step: number): boolean[] {
    let counts: Counts = {}
    return Array.from({ length: times }, (_, index) => {
      const now = new Date(NOW.getTime() + index * step * 1_000)
      const result = verdict(source, event, { counts, now })
      counts = result.counts
      return result.holds
    })
  }

  test('begin at 1 and again when the window is over', () => {
    expect(series('trigger_count.10m >= 3', 8, 120)).toEqual([false, false, true, true, true, false, false, true])
  })
  test('that reset begin again when the limit is reached', () => {
    expect(series('resetting_trigger_count.PT10M >= 3', 7, 1)).toEqual([false, false, true, false, false, true, false])
  })
  test('count only when they are asked', () => {
    expect(series('event.priority == LOW and trigger_count.10m >= 1 or trigger_count.5m >= 2', 2, 1)).toEqual([
      false,
      true,
    ])
  })
})

test('is_in asks about the place and the time', () => {
  const asked: unknown[] = []
  const isIn: ConditionContext['isIn'] = (place, at) => {
    asked.push([place, at.toISOString()])
    return place.id === 1
  }
  expect(holds('now is_in {"id": 1, "type": "SUPPORT_HOUR"}', event, { isIn })).toBe(true)
  expect(holds('now not is_in {"id":2,"type":"ON_CALL_SCHEDULE"}', event, { isIn })).toBe(true)
  expect(holds('1715786280 is_in {"id":1,"type":"SUPPORT_HOUR"}', event, { isIn })).toBe(true)
  expect(holds("event.summary is_in {'id':1,'type':'SUPPORT_HOUR'}", event, { isIn })).toBe(false)
  expect(asked).toEqual([
    [{ type: 'SUPPORT_HOUR', id: 1 }, NOW.toISOString()],
    [{ type: 'ON_CALL_SCHEDULE', id: 2 }, NOW.toISOString()],
    [{ type: 'SUPPORT_HOUR', id: 1 }, '2024-05-15T15:18:00.000Z'],
  ])
  const parsed = parseCondition('now is_in {"id":7,"type":"SUPPORT_HOUR"} or event.a == 1', 'event')
  expect(parsed.ok && placesOf(parsed.tree)).toEqual([{ place: { type: 'SUPPORT_HOUR', id: 7 }, offset: 10 }])
})

test('limits are told when it is saved, and a costly evaluation ends', () => {
  expect(parseCondition(`event.a == '${'x'.repeat(CONDITION_LENGTH_MAX)}'`, 'event').ok).toBe(false)
  const nested = (depth: number) => `${'('.repeat(depth)}1 == 1${')'.repeat(depth)}`
  expect(parseCondition(nested(CONDITION_DEPTH_MAX), 'event').ok).toBe(true)
  expect(parseCondition(nested(CONDITION_DEPTH_MAX + 2), 'event').ok).toBe(false)
  expect(parseCondition(`${'not '.repeat(5_000)}true`, 'event').ok).toBe(false)
  const many = Array(500).fill('event.a contains zz').join(' or ')
  expect(verdict(many, { a: 'x'.repeat(200_000) })).toMatchObject({ holds: false, problem: { line: 1 } })
})

const value = fc.constantFrom(
  'event.a',
  'event.b.c',
  "event['x y'][0]",
  "'text'",
  '3',
  '0.5',
  'true',
  'nil',
  'now',
  'Word',
)
const operator = fc.constantFrom(
  '==',
  '!=',
  '>',
  '<=',
  'matches',
  'contains',
  'not starts_with',
  'not_ends_with',
  'exact_contains',
)
const { condition } = fc.letrec<{ condition: string; comparison: string }>((tie) => ({
  comparison: fc.oneof(
    fc.tuple(value, operator, value).map((parts) => parts.join(' ')),
    value.map((one) => `${one} in ["a", 3, null]`),
    value.map((one) => `${one} contains_any event.a`),
    value.map((one) => `${one} regex '(a+)+$'`),
    fc.constantFrom(
      'trigger_count.5s > 2',
      'resetting_trigger_count.1d >= 2',
      'now is_in {"id":1,"type":"SUPPORT_HOUR"}',
    ),
  ),
  condition: fc.oneof(
    { depthSize: 'small' },
    tie('comparison'),
    fc
      .tuple(tie('condition'), fc.constantFrom('and', 'or'), tie('condition'))
      .map(([a, word, b]) => `(${a} ${word} ${b})`),
    tie('condition').map((one) => `not (${one})`),
  ),
}))
const data = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(fc.constantFrom('a', 'b', 'c', 'x y', '__proto__'), fc.jsonValue({ maxDepth: 3 })),
)

test('whatever the condition and the data, evaluating never throws, and a negation is the opposite', () => {
  fc.assert(
    fc.property(condition, data, (source, values) => {
      if (!parseCondition(source, 'event').ok) return
      const one = verdict(source, values)
      if (one.problem === null) expect(holds(`not (${source})`, values)).toBe(!one.holds)
    }),
    { numRuns: 1_000 },
  )
})

test('whatever somebody types, reading it never throws, and an error lies within the text', () => {
  const parts = [
    'event',
    '.a',
    '[',
    ']',
    '(',
    ')',
    "'",
    '"',
    '==',
    'in',
    'not',
    'and',
    '{',
    '}',
    '\\',
    ' ',
    'is_in',
    '3',
    ',',
    'trigger_count.5s',
  ]
  const soup = fc.array(fc.constantFrom(...parts), { maxLength: 25 }).map((some) => some.join(' '))
  fc.assert(
    fc.property(fc.oneof(soup, fc.string({ unit: 'binary' })), (source) => {
      const parsed = parseCondition(source, 'event')
      if (parsed.ok) return
      expect(parsed.error.offset).toBeGreaterThanOrEqual(0)
      expect(parsed.error.offset).toBeLessThanOrEqual(source.length)
    }),
    { numRuns: 600 },
  )
})
