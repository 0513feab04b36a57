import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTemplate } from './parse.ts'
import { renderTemplate } from './render.ts'
import { OUTPUT_LENGTH_MAX, TEMPLATE_DEPTH_MAX, TEMPLATE_LENGTH_MAX } from './tree.ts'

function render(source: string, data: unknown): string {
  const parsed = parseTemplate(source)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  const rendered = renderTemplate(parsed.tree, data, source)
  if (!rendered.ok) throw new Error(JSON.stringify(rendered.error))
  return rendered.text
}

const hooli = { var: 'Gavin Belson from Hooli' }
const companies = {
  companies: [
    { name: 'PiedPiper', ceo: 'Richard Hendricks' },
    { name: 'Hooli', ceo: 'Gavin Belson' },
  ],
}
const dinesh = { var: 'I am the best - Dinesh' }
const other = { var: 'Pied Piper' }

// The outputs printed in ilert's documentation, and what it leaves open.
test.each<[string, unknown, string]>([
  ['no tag at all }} {', {}, 'no tag at all }} {'],
  ['{{ a }}/{{a.b}}', { a: { b: 1 } }, '{"b":1}/1'],
  ['{{ var.arrayField[0].more }}', { var: { arrayField: [{ more: true }] } }, 'true'],
  ['{{ grid[1][0] }}', { grid: [[1], [2]] }, '2'],
  ['{{ var.compl:ex\\ key-123.noproblem }}', { var: { 'compl:ex key-123': { noproblem: 'yes' } } }, 'yes'],
  ['{{ a\\.b }}', { 'a.b': 'dotted' }, 'dotted'],
  ['[{{ missing.deeper[3].x }}]', { missing: 1 }, '[]'],
  ['[{{ constructor }}{{ a.length }}{{ __proto__ }}]', { a: 'text' }, '[]'],
  ['{{ html }}', { html: '<b>&' }, '<b>&'],
  ['{{ nothing }}{{ zero }}{{ no }}', { nothing: null, zero: 0, no: false }, '0false'],
  ['{{ var.substring(5, 7) }}', { var: 'Test result' }, 'res'],
  ['{{ var.substring(5) }}', { var: 'Test result' }, 'result'],
  ['[{{ var.substring(9, 2) }}{{ var.substring(-4, 0) }}]', { var: 'Test result' }, '[T]'],
  ['{{ var.lowerCase() }}', hooli, 'gavin belson from hooli'],
  ['{{ var.upperCase() }}', hooli, 'GAVIN BELSON FROM HOOLI'],
  ['{{ var.replaceAll("Gavin Belson", "Richard") }}', hooli, 'Richard from Hooli'],
  ['{{ var.replaceAll(".", "") }}', { var: 'a.b.c' }, 'abc'],
  ['{{ var.splitTakeAt("Belson, ", 1) }}', { var: 'Gavin Belson, Richard and Russ' }, 'Richard and Russ'],
  ['[{{ var.splitTakeAt(",", 7) }}]', { var: 'a,b' }, '[]'],
  ['{{ var.startsWithTake("I am", "you") }}', dinesh, 'you'],
  ['{{ var.startsWithTake("I am", "you") }}', other, 'Pied Piper'],
  ['{{ var.equalsTake("Pied Piper", "x") }}', other, 'x'],
  ['{{ var.endsWithTake("Dinesh", "x") }}', dinesh, 'x'],
  ['{{ var.containsTake("best", "x") }}', dinesh, 'x'],
  ['[{{ var.startsWithTakeOrDrop("I am", "you") }}]', other, '[]'],
  ['{{ var.containsTakeOrDrop("best", "x") }}', dinesh, 'x'],
  ['{{ var.startsWithElse("I am", "x") }}', dinesh, 'I am the best - Dinesh'],
  ['{{ var.endsWithElse("Dinesh", "x") }}', other, 'x'],
  ['[{{ var.equalsElseOrDrop("Pied Piper", "x") }}]', other, '[]'],
  ['{{ var.containsElseOrDrop("rocks", "x") }}', other, 'x'],
  ['{{ ms.formatUnixMs() }}', { ms: 1674950737000 }, 'Jan 29, 2023, 12:05:37 AM'],
  ['{{ ms.formatUnixMs("S") }}', { ms: '1674950737000' }, '1/29/23, 12:05 AM'],
  ['{{ ms.formatUnixMs("L") }}', { ms: 1674950737000 }, 'January 29, 2023 at 12:05:37 AM UTC'],
  [
    '{{ sec.formatUnixSec("F") }}',
    { sec: 1674950737 },
    'Sunday, January 29, 2023 at 12:05:37 AM Coordinated Universal Time',
  ],
  ['{{ sec.formatUnixSec("?") }}', { sec: 1674950737 }, 'Jan 29, 2023, 12:05:37 AM'],
  ['{{ str.formatDateString() }}', { str: '2021-05-25T21:24:56.771Z' }, 'May 25, 2021, 9:24:56 PM'],
  ['{{ str.formatDateString() }}', { str: 'next Tuesday' }, 'next Tuesday'],
  ['{{ a.join() }}|{{ a.join("- ") }}', { a: ['P', 'H', 1] }, 'P, H, 1|P- H- 1'],
  ['{{ companies.joinFromObjectArr("name") }}', companies, 'PiedPiper\nHooli'],
  ['{{ companies.joinFromObjectArr("ceo", "+") }}', companies, 'Richard Hendricks+Gavin Belson'],
  ['{{ s.extractRegex("[A-Z]+-\\d+") }}', { s: 'fix OPS-17 now' }, 'OPS-17'],
  ['{{ s.extractRegex("[A-Z]+-\\\\d+") }}', { s: 'fix OPS-17 now' }, 'OPS-17'],
  ['{{ s.extractRegexGroups("([A-Z]+)-(\\d+)") }}', { s: 'fix OPS-17 now' }, 'OPS17'],
  ['[{{ s.extractRegex("z+") }}]', { s: 'fix' }, '[]'],
  ['{{ s.replaceAll("}}", "\\"") }}', { s: 'a}}b' }, 'a"b'],
  ['{{ s.lowerCase().substring(0, 1) }}', { s: 'ABC' }, 'ab'],
  ['{{ #on }}\nHello\n{{ /on }}\nWorld!', { on: true }, 'Hello\nWorld!'],
  ['{{ #on }}\nHello\n{{ /on }}\nWorld!', { on: false }, 'World!'],
  ['{{#on}}yes{{/on}}{{^on}}no{{/on}}', {}, 'no'],
  ['{{ #simple }}\n- {{.}}\n{{ /simple }}', { simple: ['P', 'H'] }, '- P\n- H\n'],
  [
    '{{#companies}}{{ name }} of {{ owner }};{{/companies}}',
    { ...companies, owner: 'R' },
    'PiedPiper of R;Hooli of R;',
  ],
  ['{{#o}}{{ .x }}{{ x }}{{ .y }}{{ y }}{{/o}}', { o: { x: 1 }, y: 2 }, '112'],
  ['{{#a}}{{ n.upperCase() }}{{ .upperCase() }} {{/a}}', { n: 'all', a: ['p', 'q'] }, 'ALLP ALLQ '],
  ['{{#e}}x{{/e}}{{^e}}empty{{/e}}', { e: [] }, 'empty'],
  ['{{#a.b}}{{#c}}{{.}}{{/c}}{{/a.b}}', { a: { b: { c: [1, 2] } } }, '12'],
])('%s', (source, data, text) => {
  expect(render(source, data)).toBe(text)
})

describe('an error says where', () => {
  test.each<[string, number, RegExp]>([
    ['Hello {{ name', 6, /no }}/],
    ['{{ }}', 3, /name is missing/],
    ['{{ a b }}', 5, /backslash/],
    ['{{ a. }}', 5, /name is missing/],
    ['{{ a[x] }}', 4, /number of an element/],
    ['{{ a.shout() }}', 5, /no function shout/],
    ['{{ a.substring() }}', 5, /1 to 2 arguments, not 0/],
    ['{{ a.substring("x") }}', 15, /whole number/],
    ['{{ a.join(3) }}', 10, /text in quotes/],
    ['{{ a.join("x) }}', 10, /closing quote/],
    ['{{ a.join("x" "y") }}', 14, /comma/],
    ['{{ a.extractRegex("(?=x)") }}', 18, /pattern cannot be read/],
    ['{{ a.lowerCase().b }}', 17, /only another function/],
    ['{{ #a }}', 0, /not closed: write {{ \/a }}/],
    ['x {{ /a }}', 2, /no open section a/],
    ['{{#a}}{{/b}}', 6, /closes b, but the open section is a/],
    ['{{ lowerCase() }}', 12, /after a value/],
  ])('%s', (source, offset, message) => {
    const parsed = parseTemplate(source)
    expect(parsed).toMatchObject({ ok: false, error: { offset, message: expect.stringMatching(message) } })
  })

  test('in lines and columns', () => {
    expect(parseTemplate('one\ntwo {{ a.b( }}')).toMatchObject({ error: { line: 2, column: 10 } })
  })
})

describe('limits', () => {
  test('of length and depth are told when it is saved', () => {
    expect(parseTemplate('x'.repeat(TEMPLATE_LENGTH_MAX)).ok).toBe(true)
    expect(parseTemplate('x'.repeat(TEMPLATE_LENGTH_MAX + 1)).ok).toBe(false)
    const nested = (depth: number) => `${'{{#a}}'.repeat(depth)}${'{{/a}}'.repeat(depth)}`
    expect(parseTemplate(nested(TEMPLATE_DEPTH_MAX)).ok).toBe(true)
    expect(parseTemplate(nested(TEMPLATE_DEPTH_MAX + 1)).ok).toBe(false)
  })

  test.each([
    ['loops in loops', `${'{{#a}}'.repeat(8)}x${'{{/a}}'.repeat(8)}`, { a: Array(30).fill(1) }],
    [
      'a text that doubles',
      '{{ a.replaceAll("x", "xxxxxxxxxxxxxxxxxxxx").replaceAll("x", "xxxxxxxxxxxx") }}',
      { a: 'x'.repeat(999) },
    ],
    ['a text longer than what may be shown', '{{ a }}', { a: 'x'.repeat(OUTPUT_LENGTH_MAX + 1) }],
    [
      'long lists without the field, again and again',
      `{{#l}}${'{{ o.joinFromObjectArr("x") }}'.repeat(20)}{{/l}}`,
      { l: Array(1_000).fill(1), o: Array(20_000).fill({ a: 1 }) },
    ],
    [
      'a text split again and again',
      '{{#l}}{{ s.splitTakeAt("", 9) }}{{/l}}',
      { l: Array(9_000).fill(1), s: 'x'.repeat(99_999) },
    ],
    ['an expensive pattern', '{{ a.extractRegex("(?:a?){500}a{500}b") }}', { a: 'a'.repeat(200_000) }],
  ])('%s ends with an error', (_name, source, data) => {
    const parsed = parseTemplate(source)
    expect(parsed.ok && renderTemplate(parsed.tree, data, source)).toMatchObject({ ok: false })
  })
})

const name = fc.constantFrom('a', 'b', 'c', 'a.b', 'b[0]', 'a.b.c', '.', '.a', 'x\\ y')
const call = fc.constantFrom(
  '',
  '.lowerCase()',
  '.substring(1)',
  '.substring(0, 5)',
  '.replaceAll("a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")',
  '.splitTakeAt("", 2)',
  '.containsElse("a", "b")',
  '.formatUnixMs("F")',
  '.formatDateString()',
  '.join()',
  '.joinFromObjectArr("a")',
  '.extractRegex("(a*)*b")',
  '.extractRegexGroups("(.)(.)")',
)
const { template } = fc.letrec<{ template: string; piece: string }>((tie) => ({
  template: fc.array(tie('piece'), { maxLength: 5 }).map((pieces) => pieces.join('')),
  piece: fc.oneof(
    { depthSize: 'small' },
    fc.string({ maxLength: 8 }),
    fc.tuple(name, call, call).map(([path, one, two]) => `{{ ${path === '.' ? 'a' : path}${one}${two} }}`),
    fc
      .tuple(name, tie('template'), fc.constantFrom('#', '^'))
      .map(([path, inner, sign]) => `{{${sign}${path}}}${inner}{{/${path}}}`),
  ),
}))
const data = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(fc.constantFrom('a', 'b', 'c', 'x y', '__proto__'), fc.jsonValue({ maxDepth: 3 })),
)

test('whatever the template and the data, rendering never throws and never exceeds its limits', () => {
  fc.assert(
    fc.property(template, data, (source, values) => {
      const parsed = parseTemplate(source)
      if (!parsed.ok) return
      const rendered = renderTemplate(parsed.tree, values, source)
      if (rendered.ok) expect(rendered.text.length).toBeLessThanOrEqual(OUTPUT_LENGTH_MAX)
    }),
    { numRuns: 1_000 },
  )
})

test('whatever somebody types, reading it never throws, and an error lies within the text', () => {
  const soup = fc
    .array(
      fc.constantFrom('{{', '}}', '#', '/', '^', '.', 'a', '[', ']', '0', '(', ')', '"', ',', '\\', ' ', '\n', 'join'),
      {
        maxLength: 30,
      },
    )
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(soup, fc.string({ unit: 'binary' })), (source) => {
      const parsed = parseTemplate(source)
      if (parsed.ok) return
      expect(parsed.error.offset).toBeGreaterThanOrEqual(0)
      expect(parsed.error.offset).toBeLessThanOrEqual(source.length)
      expect(parsed.error.message).not.toBe('')
    }),
    { numRuns: 600 },
  )
})
