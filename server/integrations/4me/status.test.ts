import { describe, expect, test } from 'vitest'
import { effectOf, endsRecord, type RecordKind, type StatusMap, usualStatuses } from './status.ts'

describe('a status opens, accepts or resolves', () => {
  test.each([
    ['declined', 'ALERT', 'ALERT'],
    ['on_backlog', 'ALERT', 'ALERT'],
    ['assigned', 'ALERT', 'ALERT'],
    ['waiting_for', 'ALERT', 'ALERT'],
    ['workflow_pending', 'ALERT', 'ALERT'],
    ['project_pending', 'ALERT', 'ALERT'],
    ['waiting_for_customer', 'ALERT', null],
    ['reservation_pending', 'ALERT', null],
    ['analyzed', null, 'ALERT'],
    ['change_requested', null, 'ALERT'],
    ['change_pending', null, 'ALERT'],
    ['progress_halted', null, 'ALERT'],
    ['accepted', 'ACCEPT', 'ACCEPT'],
    ['in_progress', 'ACCEPT', 'ACCEPT'],
    ['completed', 'RESOLVE', null],
    ['solved', null, 'RESOLVE'],
    ['Assigned', null, null],
    ['constructor', null, null],
    ['', null, null],
  ] as const)('%s: a request %s, a problem %s', (status, ofRequest, ofProblem) => {
    expect(effectOf('request', status)).toBe(ofRequest)
    expect(effectOf('problem', status)).toBe(ofProblem)
  })
})

describe('the table of a source', () => {
  test.each<[string, StatusMap, ReturnType<typeof effectOf>]>([
    ['goes before the usual one', { request: { assigned: 'RESOLVE' } }, 'RESOLVE'],
    ['leaves to the usual one what it does not name', { request: { declined: 'IGNORE' } }, 'ALERT'],
    ['of problems says nothing about requests', { problem: { assigned: 'RESOLVE' } }, 'ALERT'],
    ['that is empty changes nothing', { request: {} }, 'ALERT'],
    ['that is missing changes nothing', null, 'ALERT'],
  ])('%s', (_title, map, effect) => {
    expect(effectOf('request', 'assigned', map)).toBe(effect)
  })

  test('may give a status that the usual one does not know', () => {
    expect(effectOf('problem', 'on_the_moon', { problem: { on_the_moon: 'ACCEPT' } })).toBe('ACCEPT')
  })

  test('does not know what every object of JavaScript has', () => {
    expect(effectOf('request', 'constructor', { request: {} })).toBeNull()
  })
})

test('the form shows the usual table, as it holds', () => {
  const { request, problem } = usualStatuses()
  expect(request).toMatchObject({ declined: 'ALERT', in_progress: 'ACCEPT', completed: 'RESOLVE' })
  expect(problem).toMatchObject({ analyzed: 'ALERT', in_progress: 'ACCEPT', solved: 'RESOLVE' })
  for (const [status, effect] of Object.entries(request)) expect(effectOf('request', status)).toBe(effect)
  for (const [status, effect] of Object.entries(problem)) expect(effectOf('problem', status)).toBe(effect)
})

test.each<[RecordKind, string | null, boolean]>([
  ['request', 'completed', true],
  ['request', 'solved', false],
  ['request', 'assigned', false],
  ['request', null, false],
  ['problem', 'solved', true],
  ['problem', 'completed', false],
  ['problem', '', false],
])('a %s ends with the status %s: %s', (kind, status, isEnd) => {
  expect(endsRecord(kind, status)).toBe(isEnd)
})
