import { expect, test } from 'vitest'
import { returnPath } from './return-path.ts'

test('signing in leads back to where one was', () => {
  expect(returnPath('/alerts/7?view=all')).toBe('/alerts/7?view=all')
})

test.each([null, '', 'https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])(
  '%j never leads to another site',
  (next) => {
    expect(returnPath(next)).toBe('/alerts')
  },
)
