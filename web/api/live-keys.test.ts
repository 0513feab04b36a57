import { expect, test } from 'vitest'
import { keysOf } from './live-keys.ts'

test('an alert event touches the lists and that alert only', () => {
  expect(keysOf('alert', '{"id":7}')).toContainEqual(['alerts', 'one', 7])
  expect(keysOf('alert', '{"id":7}')).toContainEqual(['alerts', 'list'])
})

test('a delivery refreshes the log and the checklist of sources', () => {
  expect(keysOf('delivery', '{"alertSourceId":1}')).toEqual([['deliveries'], ['alert-sources']])
})

test.each([
  ['resync', '{}'],
  ['something-new', '{}'],
])('%s makes everything stale', (event, data) => {
  expect(keysOf(event, data)).toEqual([[]])
})

test('a broken event still refreshes', () => {
  expect(keysOf('alert', 'not json')).toEqual([['alerts']])
})
