import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { examples } from './examples.ts'
import { receive } from './receive.ts'

describe.each(examples)('API: $name', ({ delivery, received }) => {
  test('is understood', () => expect(receive(delivery)).toEqual(received))
})

test('a key without an end is set aside', () => {
  const received = receive({
    headers: {},
    body: JSON.stringify({ eventType: 'ALERT', summary: 'x', alertKey: 'k'.repeat(513) }),
  })
  expect(received.kind === 'quarantine' && received.rule).toBe('alert-key-too-long')
})

test('the integration key never becomes part of an alert', () => {
  const body = JSON.stringify({ integrationKey: 's3cret', apiKey: 's3cret', eventType: 'ALERT', summary: 'x' })
  expect(JSON.stringify(receive({ headers: {}, body }))).not.toContain('s3cret')
})

test('whatever arrives, reading it never throws', () => {
  const near = fc
    .record({
      eventType: fc.oneof(fc.constantFrom('ALERT', 'accept', 'RESOLVE'), fc.jsonValue()),
      summary: fc.jsonValue(),
      alertKey: fc.jsonValue(),
      links: fc.jsonValue(),
      labels: fc.jsonValue(),
      comments: fc.jsonValue(),
      customDetails: fc.jsonValue(),
    })
    .map((value) => JSON.stringify(value))
  const anyJson = fc.jsonValue().map((value) => JSON.stringify(value))
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), anyJson, near), (body) => {
      expect(['event', 'quarantine']).toContain(receive({ headers: {}, body }).kind)
    }),
    { numRuns: 500 },
  )
})
