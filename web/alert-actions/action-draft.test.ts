import { expect, test } from 'vitest'
import { draftOf, headersFrom, headersText, inputOf } from './action-draft.ts'

test('headers are lines, and come back as they were', () => {
  const headers = [
    { key: 'Authorization', value: 'Bearer a:b' },
    { key: 'X-Room', value: '…' },
  ]
  expect(headersFrom(headersText(headers))).toEqual(headers)
  expect(headersFrom('\n  X-Empty \n')).toEqual([{ key: 'X-Empty', value: '' }])
  expect(headersText(undefined)).toBe('')
})

test('a draft sends only what its kind and its way have', () => {
  const draft = { ...draftOf(null), name: ' Room ', conditions: ' ', titleTemplate: 'T', notResolvedMinutes: '1,5' }
  expect(inputOf(draft, { url: 'https://a' }, true)).toMatchObject({
    name: 'Room',
    conditions: null,
    notResolvedDelaySec: 90,
    params: { url: 'https://a', titleTemplate: 'T', bodyTemplate: '' },
  })
  const shared = inputOf({ ...draft, type: 'webhook', connectorId: '7', headers: 'A: b', mode: 'MANUAL' }, {}, false)
  expect(shared.params).toEqual({ bodyTemplate: '' })
  expect(shared.triggerTypes).toEqual([])
  expect(inputOf({ ...draft, type: 'webhook', headers: 'A: b' }, {}, false).params?.headers).toEqual([
    { key: 'A', value: 'b' },
  ])
})
