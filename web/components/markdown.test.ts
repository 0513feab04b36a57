import { expect, test } from 'vitest'
import { parseInlines, parseMarkdown } from './markdown.ts'

test('a guide becomes headings, lists, code and tables', () => {
  const source =
    '# Title\n\nText\ngoes on.\n\n1. one\n   more\n2. two\n\n```\ncode # here\n```\n\n| a | b |\n| --- | --- |\n| 1 | 2 |'
  expect(parseMarkdown(source).map((block) => block.kind)).toEqual(['heading', 'paragraph', 'list', 'code', 'table'])
  const list = parseMarkdown(source)[2]
  expect(list).toMatchObject({ ordered: true, items: [[{ text: 'one more' }], [{ text: 'two' }]] })
})

test('only links to the web and to ourselves become links', () => {
  expect(parseInlines('[a](https://example.org) [b](javascript:alert(1))')).toMatchObject([
    { kind: 'link', href: 'https://example.org' },
    { kind: 'text', text: ' [b](javascript:alert(1))' },
  ])
})

test('HTML stays text', () => {
  expect(parseInlines('<img src=x onerror=alert(1)>')).toEqual([{ kind: 'text', text: '<img src=x onerror=alert(1)>' }])
})

test.each(['```\nnever closed', '|', '- ', '#', '1.'])('an odd text ends: %j', (source) => {
  expect(parseMarkdown(source).length).toBeLessThan(3)
})

test('both signs of emphasis are known, and an underscore within a word is none', () => {
  expect(parseInlines('press _Resend_ or *Test*, not on_call_now')).toEqual([
    { kind: 'text', text: 'press ' },
    { kind: 'em', text: 'Resend' },
    { kind: 'text', text: ' or ' },
    { kind: 'em', text: 'Test' },
    { kind: 'text', text: ', not on_call_now' },
  ])
})

test('lines stay lines where the text is somebody else\u2019s', () => {
  expect(parseMarkdown('one\ntwo', true)).toEqual([
    { kind: 'paragraph', inlines: [{ kind: 'text', text: 'one\ntwo' }] },
  ])
})

test.each(['[', '`', '*', '_', '[a](', '**'])('a hostile text of 64,000 characters of %j is read at once', (bait) => {
  const began = performance.now()
  parseMarkdown(bait.repeat(Math.ceil(64_000 / bait.length)))
  expect(performance.now() - began).toBeLessThan(2_000)
})
