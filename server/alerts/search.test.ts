import { expect, test } from 'vitest'
import { containsPattern } from './search.ts'

test.each([
  ['plain text is found anywhere', 'mail', '%mail%'],
  ['wildcards mean themselves', '50%_\\', '%50\\%\\_\\\\%'],
  ['what cannot be stored is not looked for', 'a\0b', '%ab%'],
])('%s', (_title, text, expected) => {
  expect(containsPattern(text)).toBe(expected)
})
