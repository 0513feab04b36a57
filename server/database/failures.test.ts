import { expect, test } from 'vitest'
import { isConnectionLoss, isPassing } from './failures.ts'

const failed = (code: string) => Object.assign(new Error('It failed.'), { code })

test.each([
  ['a lost connection', 'ECONNRESET', true, true],
  ['a server that shuts down', '57P01', true, true],
  ['a transaction that lay idle, as its process was frozen', '25P03', true, true],
  ['a transaction that took too long', '25P04', true, true],
  ['a deadlock', '40P01', true, false],
  ['a lock that was not free in time', '55P03', true, false],
  ['a transaction that failed before', '25P02', false, false],
  ['a row that is there already', '23505', false, false],
  ['what Node says of a wrong word', 'ERR_INVALID_ARG_TYPE', false, false],
])('%s (%s): passing %s, connection lost %s', (_what, code, passing, lost) => {
  expect(isPassing(failed(code))).toBe(passing)
  expect(isConnectionLoss(failed(code))).toBe(lost)
})

// The words of pg 8.23: client.js.
test.each([
  ['Connection terminated', true],
  ['Connection terminated unexpectedly', true],
  ['Client has encountered a connection error and is not queryable', true],
  ['Client was closed and is not queryable', true],
  ['Postgres connection has been discarded', true],
  ['Query read timeout', true],
  ['relation "Connection terminated" does not exist', false],
])('%s: connection lost %s', (message, lost) => {
  expect(isConnectionLoss(new Error(message))).toBe(lost)
})
