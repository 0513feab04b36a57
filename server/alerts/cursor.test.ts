import { expect, test } from 'vitest'
import { Problem } from '../runtime/problem.ts'
import { readCursor, writeCursor } from './cursor.ts'

test('a cursor leads back to its place', () => {
  const at = new Date('2026-11-24T03:12:00.123Z')
  expect(readCursor(writeCursor(at, 4711))).toEqual({ at, id: 4711 })
})

test.each(['', 'x', 'MTIz', '../../etc/passwd', writeCursor(new Date(0), -1), '%'])('%j is none', (text) => {
  expect(() => readCursor(text)).toThrow(Problem)
})
