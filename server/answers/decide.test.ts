import { describe, expect, test } from 'vitest'
import { readReply, receiptOf, verbOfKey } from './decide.ts'

describe('a reply', () => {
  test.each<[string, ReturnType<typeof readReply>]>([
    ['1', { kind: 'answer', verb: 'accept', alertId: null }],
    [' OK! ', { kind: 'answer', verb: 'accept', alertId: null }],
    ['ok!!', { kind: 'answer', verb: 'accept', alertId: null }],
    ['Accept #12', { kind: 'answer', verb: 'accept', alertId: 12 }],
    ['accept \n #12.', { kind: 'answer', verb: 'accept', alertId: 12 }],
    ['2 12', { kind: 'answer', verb: 'resolve', alertId: 12 }],
    ['gelöst', { kind: 'answer', verb: 'resolve', alertId: null }],
    ['gelo\u0308st', { kind: 'answer', verb: 'resolve', alertId: null }],
    ['3', { kind: 'answer', verb: 'escalate', alertId: null }],
    ['note-worthy: x', { kind: 'unclear' }],
    ['STOP', { kind: 'stop' }],
    ['ok I will call them', { kind: 'unclear' }],
    ['o.k', { kind: 'unclear' }],
    ['accept #1.2', { kind: 'unclear' }],
    ['accept #1234567890123456', { kind: 'unclear' }],
    ['1 2 3', { kind: 'unclear' }],
    ['', { kind: 'unclear' }],
    ['who is this?', { kind: 'unclear' }],
    ['please stop the alarm', { kind: 'unclear' }],
  ])('%j is read', (said, expected) => {
    expect(readReply(said)).toEqual(expected)
  })

  test.each([
    ['accept', ['1', '4', 'a', 'accept', 'ack', 'acknowledge', 'ok', 'okay', 'yes', 'ja', 'annehmen', 'angenommen']],
    ['resolve', ['2', '6', 'r', 'resolve', 'resolved', 'done', 'fixed', 'erledigt', 'gelöst', 'behoben']],
    ['escalate', ['3', 'e', 'escalate', 'next', 'weiter', 'eskalieren']],
  ])('may say %s in other words', (verb, words) => {
    for (const word of words) {
      expect(readReply(`${word.toUpperCase()} 7`), word).toEqual({ kind: 'answer', verb, alertId: 7 })
    }
  })

  test.each(['stop', 'Stop.', 'STOP!', 'StopAll', 'unsubscribe', 'cancel', 'end', 'quit', 'Stopp'])(
    '%j ends the messages',
    (said) => {
      expect(readReply(said)).toEqual({ kind: 'stop' })
    },
  )
})

describe('a comment', () => {
  test.each<[string, string, number | null]>([
    ['note #12 on my way', 'on my way', 12],
    ['note: #12 on my way', 'on my way', 12],
    ['note #12:on my way', 'on my way', 12],
    ['COMMENT #12 : on   my way', 'on my way', 12],
    ['Notiz: bin gleich da', 'bin gleich da', null],
    ['Kommentar 12 Kunden sind betroffen', '12 Kunden sind betroffen', null],
    ['note see #12 as well', 'see #12 as well', null],
  ])('%j says %j about alert %s', (said, text, alertId) => {
    expect(readReply(said)).toEqual({ kind: 'comment', text, alertId })
  })

  test.each(['note', 'note: ', 'note #12', 'note #12:', 'notes on my way', 'please note the time'])(
    'is not what %j is',
    (said) => {
      expect(readReply(said)).toEqual({ kind: 'unclear' })
    },
  )
})

test.each([
  ['1', 'accept'],
  ['2', 'resolve'],
  ['3', 'escalate'],
  ['4', null],
  ['11', null],
  ['', null],
])('the key %j means %s', (digits, verb) => {
  expect(verbOfKey(digits)).toBe(verb)
})

describe('a word of the gateway', () => {
  test.each([
    ['delivered', 'DELIVERED', ''],
    ['read', 'DELIVERED', ''],
    ['in-progress', 'ANSWERED', ''],
    ['answered', 'ANSWERED', ''],
    ['completed', 'ANSWERED', ''],
    ['failed', 'UNDELIVERED', 'the gateway could not deliver it.'],
    ['undelivered', 'UNDELIVERED', 'the gateway could not deliver it.'],
    ['busy', 'UNDELIVERED', 'the line is busy.'],
    ['no-answer', 'UNDELIVERED', 'nobody picked up.'],
    ['canceled', 'UNDELIVERED', 'the call was cancelled.'],
  ])('%s means %s: %s', (status, state, reason) => {
    expect(receiptOf(status)).toEqual({ state, reason })
  })

  test.each(['queued', 'sending', 'sent', 'ringing', 'Delivered', ''])('%j is no news', (status) => {
    expect(receiptOf(status)).toBeNull()
  })
})
