import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCondition } from '../../../server/conditions/parse.ts'
import { type Comparison, comparisons, type Group, groupsOfText, type Line, textOfGroups } from './condition-groups.ts'

const field = (path: string, comparison: Comparison, value = ''): Line => ({ kind: 'field', path, comparison, value })

/** What the server understands, without where it stands in the text. */
function understood(text: string): unknown {
  const read = parseCondition(text, 'event')
  if (!read.ok) throw new Error(`${text}: ${read.error.message}`)
  return JSON.parse(
    JSON.stringify(read.tree, (key, value) =>
      key === 'offset' ? undefined : typeof value === 'bigint' ? String(value) : value,
    ),
  )
}

describe('forms as text', () => {
  test.each<[Group[], string]>([
    [[], ''],
    [[[field('event.priority', '==', 'HIGH')]], "event.priority == 'HIGH'"],
    [[[field('event.customDetails.used', '>=', '95')]], 'event.customDetails.used >= 95'],
    [[[field('event.summary', 'not contains', "it's")]], "event.summary not contains 'it\\'s'"],
    [[[field('event.alertKey', 'is not set')]], 'event.alertKey == nil'],
    [[[{ kind: 'count', within: '10m', resets: false, limit: '3' }]], 'trigger_count.10m >= 3'],
    [
      [
        [field('event.summary', 'contains', 'disk'), field('event.severity', '<=', '2')],
        [{ kind: 'place', type: 'SUPPORT_HOUR', id: 4, isInside: false }],
      ],
      '(event.summary contains \'disk\' and event.severity <= 2) or now not is_in {"id": 4, "type": "SUPPORT_HOUR"}',
    ],
  ])('%j', (groups, text) => {
    expect(textOfGroups(groups)).toBe(text)
    expect(groupsOfText(text)).toEqual(groups)
  })
})

describe('text as forms', () => {
  test.each<[string, Group[] | null]>([
    ['event.priority == HIGH', [[field('event.priority', '==', 'HIGH')]]],
    ['event.summary not_contains "test"', [[field('event.summary', 'not contains', 'test')]]],
    [
      "event.customDetails['team name'] == 'A' or event.a == 'B' and event.b == 'C'",
      [
        [field("event.customDetails['team name']", '==', 'A')],
        [field('event.a', '==', 'B'), field('event.b', '==', 'C')],
      ],
    ],
    ["event.a == 'B' and (event.b == 'C' or event.d == 'E')", null],
    ["not event.a == 'B'", null],
    ["event.a in ['B', 'C']", null],
    ['event.a == event.b', null],
    ["event.a == '5'", null],
    ['event.a', null],
    ["event.a == 'B' event.b", null],
    ["event.a == 'B", null],
    ['trigger_count.10m < 3', null],
  ])('%s', (text, groups) => {
    expect(groupsOfText(text)).toEqual(groups)
  })
})

const paths = fc.constantFrom('event.summary', 'event.customDetails.used', "event.customDetails['team name'][0]")
const values = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.integer().map(String),
  fc.constantFrom("'", '\\', "\\'", 'nil', 'true', 'and', '(', '3.5', ''),
)
const fieldLines = fc
  .record({ path: paths, comparison: fc.constantFrom(...(Object.keys(comparisons) as Comparison[])), value: values })
  .filter(({ comparison, value }) => comparison !== 'regex' || /^[\w ]*$/.test(value))
  .map(({ path, comparison, value }) => field(path, comparison, comparison.startsWith('is ') ? '' : value))
const otherLines = fc.oneof(
  fc.record({
    kind: fc.constant('count' as const),
    within: fc.constantFrom('10m', 'PT5M', '30s'),
    resets: fc.boolean(),
    limit: fc.nat(999).map(String),
  }),
  fc.record({
    kind: fc.constant('place' as const),
    type: fc.constantFrom('SUPPORT_HOUR' as const, 'ON_CALL_SCHEDULE' as const),
    id: fc.integer({ min: 1, max: 9_999 }),
    isInside: fc.boolean(),
  }),
)
const groups = fc.array(fc.array(fc.oneof(fieldLines, otherLines), { minLength: 1, maxLength: 4 }), { maxLength: 4 })

test('whatever a form says is read back the same, and is a condition the server takes', () => {
  fc.assert(
    fc.property(groups, (some) => {
      const text = textOfGroups(some)
      expect(groupsOfText(text)).toEqual(some)
      if (some.length > 0) understood(text)
    }),
    { numRuns: 1_000 },
  )
})

test('a text that is shown as forms means the same when the forms write it', () => {
  const words = fc.constantFrom(
    ...['event.a', 'event.b', '==', '!=', '>=', 'contains', 'not', 'not_contains', 'regex', 'and', 'or', '(', ')'],
    ...['HIGH', "'HIGH'", '"x y"', '5', "'5'", 'nil', 'true', 'now', 'is_in', 'trigger_count.10m', "['a']"],
  )
  const operators = fc.constantFrom('==', '!=', '>=', 'contains', 'not contains', 'not_contains', 'regex', 'matches')
  const written = fc.constantFrom(
    'HIGH',
    "'HIGH'",
    '"x y"',
    '5',
    "'5'",
    'nil',
    'true',
    'event.b',
    "['a']",
    'x-1',
    '007',
  )
  const line = fc.oneof(
    fc.tuple(fc.constantFrom('event.a', "event['b c']"), operators, written).map((all) => all.join(' ')),
    fc.constantFrom('trigger_count.10m >= 3', 'now is_in {"id": 1, "type": "SUPPORT_HOUR"}', 'event.a'),
  )
  const texts = fc.oneof(
    fc.array(words, { maxLength: 9 }).map((all) => all.join(' ')),
    fc
      .array(fc.tuple(line, fc.constantFrom('and', 'or')), { minLength: 1, maxLength: 4 })
      .map((all) => all.map(([one, joint], index) => (index === 0 ? one : `${joint} ${one}`)).join(' ')),
  )
  let shown = 0
  fc.assert(
    fc.property(texts, (text) => {
      const some = groupsOfText(text)
      if (!some || some.length === 0) return
      const read = parseCondition(text, 'event')
      // What the server refuses is told under the text, and the forms may show it.
      if (!read.ok) return
      shown += 1
      expect(understood(textOfGroups(some))).toEqual(understood(text))
    }),
    { numRuns: 5_000 },
  )
  expect(shown).toBeGreaterThan(50)
})
