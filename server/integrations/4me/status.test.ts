import { describe, expect, test } from 'vitest'
import { effectOf } from './status.ts'

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
