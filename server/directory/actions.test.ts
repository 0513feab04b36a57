import { expect, test } from 'vitest'
import { Problem } from '../runtime/problem.ts'
import { roleAfter, someOf } from './actions.ts'

test.each([
  ['stays when none is given', 'USER', undefined, false, 'USER'],
  ['changes when somebody else asks', 'USER', 'ADMIN', false, 'ADMIN'],
  ['may be repeated by the person themselves', 'USER', 'USER', true, 'USER'],
  ['stays the owner', 'OWNER', undefined, true, 'OWNER'],
])('a role %s', (_title, before, wanted, isSelf, after) => {
  expect(roleAfter(before, wanted, isSelf)).toBe(after)
})

test.each([
  ['nobody makes the owner anything else', 'OWNER', 'ADMIN', false, 'invalid-input'],
  ['nobody raises themselves', 'RESPONDER', 'ADMIN', true, 'not-allowed'],
  ['nobody lowers themselves', 'ADMIN', 'USER', true, 'not-allowed'],
])('%s', (_title, before, wanted, isSelf, type) => {
  const change = () => roleAfter(before, wanted, isSelf)
  expect(change).toThrow(Problem)
  expect(change).toThrow(expect.objectContaining({ type }))
})

test.each([
  [['A'], 'A'],
  [['A', 'B'], 'A and B'],
  [['A', 'B', 'C'], 'A, B and C'],
  [['A', 'B', 'C', 'D', 'E'], 'A, B, C and 2 more'],
])('of %j three are named', (names, text) => {
  expect(someOf(names)).toBe(text)
})
