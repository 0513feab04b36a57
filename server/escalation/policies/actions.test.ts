import { expect, test } from 'vitest'
import { EscalationPolicyInput, EscalationRuleInput } from '../schema.ts'
import { levelOf, valuesOf } from './actions.ts'

const rule = (given: object) => EscalationRuleInput.parse({ escalationTimeout: 10, ...given })
const policy = (given: object) =>
  EscalationPolicyInput.parse({ name: 'Night', escalationRules: [{ escalationTimeout: 10 }], ...given })

test.each([
  ['users in their order', { users: [{ id: 7 }, { id: 3 }] }, [7, 3]],
  ['the legacy user', { user: { id: 7 }, users: null }, [7]],
  ['the legacy user when users is empty', { user: { id: 7 }, users: [] }, [7]],
  ['users before the legacy user', { user: { id: 7 }, users: [{ id: 3 }] }, [3]],
  ['somebody named twice once', { users: [{ id: 7 }, { id: 7 }] }, [7]],
  ['nobody', {}, []],
])('a level asks %s', (_title, given, userIds) => {
  expect(levelOf(rule(given))).toEqual({ timeoutMinutes: 10, userIds })
})

test('what is absent gets its default', () => {
  expect(valuesOf(policy({}))).toMatchObject({ repeating: false, frequency: 1, delayMinutes: 0, routingKey: null })
  expect(valuesOf(policy({ frequency: 0, routingKey: '' }))).toMatchObject({ frequency: 1, routingKey: null })
})

test.each([[null], [[]]])('a policy with the levels %j is refused by name', (escalationRules) => {
  expect(() => valuesOf(policy({ escalationRules }))).toThrow(
    expect.objectContaining({ errors: [expect.objectContaining({ field: 'escalationRules' })] }),
  )
})
