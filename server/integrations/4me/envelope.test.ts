import { describe, expect, test } from 'vitest'
import { readEnvelope } from './envelope.ts'

const delivery = { webhook_id: 1, account_id: 'acme', event: 'request.update', object_id: 7, payload: {} }
const read = (more: Record<string, unknown>) => readEnvelope({ ...delivery, ...more })
const quarantined = (rule: string, event: string | null, reason: string) => ({ ok: false, rule, event, reason })
const NO_OBJECT = quarantined('not-4me', null, 'The body is not a JSON object: 4me did not send this.')

describe('what is no delivery of 4me', () => {
  test.each([null, 'request.create', 7, true, [delivery], undefined])('%j is no object', (body) => {
    expect(readEnvelope(body)).toEqual(NO_OBJECT)
  })

  test('is told by what is missing, and nothing else', () => {
    expect(readEnvelope({})).toEqual(
      quarantined('not-4me', null, 'The body is not a delivery of 4me: event, account_id, object_id missing.'),
    )
    expect(read({ account_id: null })).toEqual(
      quarantined('not-4me', 'request.update', 'The body is not a delivery of 4me: account_id missing.'),
    )
    expect(read({ object_id: undefined })).toEqual(
      quarantined('not-4me', 'request.update', 'The body is not a delivery of 4me: object_id missing.'),
    )
  })

  test('is told by what cannot be', () => {
    expect(read({ account_id: 'a b' })).toEqual(
      quarantined('not-4me', 'request.update', 'The body is not a delivery of 4me: account_id "a b" cannot be.'),
    )
    expect(read({ event: ['x'] })).toEqual(
      quarantined('not-4me', null, 'The body is not a delivery of 4me: event ["x"] cannot be.'),
    )
  })

  test('is told by a number that is none', () => {
    expect(read({ object_id: '007' })).toEqual(
      quarantined('not-an-id', 'request.update', 'object_id "007" is not the number of a record.'),
    )
  })

  test('is not told by a signature: what is signed is opened before', () => {
    expect(readEnvelope({ jwt: 'a.b.c' })).toMatchObject({ rule: 'not-4me' })
    expect(read({ jwt: 'a.b.c' }).ok).toBe(true)
  })
})

describe('an event', () => {
  test.each(['request.create', 'request.note-added', 'automation_rule', 'a.b'])('may be %s', (event) => {
    expect(read({ event }).ok).toBe(true)
  })

  test.each([
    '',
    '.',
    'request.',
    'a.b.c',
    'Request.create',
    'x request.create',
    'request.create\n',
    `${'a'.repeat(61)}`,
  ])('may not be %j', (event) => expect(read({ event })).toMatchObject({ ok: false, rule: 'not-4me' }))
})

describe('an account', () => {
  test('is read without the blanks around it', () => {
    const found = read({ account_id: ' acme ' })
    expect(found.ok && found.envelope.account_id).toBe('acme')
  })

  test.each(['', ' ', '-acme', 'a/b', 'acme\nx', 'a'.repeat(64)])('may not be %j', (account_id) => {
    expect(read({ account_id }).ok).toBe(false)
  })
})

test('what is beside the point is read leniently', () => {
  const found = read({
    webhook_id: {},
    person_name: 7,
    payload: { status: 7, team: 'Desk', member: { name: 'Ann\nLee' }, audit_line_id: '5', callback: [] },
  })
  expect(found.ok && found.envelope).toMatchObject({
    webhook_id: null,
    person_name: null,
    payload: { status: null, team: null, member: 'Ann Lee', audit_line_id: '5', callback: null },
  })
  expect(read({ payload: 'x' }).ok).toBe(true)
})
