import fc from 'fast-check'
import { expect, test } from 'vitest'
import { oneLine, plainText } from './text.ts'

test('one line is one line, within its bound, whatever comes', () => {
  expect(oneLine(' a\r\n b\u0000\u001b[31m\u202e\u2028c ', 50)).toBe('a b [31m c')
  expect(oneLine('abcdef', 4)).toBe('abc…')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 20 }), (text, max) => {
      const line = oneLine(text, max)
      expect(line.length).toBeLessThanOrEqual(max)
      expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
    }),
  )
})

test('what just fits is not cut', () => {
  expect(oneLine('abcd', 4)).toBe('abcd')
  expect(plainText('ab\ncd', 5)).toBe('ab\ncd')
  expect(plainText('ab\ncd', 4)).toBe('ab\n…')
})

test('many control characters in a row are one blank', () => {
  expect(oneLine('a\u0000\u0001\u0002 \n b', 20)).toBe('a b')
})

test('plain text keeps its line breaks and no other control characters', () => {
  expect(plainText('a\r\nb\rc\td\u0007\u0000\u2028e\u202e ', 50)).toBe('a\nb\nc\td\ne')
})

test('a cut never leaves half a character', () => {
  expect(oneLine('ab😀cd', 4)).toBe('ab…')
  expect(oneLine('ab😀cd', 5)).toBe('ab😀…')
  expect(oneLine('a\uFFFDbcd', 4)).toBe('a\uFFFDb…')
})
