import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JSON_DEPTH_MAX, readJson } from './json.ts'

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

describe('JSON from outside', () => {
  test.each([
    ['an integer beyond 2^53 stays as it was written', '9007199254740993', '9007199254740993'],
    ['a number beyond a double stays as it was written', '1e400', '1e400'],
    ['minus zero stays as it was written', '-0', '-0'],
    ['trailing zeros stay as they were written', '1.50', '1.50'],
    ['an ordinary number is a number', '70470', 70470],
    ['the last of two equal keys wins', '{"a":1,"a":2}', { a: 2 }],
    ['the last of two equal keys wins, exactly', '{"a":1,"a":9007199254740993}', { a: '9007199254740993' }],
    ['a byte order mark is skipped', '\uFEFF{"a":1}', { a: 1 }],
  ])('%s', (_title, text, value) => {
    expect(readJson(text, 'exact')).toEqual({ ok: true, value })
  })

  test('plain numbers are read as every other JSON reader reads them', () => {
    expect(readJson('{"severity":1.0}', 'plain')).toEqual({ ok: true, value: { severity: 1 } })
  })

  test('NUL and lone surrogates become U+FFFD, in keys too', () => {
    expect(readJson(String.raw`{"a\u0000":"b\ud800c\u0000"}`, 'exact')).toEqual({
      ok: true,
      value: { 'a\uFFFD': 'b\uFFFDc\uFFFD' },
    })
  })

  test('a key named __proto__ is a key', () => {
    const read = readJson('{"__proto__":{"admin":true}}', 'exact')
    expect(read.ok && Object.keys(read.value as object)).toEqual(['__proto__'])
    expect(({} as { admin?: unknown }).admin).toBeUndefined()
  })

  test('nesting beyond the bound is refused before it is parsed', () => {
    expect(readJson(nested(JSON_DEPTH_MAX), 'exact').ok).toBe(true)
    expect(readJson(nested(JSON_DEPTH_MAX + 1), 'exact')).toEqual({
      ok: false,
      reason: 'The JSON is nested deeper than 100 levels.',
    })
    expect(readJson('[{"a":'.repeat(20_000), 'exact').ok).toBe(false)
    expect(readJson(`"${'['.repeat(500)}"`, 'exact').ok).toBe(true)
  })

  test.each(['', '  ', '\r\n\t', '\uFEFF', '\uFEFF '])('%j is said to be empty', (text) => {
    expect(readJson(text, 'exact')).toEqual({ ok: false, reason: 'The body is empty.' })
  })

  test.each(['{', 'undefined', '{"a":}', 'NaN', ']]', '"', '"\\', '\uFEFF\uFEFF1'])(
    '%j is said to be no JSON',
    (text) => {
      expect(readJson(text, 'exact')).toEqual({ ok: false, reason: 'The body is not valid JSON.' })
    },
  )

  test('what is wide but not deep is read, whatever brackets its texts hold', () => {
    const objects = Array.from({ length: 500 }, (_, index) => ({ [`"[{\\${index}`]: [{}, '"[[{{', '\\', '\\"[', []] }))
    expect(readJson(JSON.stringify(objects), 'plain')).toEqual({ ok: true, value: objects })
  })

  test('the bound counts objects and arrays alike, after texts with quotes in them too', () => {
    const deep = (depth: number) => `{"\\\\":"\\"","a":${'{"a":'.repeat(depth - 1)}1${'}'.repeat(depth)}`
    expect(readJson(deep(JSON_DEPTH_MAX), 'exact').ok).toBe(true)
    expect(readJson(deep(JSON_DEPTH_MAX + 1), 'exact')).toEqual({
      ok: false,
      reason: 'The JSON is nested deeper than 100 levels.',
    })
  })

  test('whatever JSON can say comes through unharmed', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value)
        const read = readJson(text, 'plain')
        expect(read.ok && JSON.stringify(read.value)).toBe(
          JSON.stringify(JSON.parse(text.toWellFormed().replaceAll('\\u0000', '\uFFFD'))),
        )
      }),
    )
  })
})
