import { describe, expect, test } from 'vitest'
import { type Membership, mayOwn, roleOnOwned } from './team-role.ts'

const open = (role: Membership['role']): Membership => ({ visibility: 'PUBLIC', role })
const shut = (role: Membership['role']): Membership => ({ visibility: 'PRIVATE', role })

describe('the role on what a team owns', () => {
  test.each([
    ['nobody in it keeps their own', 'USER', [], 'USER'],
    ['a public team lifts it', 'RESPONDER', [open('USER')], 'USER'],
    ['a public team never lowers it', 'USER', [open('STAKEHOLDER')], 'USER'],
    ['a private team lowers it', 'USER', [shut('RESPONDER')], 'RESPONDER'],
    ['a private team beats a public one', 'USER', [open('USER'), shut('STAKEHOLDER')], 'STAKEHOLDER'],
    ['of two private teams the higher counts', 'RESPONDER', [shut('STAKEHOLDER'), shut('USER')], 'USER'],
    ['a guest answers alerts of their team', 'GUEST', [open('RESPONDER')], 'RESPONDER'],
    ['the administrator of a team edits, and manages nobody', 'RESPONDER', [shut('ADMIN')], 'USER'],
    ['a stakeholder stays one', 'STAKEHOLDER', [open('ADMIN'), shut('USER')], 'STAKEHOLDER'],
    ['an administrator stays one', 'ADMIN', [shut('STAKEHOLDER')], 'ADMIN'],
    ['the owner stays it', 'OWNER', [shut('RESPONDER')], 'OWNER'],
  ] as const)('%s', (_name, base, memberships, role) => {
    expect(roleOnOwned(base, memberships)).toBe(role)
  })

  test.each([
    ['STAKEHOLDER', false],
    ['RESPONDER', false],
    ['USER', true],
    ['ADMIN', true],
  ] as const)('who is %s in a team gives its things away: %s', (role, may) => {
    expect(mayOwn(role)).toBe(may)
  })
})
