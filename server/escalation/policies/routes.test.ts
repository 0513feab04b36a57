import { expect, test } from 'vitest'
import { routingKeysIn } from './routes.ts'

test.each([
  ['plant', ['plant']],
  ['plant, hall ,plant', ['plant, hall ,plant', 'plant', 'hall']],
  [',', [',']],
])('%j asks for %j', (text, keys) => {
  expect(routingKeysIn(text)).toEqual(keys)
})
