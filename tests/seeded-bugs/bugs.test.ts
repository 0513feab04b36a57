import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { bugs } from './bugs.ts'
import { edited } from './workshop.ts'

const read = (file: string) => fs.readFileSync(path.join(import.meta.dirname, '../..', file), 'utf8')

describe.each(bugs)('the seeded bug $name', ({ edits }) => {
  test('still fits the code: what it changes stands there exactly once', () => {
    for (const edit of edits) expect(edited(read(edit.file), edit)).not.toBe(read(edit.file))
  })
})

test('every seeded bug has a name of its own, and none is lost', () => {
  const names = bugs.map(({ name }) => name)
  expect(new Set(names).size).toBe(20)
})

describe('an edit', () => {
  const edit = { file: 'a.ts', find: 'one', replace: '$& two' }
  test('is made literally', () => expect(edited('a one b', edit)).toBe('a $& two b'))
  test.each(['a b', 'one one'])('of %j is refused, as what it looks for does not stand there once', (text) => {
    expect(() => edited(text, edit)).toThrow(/a\.ts has this \d times, not once/)
  })
})
