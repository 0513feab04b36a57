import { expect, test } from 'vitest'
import { readReply, receiptOf, verbOfKey } from './decide.ts'

test.each<[string, ReturnType<typeof readReply>]>([
  ['1', { kind: 'answer', verb: 'accept', alertId: null }],
  [' OK! ', { kind: 'answer', verb: 'accept', alertId: null }],
  ['Accept #12', { kind: 'answer', verb: 'accept', alertId: 12 }],
  ['2 12', { kind: 'answer', verb: 'resolve', alertId: 12 }],
  ['gelöst', { kind: 'answer', verb: 'resolve', alertId: null }],
  ['3', { kind: 'answer', verb: 'escalate', alertId: null }],
  ['note #12 on my way', { kind: 'comment', text: 'on my way', alertId: 12 }],
  ['Notiz: bin gleich da', { kind: 'comment', text: 'bin gleich da', alertId: null }],
  ['STOP', { kind: 'stop' }],
  ['ok I will call them', { kind: 'unclear' }],
  ['1 2 3', { kind: 'unclear' }],
  ['note', { kind: 'unclear' }],
  ['', { kind: 'unclear' }],
  ['who is this?', { kind: 'unclear' }],
  ['please stop the alarm', { kind: 'unclear' }],
])('%j is read', (said, expected) => {
  expect(readReply(said)).toEqual(expected)
})

test('keys and receipts', () => {
  expect(['1', '2', '3', '4', ''].map(verbOfKey)).toEqual(['accept', 'resolve', 'escalate', null, null])
  expect(receiptOf('queued')).toBeNull()
  expect(receiptOf('no-answer')).toMatchObject({ state: 'UNDELIVERED' })
})
